// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import io.github.camelcrond.config.Settings;

/**
 * Where the HTTP server listens.
 *
 * @param host address or name to bind
 * @param port 0 for any free one
 * @param bodyLimit bytes that a request's body may have
 */
public record HttpSettings(String host, int port, long bodyLimit) {

  /** Reads {@code crond.http.*}. */
  public static HttpSettings of(Settings settings) {
    return new HttpSettings(
        settings.text("crond.http.host"),
        settings.number("crond.http.port", 0, 65_535),
        settings.bytes("crond.http.body-limit", 1 << 10, 100 << 20));
  }

  /** Whether only this machine can connect. */
  public boolean loopback() {
    return host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
  }
}
