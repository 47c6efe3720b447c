// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import io.github.camelcrond.config.Settings;
import java.util.Locale;
import java.util.Set;

/**
 * Where the HTTP server listens.
 *
 * @param host address or name to bind
 * @param port 0 for any free one
 * @param bodyLimit bytes that a request's body may have
 */
public record HttpSettings(String host, int port, long bodyLimit) {
  private static final Set<String> OWN = Set.of("localhost", "127.0.0.1", "[::1]");

  /** Reads {@code crond.http.*}. */
  public static HttpSettings of(Settings settings) {
    return new HttpSettings(
        settings.text("crond.http.host"),
        settings.number("crond.http.port", 0, 65_535),
        settings.bytes("crond.http.body-limit", 1 << 10, 100 << 20));
  }

  /**
   * Whether a request with this Host header, port included, is accepted. On loopback only names of
   * loopback are: this protects against DNS rebinding by pages of other sites.
   */
  public boolean accepts(String hostHeader) {
    if (!loopback()) {
      return true;
    }
    String name = hostHeader.replaceFirst(":[0-9]+$", "").toLowerCase(Locale.ROOT);
    return OWN.contains(name) || name.matches("127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}");
  }

  /** Whether only this machine can connect. */
  public boolean loopback() {
    return host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
  }
}
