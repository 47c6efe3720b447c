// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.util.LinkedHashMap;
import java.util.Map;

/** Writes the text of a crontab from top to bottom. */
public final class CrontabText {
  private static final String NAME = "CRON_NAME";

  private final StringBuilder text = new StringBuilder();
  private final Map<String, String> inForce = new LinkedHashMap<>();

  /** Adds a comment, in which line breaks and other control characters are escaped. */
  public void comment(String comment) {
    String line = comment.replace("\r", "\\r").replace("\n", "\\n").replace('\t', ' ');
    text.append("# ").append(Characters.printable(line).strip()).append('\n');
  }

  /** Adds a blank line. */
  public void blank() {
    text.append('\n');
  }

  /**
   * Adds the variables that change for the next job, and its name if it has one. A variable of the
   * previous job that the next job lacks is set to the empty value.
   */
  public void variables(Map<String, String> wanted) {
    for (Map.Entry<String, String> variable : inForce.entrySet()) {
      if (!wanted.containsKey(variable.getKey()) && !variable.getValue().isEmpty()) {
        variable.setValue("");
        assign(variable.getKey(), "");
      }
    }
    wanted.forEach(
        (name, value) -> {
          if (!name.equals(NAME) && !value.equals(inForce.put(name, value))) {
            assign(name, value);
          }
        });
    if (wanted.containsKey(NAME)) {
      assign(NAME, wanted.get(NAME));
    }
  }

  /** Adds a line unchanged. */
  public void line(String line) {
    text.append(line).append('\n');
  }

  /**
   * The command part of a line that runs {@code command}: percent signs are escaped, and a first
   * word that looks like an endpoint is written so that it stays a command. Of an odd number of
   * backslashes before a percent sign, the last one is dropped, as a crontab cannot express it.
   */
  public static String escaped(String command) {
    StringBuilder raw = new StringBuilder(command.length() + 8);
    raw.append(EndpointRule.schemeLength(command) > 0 ? "\\" : "");
    int backslashes = 0;
    for (int i = 0; i < command.length(); i++) {
      char c = command.charAt(i);
      if (c == '%' && backslashes % 2 == 0) {
        raw.append('\\');
      }
      raw.append(c);
      backslashes = c == '\\' ? backslashes + 1 : 0;
    }
    return raw.toString();
  }

  private void assign(String name, String value) {
    boolean plainName = !name.isEmpty() && "'\"#".indexOf(name.charAt(0)) < 0 && !hasBlank(name);
    text.append(plainName ? name : quoted(name));
    text.append(" = ").append(isPlain(value) ? value : quoted(value)).append('\n');
  }

  private static boolean isPlain(String value) {
    return !value.isEmpty()
        && value.equals(value.strip())
        && value.charAt(0) != '"'
        && value.charAt(0) != '\'';
  }

  private static boolean hasBlank(String name) {
    return name.indexOf(' ') >= 0 || name.indexOf('\t') >= 0;
  }

  private static String quoted(String value) {
    char quote = value.indexOf('"') < 0 ? '"' : '\'';
    return quote + value + quote;
  }

  /** The text so far. */
  @Override
  public String toString() {
    return text.toString();
  }
}
