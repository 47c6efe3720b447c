// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.routes;

import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;

/** Thrown when a route file cannot be used; the message begins with file, line and column. */
public final class RouteFileException extends Exception {
  private static final long serialVersionUID = 1L;

  /** An error at {@code mark} of {@code file}, at its beginning if there is no mark. */
  static RouteFileException at(String file, Optional<Mark> mark, String why) {
    String where =
        mark.map(m -> ":" + (m.getLine() + 1) + ":" + (m.getColumn() + 1)).orElse(":1:1");
    return new RouteFileException(file + where, why);
  }

  RouteFileException(String where, String why) {
    super(where + ": " + why);
  }
}
