// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import java.util.LinkedHashSet;
import java.util.Set;

/** Joins the messages of an exception and its causes into one line, each message once. */
final class ErrorText {
  private ErrorText() {}

  static String of(Throwable thrown) {
    Set<String> messages = new LinkedHashSet<>();
    for (Throwable t = thrown; t != null && t.getCause() != t; t = t.getCause()) {
      String message =
          t.getMessage() == null ? t.getClass().getSimpleName() : t.getMessage().strip();
      // A wrapper often ends with the text of its cause.
      if (messages.stream().noneMatch(m -> m.contains(message))) {
        messages.add(message);
      }
    }
    return String.join(": ", messages);
  }
}
