// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.routes;

/** Thrown when a route file cannot be used; the message begins with file, line and column. */
public final class RouteFileException extends Exception {
  private static final long serialVersionUID = 1L;

  RouteFileException(String where, String why) {
    super(where + ": " + why);
  }
}
