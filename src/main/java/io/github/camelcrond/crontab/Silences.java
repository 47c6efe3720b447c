// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Comments that silence warnings: {@code # camel-crond: ignore CODE} for the next job or variable,
 * {@code # camel-crond: ignore-all CODE} for all lines below. Several codes are separated by blanks
 * or commas.
 */
final class Silences {
  /** The codes of all warnings. */
  static final Set<String> CODES =
      Collections.unmodifiableSet(
          new TreeSet<>(
              List.of(
                  """
                  another-schedule both-day-fields clock-change daemon-variable
                  endpoint-not-ready extra-user fixed-variable group-limit mailto missing-user
                  never-fires no-break-space past percent program redirect-only
                  retry-without-queue schedule-in-variable sixth-field smart-quotes step-above-range
                  trailing-backslash tz unknown-code unknown-variable unused-name
                  wildcard-command
                  """
                      .split("\\s+"))));

  private static final String MARK = "camel-crond:";
  private static final Pattern COMMENT =
      Pattern.compile("[ \\t]*#+[ \\t]*camel-crond:[ \\t]*(ignore(?:-all)?)[ \\t]+(\\S.*)");

  private final Map<String, Integer> from = new HashMap<>();
  private final Map<Integer, Set<String>> lines = new HashMap<>();
  private Set<String> next = Set.of();

  /** Reads a comment; returns a warning if it names an unknown code. */
  Optional<Found> comment(TextLine line) {
    if (!line.text().contains(MARK)) {
      return Optional.empty();
    }
    Matcher comment = COMMENT.matcher(line.text());
    if (!comment.matches()) {
      return Optional.empty();
    }
    List<String> codes = List.of(comment.group(2).strip().split("[ \\t,]+"));
    if (comment.group(1).equals("ignore-all")) {
      codes.forEach(code -> from.putIfAbsent(code, line.number()));
    } else {
      next = new HashSet<>(next);
      next.addAll(codes);
    }
    List<String> unknown = codes.stream().filter(code -> !CODES.contains(code)).toList();
    return unknown.isEmpty() ? Optional.empty() : Optional.of(unknown(comment.start(2), unknown));
  }

  private static Found unknown(int index, List<String> codes) {
    return new Found(
        "unknown-code",
        index,
        "no warning has the code "
            + String.join(" or ", codes)
            + ", use one of "
            + String.join(", ", CODES),
        Optional.empty());
  }

  /** Applies the preceding comments to {@code line}, which is a job or a variable. */
  void line(TextLine line) {
    if (!next.isEmpty()) {
      lines.put(line.number(), next);
      next = Set.of();
    }
  }

  /** Whether warnings with {@code code} are silenced at {@code line}. */
  boolean cover(int line, String code) {
    return lines.getOrDefault(line, Set.of()).contains(code)
        || from.getOrDefault(code, Integer.MAX_VALUE) < line;
  }
}
