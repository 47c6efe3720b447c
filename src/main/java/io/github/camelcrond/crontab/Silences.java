// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Comments that silence warnings: {@code # camel-crond: ignore CODE} for the next job or variable,
 * {@code # camel-crond: ignore-all CODE} for all lines below. Several codes are separated by blanks
 * or commas.
 */
final class Silences {
  private static final String MARK = "camel-crond:";
  private static final Pattern COMMENT =
      Pattern.compile("[ \\t]*#+[ \\t]*camel-crond:[ \\t]*(ignore(?:-all)?)[ \\t]+(.*)");

  private final Map<String, Integer> from = new HashMap<>();
  private final Map<Integer, Set<String>> lines = new HashMap<>();
  private Set<String> next = Set.of();

  /** Takes a comment. */
  void comment(TextLine line) {
    if (!line.text().contains(MARK)) {
      return;
    }
    Matcher comment = COMMENT.matcher(line.text());
    if (!comment.matches()) {
      return;
    }
    List<String> codes = List.of(comment.group(2).strip().split("[ \\t,]+"));
    if (comment.group(1).equals("ignore-all")) {
      codes.forEach(code -> from.putIfAbsent(code, line.number()));
    } else {
      next = new HashSet<>(next);
      next.addAll(codes);
    }
  }

  /** Makes {@code line}, a job or a variable, the one that the comments above it are for. */
  void line(TextLine line) {
    if (!next.isEmpty()) {
      lines.put(line.number(), next);
      next = Set.of();
    }
  }

  /** Whether warnings with that code are silenced at that line. */
  boolean cover(int line, String code) {
    return lines.getOrDefault(line, Set.of()).contains(code)
        || from.getOrDefault(code, Integer.MAX_VALUE) < line;
  }
}
