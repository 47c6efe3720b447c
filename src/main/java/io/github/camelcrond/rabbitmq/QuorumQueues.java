// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Quorum queues as the daemon declares them. */
public final class QuorumQueues {
  /**
   * From RabbitMQ 4.0 on, a quorum queue drops a message after 20 failed deliveries, unless it is
   * declared with another limit; 4.0 also counts messages that were returned. There is no value for
   * no limit that all versions accept.
   */
  private static final int NO_DELIVERY_LIMIT = 2_000_000_000;

  /** The delay of a message that was rejected once; each further time adds as much. */
  private static final Duration FIRST_DELAY = Duration.ofSeconds(1);

  private static final Duration LONGEST_DELAY = Duration.ofSeconds(10);

  private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\b.*");

  private QuorumQueues() {}

  /** The arguments of such a queue, and {@code others}. */
  public static Map<String, Object> arguments(Map<String, Object> others) {
    Map<String, Object> arguments = new TreeMap<>(others);
    arguments.put("x-queue-type", "quorum");
    arguments.put("x-delivery-limit", NO_DELIVERY_LIMIT);
    return arguments;
  }

  /**
   * Arguments by which the broker keeps a rejected message for {@link #delay} before it redelivers
   * it.
   */
  public static Map<String, Object> delayingRejected() {
    return Map.of(
        "x-delayed-retry-type", "failed",
        "x-delayed-retry-min", FIRST_DELAY.toMillis(),
        "x-delayed-retry-max", LONGEST_DELAY.toMillis());
  }

  /** How long the broker keeps a message that is rejected after it was rejected {@code times}. */
  public static Duration delay(long times) {
    Duration linear = FIRST_DELAY.multipliedBy(Math.min(times, LONGEST_DELAY.toSeconds()) + 1);
    return linear.compareTo(LONGEST_DELAY) < 0 ? linear : LONGEST_DELAY;
  }

  /** Whether the broker at the other end of {@code connection} can delay rejected messages. */
  public static boolean canDelay(Connection connection) {
    return isFrom(connection, 4, 3);
  }

  /** Whether the broker at the other end of {@code connection} has quorum queues. */
  static boolean areIn(Connection connection) {
    return isFrom(connection, 3, 8);
  }

  private static boolean isFrom(Connection connection, int major, int minor) {
    Map<String, Object> broker = connection.getServerProperties();
    return isFrom(
        String.valueOf(broker.get("product")), String.valueOf(broker.get("version")), major, minor);
  }

  /** Whether a broker that gives these names is a RabbitMQ of that version or a later one. */
  static boolean isFrom(String product, String version, int major, int minor) {
    Matcher numbers = VERSION.matcher(version);
    if (!product.equals("RabbitMQ") || !numbers.matches()) {
      return false;
    }
    int found = Integer.parseInt(numbers.group(1));
    return found > major || found == major && Integer.parseInt(numbers.group(2)) >= minor;
  }

  /**
   * Declares {@code queue} on a channel of its own, which the broker closes if it refuses.
   *
   * @return why the queue is not declared: it exists with another type or other arguments, the user
   *     may not declare it, or no channel is free; empty if it is declared
   * @throws IOException if the connection is lost
   */
  public static Optional<IOException> declare(
      Connection connection, String queue, Map<String, Object> arguments) throws IOException {
    Channel once = connection.createChannel();
    if (once == null) {
      return Optional.of(new IOException("no channel is free"));
    }
    try {
      once.queueDeclare(queue, true, false, false, arguments);
      return Optional.empty();
    } catch (IOException e) {
      if (!BrokerErrors.isChannelClosed(e)) {
        throw e;
      }
      return Optional.of(e);
    } finally {
      once.abort();
    }
  }
}
