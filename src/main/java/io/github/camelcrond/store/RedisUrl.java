// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of Redis and the credentials. Source: the IANA registrations of redis and rediss.
 *
 * @param tls whether the connection is encrypted
 * @param database 0 unless the URL names one
 */
public record RedisUrl(
    boolean tls,
    String host,
    int port,
    Optional<String> user,
    Optional<String> password,
    int database) {
  private static final int DEFAULT_PORT = 6379;
  // The last @ ends the credentials, so that a password may hold one.
  private static final Pattern FORM =
      Pattern.compile(
          "(redis|rediss)://(?:([^:@/]*)(?::(.*))?@)?([^:@/?#\\[\\]]+|\\[[0-9a-fA-F:.]+])"
              + "(?::(\\d{1,5}))?(?:/(\\d{1,4})?)?");

  /**
   * Reads a URL.
   *
   * @throws StoreException if it has another form; the message never contains the URL, which may
   *     have a password
   */
  public static RedisUrl parse(String url) {
    Matcher m = FORM.matcher(url.strip());
    if (!m.matches()) {
      throw refused();
    }
    int port = m.group(5) == null ? DEFAULT_PORT : Integer.parseInt(m.group(5));
    if (port < 1 || port > 65_535) {
      throw refused();
    }
    return new RedisUrl(
        m.group(1).equals("rediss"),
        m.group(4).replaceAll("[\\[\\]]", ""),
        port,
        decoded(m.group(2)),
        decoded(m.group(3)),
        m.group(6) == null ? 0 : Integer.parseInt(m.group(6)));
  }

  private static Optional<String> decoded(String text) {
    try {
      // URLDecoder is made for forms, where a + is a blank.
      return Optional.ofNullable(text)
          .filter(t -> !t.isEmpty())
          .map(t -> URLDecoder.decode(t.replace("+", "%2B"), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw refused();
    }
  }

  private static StoreException refused() {
    return new StoreException(
        "crond.redis.url is not a Redis URL, use redis://[[user]:password@]host[:port][/db] or"
            + " rediss://…");
  }

  /** Without the password. */
  @Override
  public String toString() {
    return (tls ? "rediss://" : "redis://")
        + user.map(name -> name + "@").orElse("")
        + (host.contains(":") ? "[" + host + "]" : host)
        + ":"
        + port
        + "/"
        + database;
  }
}
