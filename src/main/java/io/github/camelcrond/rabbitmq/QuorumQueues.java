// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import com.rabbitmq.client.Connection;
import java.util.Map;
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

  private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\b.*");

  private QuorumQueues() {}

  /** The arguments of such a queue, and {@code others}. */
  public static Map<String, Object> arguments(Map<String, Object> others) {
    Map<String, Object> arguments = new TreeMap<>(others);
    arguments.put("x-queue-type", "quorum");
    arguments.put("x-delivery-limit", NO_DELIVERY_LIMIT);
    return arguments;
  }

  /** Whether the broker at the other end of {@code connection} has them. */
  static boolean areIn(Connection connection) {
    Map<String, Object> broker = connection.getServerProperties();
    return areIn(String.valueOf(broker.get("product")), String.valueOf(broker.get("version")));
  }

  /** The same for a broker that gives these names: RabbitMQ from 3.8 on. */
  static boolean areIn(String product, String version) {
    Matcher numbers = VERSION.matcher(version);
    if (!product.equals("RabbitMQ") || !numbers.matches()) {
      return false;
    }
    int major = Integer.parseInt(numbers.group(1));
    return major > 3 || major == 3 && Integer.parseInt(numbers.group(2)) >= 8;
  }
}
