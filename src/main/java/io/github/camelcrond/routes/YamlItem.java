// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.routes;

/**
 * One entry of a route file: a route, a template, a configuration.
 *
 * @param kind {@code route}, {@code routeTemplate}, {@code routeConfiguration}, …
 * @param id as written, empty if there is none
 * @param uri of the endpoint that a route or a template begins with, as written, else empty
 * @param text from its dash to the next entry
 * @param from its first line, from 0
 * @param to the line after its last
 */
record YamlItem(String kind, String id, String uri, String text, int from, int to) {

  /** Whether it defines error handling for the routes of all files. */
  boolean configures() {
    return kind.equals("routeConfiguration");
  }

  /** Whether routes of other files may need it before they are created. */
  boolean shared() {
    return configures() || kind.equals("beans");
  }

  /** Whether it is a single route; {@code rest} creates several. */
  boolean isRoute() {
    return kind.equals("route") || kind.equals("from");
  }

  /** Whether the daemon relies on it. */
  boolean isDaemons() {
    return DaemonRoutes.name(this).isPresent();
  }

  boolean sameAs(YamlItem other) {
    return kind.equals(other.kind) && id.equals(other.id) && text.equals(other.text);
  }
}
