// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import java.util.Optional;
import org.apache.camel.Exchange;

/** Headers and query parameters that a request may leave out. */
final class Parameters {
  private Parameters() {}

  /** The one with this name. */
  static Optional<String> text(Exchange exchange, String name) {
    return Optional.ofNullable(exchange.getMessage().getHeader(name, String.class))
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  /**
   * The one with this name as a whole number, {@code fallback} if there is none.
   *
   * @throws ApiProblem if it is not a number from {@code min} to {@code max}
   */
  static int number(Exchange exchange, String name, int fallback, int min, int max) {
    Optional<String> text = text(exchange, name);
    if (text.isEmpty()) {
      return fallback;
    }
    // Integer.parseInt also accepts digits of other scripts.
    if (text.get().matches("[0-9]{1,9}")) {
      int number = Integer.parseInt(text.get());
      if (number >= min && number <= max) {
        return number;
      }
    }
    throw new ApiProblem(
        400, name + " " + text.get() + " is out of range, use " + min + " to " + max);
  }
}
