// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.ChannelContinuationTimeoutException;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.AmqpResourceNotAvailableException;

/** Classifies the exceptions of the client and describes them for log messages. */
public final class BrokerErrors {
  /**
   * Reply codes with which the broker closes the connection because of a bad frame: frame-error,
   * syntax-error, command-invalid, channel-error, unexpected-frame, not-implemented.
   */
  private static final Set<Integer> FRAME_ERRORS = Set.of(501, 502, 503, 504, 505, 540);

  private static final String OTHERWISE_DECLARED =
      "; declare it as it is (crond.rabbitmq.exchange-type, .queue-type and .queue-limit, or the"
          + " arguments of the endpoint), do not declare it (crond.rabbitmq.declare = false, or"
          + " autoDeclare=false of the endpoint), or delete it at the broker";

  /** How replies begin that say that a queue or exchange exists with other arguments. */
  private static final String OTHER_ARGUMENTS = "inequivalent arg";

  private BrokerErrors() {}

  /** Whether {@code thrown} is about one message or its channel, not about the connection. */
  static boolean concernsOneMessage(Throwable thrown) {
    return find(thrown, ShutdownSignalException.class)
        .map(signal -> !signal.isHardError() || blamesFrame(signal))
        .orElseGet(
            () ->
                // The maximum number of channels is open until a confirm releases one.
                find(thrown, AmqpResourceNotAvailableException.class).isPresent()
                    || find(thrown, IOException.class).isEmpty()
                        && find(thrown, TimeoutException.class).isEmpty()
                        && find(thrown, AmqpException.class).isEmpty());
  }

  /** Whether {@code thrown} says that a channel was closed, and only that. */
  public static boolean isChannelClosed(Throwable thrown) {
    return find(thrown, ShutdownSignalException.class).filter(s -> !s.isHardError()).isPresent();
  }

  /** Whether {@code thrown} says that a queue or exchange exists with other arguments. */
  public static boolean isOtherwiseDeclared(Throwable thrown) {
    return isChannelClosed(thrown) && of(thrown).startsWith(OTHER_ARGUMENTS);
  }

  /** Whether {@code thrown} says that the broker is connected but has not answered. */
  static boolean isSilence(Throwable thrown) {
    return find(thrown, ChannelContinuationTimeoutException.class).isPresent();
  }

  private static <T extends Throwable> Optional<T> find(Throwable thrown, Class<T> type) {
    return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst();
  }

  private static boolean blamesFrame(ShutdownSignalException signal) {
    return signal.getReason() instanceof AMQP.Connection.Close close
        && !signal.isInitiatedByApplication()
        && FRAME_ERRORS.contains(close.getReplyCode());
  }

  /** The reason of {@code thrown}: one line, lower case, no full stop. */
  public static String of(Throwable thrown) {
    if (find(thrown, AuthenticationFailureException.class).isPresent()) {
      return "invalid user or password";
    }
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof ShutdownSignalException signal) {
        return of(signal);
      }
      if (t.getCause() == null || t.getCause() == t) {
        return text(t);
      }
    }
    return "unknown";
  }

  private static String of(ShutdownSignalException signal) {
    if (signal.getReason() instanceof AMQP.Channel.Close close) {
      return sentence(close.getReplyText());
    }
    if (signal.getReason() instanceof AMQP.Connection.Close close) {
      return sentence(close.getReplyText());
    }
    Throwable cause = signal.getCause();
    return cause == null || cause == signal ? "the connection was closed" : text(cause);
  }

  /** Removes the code from a reply such as {@code NOT_FOUND - no exchange…}. */
  private static String sentence(String reply) {
    String text = reply.replaceFirst("^[A-Z_]+ - ", "").replaceFirst("\\.$", "");
    return text.isEmpty()
        ? "unknown"
        : text.substring(0, 1).toLowerCase(Locale.ROOT)
            + text.substring(1)
            + (text.startsWith(OTHER_ARGUMENTS) ? OTHERWISE_DECLARED : "");
  }

  private static String text(Throwable t) {
    String message = t.getMessage();
    if (t instanceof java.net.UnknownHostException) {
      return "unknown host: " + message;
    }
    if (t instanceof java.util.concurrent.TimeoutException
        || t instanceof java.net.SocketTimeoutException) {
      return "timed out";
    }
    if (t instanceof java.io.EOFException || t instanceof IOException && message == null) {
      return "the connection was closed";
    }
    if (message == null) {
      return t.toString();
    }
    return sentence(message);
  }
}
