// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import com.rabbitmq.client.Address;
import io.github.camelcrond.config.SettingsException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The address of the broker and the credentials to log in with: {@code
 * amqp://user:password@host:5672,other:5672/vhost}, with TLS {@code amqps://}. Source: the URI
 * specification of RabbitMQ, extended by several hosts.
 *
 * @param addresses at least one; tried in this order
 */
public record RabbitUrl(
    boolean tls, List<Address> addresses, String user, String password, String virtualHost) {
  private static final Pattern FORM =
      Pattern.compile("(amqps?)://(?:([^:@/]*)(?::([^@/]*))?@)?([^@/?#]*)(?:/([^/?#]*))?");
  private static final Pattern HOST = Pattern.compile("([^:\\[\\]]+|\\[[0-9a-fA-F:.%]+])(:\\d+)?");
  private static final int PORT = 5672;
  private static final int TLS_PORT = 5671;

  /**
   * Reads {@code text}.
   *
   * @throws SettingsException if it is not such a URL; the message never contains the text
   */
  public static RabbitUrl parse(String text) {
    Matcher m = FORM.matcher(text);
    if (!m.matches()) {
      throw bad();
    }
    boolean tls = m.group(1).equals("amqps");
    List<Address> addresses =
        Stream.of(m.group(4).split(",", -1)).map(h -> address(h.strip(), tls)).toList();
    String host = m.group(5) == null ? "" : decoded(m.group(5));
    return new RabbitUrl(
        tls,
        addresses,
        m.group(2) == null ? "guest" : decoded(m.group(2)),
        m.group(3) == null ? "guest" : decoded(m.group(3)),
        host.isEmpty() ? "/" : host);
  }

  private static Address address(String text, boolean tls) {
    Matcher m = HOST.matcher(text);
    if (!m.matches()) {
      throw bad();
    }
    String host = m.group(1).replaceAll("[\\[\\]]", "");
    int port = tls ? TLS_PORT : PORT;
    if (m.group(2) != null) {
      port = m.group(2).length() > 6 ? 0 : Integer.parseInt(m.group(2).substring(1));
    }
    if (port < 1 || port > 65_535) {
      throw bad();
    }
    return new Address(host, port);
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw bad();
    }
  }

  private static SettingsException bad() {
    return new SettingsException(
        "crond.rabbitmq.url is not a broker URL, use amqp://user:password@host:5672/vhost or"
            + " amqps:// for TLS; separate several hosts by commas, write @ in the password as"
            + " %40");
  }

  /** The hosts as {@link Address#parseAddresses} expects them. */
  String hosts() {
    return addresses.stream().map(RabbitUrl::text).collect(Collectors.joining(","));
  }

  private static String text(Address address) {
    String host = address.getHost();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  /** Without user and password. */
  @Override
  public String toString() {
    return (tls ? "amqps://" : "amqp://") + hosts() + "/" + virtualHost.replaceFirst("^/$", "");
  }
}
