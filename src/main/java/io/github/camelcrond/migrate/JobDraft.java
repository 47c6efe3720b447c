// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.migrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A job of another program on its way to a line of ours. */
final class JobDraft implements ImportedFile.Item {
  private static final Pattern QUESTION_MARK = Pattern.compile("(?<=\\s)\\?(?=\\s|$)");

  final int line;

  /** The variables that the daemon reads, by name. */
  final Map<String, String> settings = new LinkedHashMap<>();

  /** The variables for the command only, by name. */
  final Map<String, String> variables = new LinkedHashMap<>();

  /** What could not be carried over. */
  final List<String> notes = new ArrayList<>();

  String name = "";
  String schedule = "";
  String user = "-";

  /** The command part in the notation of a crontab. */
  String raw = "";

  /** Whether schedule, user and command are what our reader found in a line of them. */
  boolean wasRead;

  /** Why the line is to be a comment; empty if it is not. */
  String inactive = "";

  /**
   * @param line where it stands in its file
   */
  JobDraft(int line) {
    this.line = line;
  }

  /** The name as written there; may be no valid CRON_NAME. */
  JobDraft named(String text) {
    name = text;
    return this;
  }

  /** The schedule, in which a {@code ?} is the same as {@code *}. */
  JobDraft at(String text) {
    schedule = QUESTION_MARK.matcher(text.strip()).replaceAll("*");
    return this;
  }

  JobDraft as(String text) {
    user = text;
    return this;
  }

  /** The command part in the notation of a crontab. */
  JobDraft runs(String text) {
    raw = text;
    return this;
  }

  /** A variable that the daemon reads. */
  void set(String variable, String value) {
    settings.put(variable, value);
  }

  /** A variable for the command only. */
  void variable(String variable, String value) {
    variables.put(variable, value);
  }

  /** Says what could not be carried over. */
  void note(String text) {
    notes.add(text);
  }

  /** Makes the line a comment, for a reason. */
  void deactivate(String why) {
    inactive = inactive.isEmpty() ? why : inactive;
  }
}
