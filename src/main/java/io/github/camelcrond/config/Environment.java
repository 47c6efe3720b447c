// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The environment that the process was started with, read as UTF-8. Java reads it in the charset of
 * the locale, and in a container without {@code LANG} that is ASCII: other letters would be lost.
 */
public final class Environment {
  private Environment() {}

  /** The environment of this process. */
  public static Map<String, String> get() {
    return of(Path.of("/proc/self/environ"), System.getenv());
  }

  /**
   * The one in {@code file}, name=value each ended by a NUL (proc(5)).
   *
   * @param otherwise the result if the file cannot be read
   */
  static Map<String, String> of(Path file, Map<String, String> otherwise) {
    try {
      return parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
    } catch (IOException e) {
      return otherwise;
    }
  }

  private static Map<String, String> parse(String text) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (String entry : text.split("\0")) {
      int equals = entry.indexOf('=');
      if (equals > 0) {
        variables.put(entry.substring(0, equals), entry.substring(equals + 1));
      }
    }
    return variables;
  }
}
