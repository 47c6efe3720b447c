// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import java.util.Locale;

/** What the client's exceptions mean, in words of ours. */
public final class Reasons {
  private Reasons() {}

  /** Why {@code thrown} was thrown: one line, lower case, no full stop. */
  public static String of(Throwable thrown) {
    if (thrown instanceof AuthenticationFailureException) {
      return "user or password is wrong";
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

  /** Without the code in front, {@code NOT_FOUND - no exchange…}. */
  private static String sentence(String reply) {
    String text =
        reply.isEmpty()
            ? "unknown"
            : reply.replaceFirst("^[A-Z_]+ - ", "").replaceFirst("\\.$", "");
    return text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
  }

  private static String text(Throwable t) {
    String message = t.getMessage();
    if (t instanceof java.net.UnknownHostException) {
      return "host is not known: " + message;
    }
    if (t instanceof java.util.concurrent.TimeoutException
        || t instanceof java.net.SocketTimeoutException) {
      return "no answer in time";
    }
    if (t instanceof java.io.EOFException || message == null) {
      return "the connection was closed";
    }
    return sentence(message);
  }
}
