// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The environment that the program was started with, byte for byte (see {@link RawText}). Java
 * decodes it in the charset of the locale, which is ASCII in a container without {@code LANG}, so
 * that other letters would be lost. The shell that runs {@code bin/camel-crond} drops variables
 * whose names are not identifiers, so the launcher hands over a copy of its environment.
 */
public final class Environment {
  /**
   * The variable with the copy: the content of the launcher's {@code /proc/PID/environ} in Base64.
   */
  private static final String COPY = "CROND_ENVIRON";

  private Environment() {}

  /** The environment of this process. */
  public static Map<String, String> get() {
    return of(Path.of("/proc/self/environ"), System.getenv());
  }

  /**
   * The environment in {@code file}: entries {@code name=value}, each terminated by a NUL
   * (proc(5)).
   *
   * @param otherwise the result if the file cannot be read
   */
  static Map<String, String> of(Path file, Map<String, String> otherwise) {
    try {
      Map<String, String> own = parse(Files.readAllBytes(file));
      String copy = own.getOrDefault(COPY, "");
      return copy.isEmpty()
          ? own
          : parse(Base64.getMimeDecoder().decode(copy.getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      return otherwise;
    }
  }

  private static Map<String, String> parse(byte[] environ) {
    Map<String, String> variables = new LinkedHashMap<>();
    int start = 0;
    for (int at = 0; at < environ.length; at++) {
      if (environ[at] == 0) {
        String entry = RawText.decode(Arrays.copyOfRange(environ, start, at));
        int equals = entry.indexOf('=');
        if (equals > 0) {
          variables.put(entry.substring(0, equals), entry.substring(equals + 1));
        }
        start = at + 1;
      }
    }
    return variables;
  }
}
