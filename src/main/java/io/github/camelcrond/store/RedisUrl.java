// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.data.redis.connection.RedisNode;

/**
 * The address of Redis and the credentials. Source: the IANA registrations of redis and rediss; for
 * Sentinel, the form that Lettuce reads, with the master in the path.
 *
 * @param tls whether the connection is encrypted
 * @param nodes the server; with {@code master}, the sentinels
 * @param master the name under which the sentinels know the master
 * @param database 0 unless the URL names one
 */
public record RedisUrl(
    boolean tls,
    List<RedisNode> nodes,
    Optional<String> master,
    Optional<String> user,
    Optional<String> password,
    int database) {
  private static final int DEFAULT_PORT = 6379;
  private static final int SENTINEL_PORT = 26_379;
  // The last @ ends the credentials, so that a password may hold one.
  private static final String CREDENTIALS = "(?:([^:@/]*)(?::(.*))?@)?";
  private static final String NODE = "(?:[^:@/?#,\\[\\]]+|\\[[0-9a-fA-F:.]+])(?::\\d{1,5})?";
  private static final String DATABASE = "(?:/(\\d{1,4})?)?";
  private static final Pattern FORM =
      Pattern.compile("(redis|rediss)://" + CREDENTIALS + "(" + NODE + ")()" + DATABASE);
  private static final Pattern SENTINELS =
      Pattern.compile(
          "(redis-sentinel)://"
              + CREDENTIALS
              + ("(" + NODE + "(?:," + NODE + ")*)")
              + "(?:/([A-Za-z0-9._-]+)"
              + DATABASE
              + ")?/?");

  /**
   * Reads a URL.
   *
   * @throws StoreException if it has another form; the message never contains the URL, which may
   *     have a password
   */
  public static RedisUrl parse(String url) {
    boolean sentinel = url.strip().startsWith("redis-sentinel:");
    Matcher m = (sentinel ? SENTINELS : FORM).matcher(url.strip());
    if (!m.matches()) {
      throw refused(sentinel);
    }
    if (sentinel && m.group(5) == null) {
      throw new StoreException(
          "crond.redis.url does not name the master, use redis-sentinel://…/master, with the name"
              + " from sentinel monitor");
    }
    int port = sentinel ? SENTINEL_PORT : DEFAULT_PORT;
    return new RedisUrl(
        m.group(1).equals("rediss"),
        Stream.of(m.group(4).split(",")).map(node -> node(node, port, sentinel)).toList(),
        sentinel ? Optional.of(m.group(5)) : Optional.empty(),
        decoded(m.group(2), sentinel),
        decoded(m.group(3), sentinel),
        m.group(6) == null ? 0 : Integer.parseInt(m.group(6)));
  }

  private static RedisNode node(String text, int defaultPort, boolean sentinel) {
    Matcher m = Pattern.compile("\\[?(.+?)]?(?::(\\d+))?").matcher(text);
    int port = m.matches() && m.group(2) != null ? Integer.parseInt(m.group(2)) : defaultPort;
    if (port < 1 || port > 65_535) {
      throw refused(sentinel);
    }
    return new RedisNode(m.group(1), port);
  }

  private static Optional<String> decoded(String text, boolean sentinel) {
    try {
      // URLDecoder is made for forms, where a + is a blank.
      return Optional.ofNullable(text)
          .filter(t -> !t.isEmpty())
          .map(t -> URLDecoder.decode(t.replace("+", "%2B"), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw refused(sentinel);
    }
  }

  private static StoreException refused(boolean sentinel) {
    return new StoreException(
        sentinel
            ? "crond.redis.url is not a URL of sentinels, use"
                + " redis-sentinel://[[user]:password@]host[:port][,host[:port]…]/master[/db]"
            : "crond.redis.url is not a Redis URL, use redis://[[user]:password@]host[:port][/db],"
                + " rediss://… or redis-sentinel://…/master");
  }

  /** Without the password. */
  @Override
  public String toString() {
    String hosts =
        nodes.stream()
            .map(node -> host(node.getHost()) + ":" + node.getPort())
            .collect(Collectors.joining(","));
    return (master.isPresent() ? "redis-sentinel://" : tls ? "rediss://" : "redis://")
        + user.map(name -> name + "@").orElse("")
        + hosts
        + master.map(name -> "/" + name).orElse("")
        + "/"
        + database;
  }

  private static String host(String host) {
    return host.contains(":") ? "[" + host + "]" : host;
  }
}
