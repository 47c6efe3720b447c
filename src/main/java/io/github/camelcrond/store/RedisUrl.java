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
 * @param tls whether connections are encrypted
 * @param nodes the server, the sentinels, or some nodes of the cluster
 * @param master the name under which the sentinels know the master; empty without Sentinel
 * @param database 0 unless the URL names one
 */
public record RedisUrl(
    Kind kind,
    boolean tls,
    List<RedisNode> nodes,
    Optional<String> master,
    Optional<String> user,
    Optional<String> password,
    int database) {
  // The last @ ends the credentials, so that a password may hold one.
  private static final String CREDENTIALS = "(?:([^:@/]*)(?::(.*))?@)?";
  private static final String NODE = "(?:[^:@/?#,\\[\\]]+|\\[[0-9a-fA-F:.]+])(?::\\d{1,5})?";
  private static final String NODES = NODE + "(?:," + NODE + ")*";
  private static final String DATABASE = "(?:/(\\d{1,4})?)?";

  /** What the URL names. */
  public enum Kind {
    /** One server. */
    SERVER("redis", "(" + NODE + ")()" + DATABASE, 6379, ""),
    /** Sentinels, which name the master. */
    SENTINEL(
        "redis-sentinel",
        "(" + NODES + ")(?:/([A-Za-z0-9._-]+)" + DATABASE + ")?/?",
        26_379,
        "crond.redis.url is not a URL of sentinels, use"
            + " redis-sentinel://[[user]:password@]host[:port][,host[:port]…]/master[/db]"
            + " or rediss-sentinel://…"),
    /** Nodes of a Redis Cluster, which name the others. */
    CLUSTER(
        "redis-cluster",
        "(" + NODES + ")()(?:/(0)?)?",
        6379,
        "crond.redis.url is not a URL of a Redis Cluster, which has no databases, use"
            + " redis-cluster://[[user]:password@]host[:port][,host[:port]…] or"
            + " rediss-cluster://…");

    private final String scheme;
    private final Pattern form;
    private final int port;
    private final String refusal;

    Kind(String scheme, String place, int port, String refusal) {
      this.scheme = scheme;
      this.form = Pattern.compile("redis(s?)[a-z-]*://" + CREDENTIALS + place);
      this.port = port;
      this.refusal = refusal;
    }

    private String scheme(boolean tls) {
      return (tls ? scheme.replaceFirst("redis", "rediss") : scheme) + "://";
    }

    private static Kind of(String url) {
      return Stream.of(values())
          .filter(kind -> url.startsWith(kind.scheme(false)) || url.startsWith(kind.scheme(true)))
          .findFirst()
          .orElseThrow(() -> new StoreException(NO_URL));
    }

    private StoreException refused() {
      return new StoreException(refusal.isEmpty() ? NO_URL : refusal);
    }
  }

  private static final String NO_URL =
      "crond.redis.url is not a Redis URL, use redis://[[user]:password@]host[:port][/db],"
          + " rediss://…, redis-sentinel://…/master or redis-cluster://…";

  /**
   * Reads a URL.
   *
   * @throws StoreException if it has another form; the message never contains the URL, which may
   *     have a password
   */
  public static RedisUrl parse(String text) {
    String url = text.strip();
    Kind kind = Kind.of(url);
    Matcher m = kind.form.matcher(url);
    if (!m.matches()) {
      throw kind.refused();
    }
    if (kind == Kind.SENTINEL && m.group(5) == null) {
      throw new StoreException(
          "crond.redis.url does not name the master, use redis-sentinel://…/master, with the name"
              + " from sentinel monitor");
    }
    return new RedisUrl(
        kind,
        !m.group(1).isEmpty(),
        Stream.of(m.group(4).split(",")).map(node -> node(node, kind)).toList(),
        Optional.of(m.group(5)).filter(name -> !name.isEmpty()),
        decoded(m.group(2), kind),
        decoded(m.group(3), kind),
        m.group(6) == null ? 0 : Integer.parseInt(m.group(6)));
  }

  private static RedisNode node(String text, Kind kind) {
    Matcher m = Pattern.compile("\\[?(.+?)]?(?::(\\d+))?").matcher(text);
    int port = m.matches() && m.group(2) != null ? Integer.parseInt(m.group(2)) : kind.port;
    if (port < 1 || port > 65_535) {
      throw kind.refused();
    }
    return new RedisNode(m.group(1), port);
  }

  private static Optional<String> decoded(String text, Kind kind) {
    try {
      // URLDecoder is made for forms, where a + is a blank.
      return Optional.ofNullable(text)
          .filter(t -> !t.isEmpty())
          .map(t -> URLDecoder.decode(t.replace("+", "%2B"), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw kind.refused();
    }
  }

  /** Without the password. */
  @Override
  public String toString() {
    String hosts =
        nodes.stream()
            .map(node -> host(node.getHost()) + ":" + node.getPort())
            .collect(Collectors.joining(","));
    return kind.scheme(tls)
        + user.map(name -> name + "@").orElse("")
        + hosts
        + master.map(name -> "/" + name).orElse("")
        + (kind == Kind.CLUSTER ? "" : "/" + database);
  }

  private static String host(String host) {
    return host.contains(":") ? "[" + host + "]" : host;
  }
}
