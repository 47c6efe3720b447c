// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

import java.util.LinkedHashSet;
import java.util.Set;

/** The messages of exceptions, as parts of error messages. */
public final class ErrorText {
  private ErrorText() {}

  /** The message of {@code thrown}, or the name of its class if it has none. */
  public static String of(Throwable thrown) {
    return thrown.getMessage() == null ? thrown.getClass().getSimpleName() : thrown.getMessage();
  }

  /** The messages of {@code thrown} and its causes in one line, each message once. */
  public static String all(Throwable thrown) {
    Set<String> messages = new LinkedHashSet<>();
    for (Throwable t = thrown; t != null && t.getCause() != t; t = t.getCause()) {
      String message = of(t).strip();
      // A wrapper often ends with the text of its cause.
      if (messages.stream().noneMatch(m -> m.contains(message))) {
        messages.add(message);
      }
    }
    return String.join(": ", messages);
  }
}
