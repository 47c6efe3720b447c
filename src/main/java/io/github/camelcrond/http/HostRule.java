// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import java.util.Locale;
import java.util.Set;

/**
 * Which Host headers are accepted. On loopback only names of loopback: this protects against DNS
 * rebinding by pages of other sites.
 *
 * @param loopback whether the server listens on loopback only
 */
public record HostRule(boolean loopback) {
  private static final Set<String> OWN = Set.of("localhost", "127.0.0.1", "[::1]");

  /** Whether a request with this Host header, port included, may pass. */
  public boolean allows(String host) {
    if (!loopback) {
      return true;
    }
    String name = host.replaceFirst(":[0-9]+$", "").toLowerCase(Locale.ROOT);
    return OWN.contains(name) || name.matches("127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}");
  }
}
