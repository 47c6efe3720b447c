// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.migrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A job of another program, from which a line of our crontab is made. */
final class JobDraft implements ImportedFile.Item {
  private static final Pattern QUESTION_MARK = Pattern.compile("(?<=\\s)\\?(?=\\s|$)");

  final int line;

  /** The variables that the daemon reads, by name. */
  final Map<String, String> settings = new LinkedHashMap<>();

  /** The variables for the command only, by name. */
  final Map<String, String> variables = new LinkedHashMap<>();

  /** Notes on what could not be carried over. */
  final List<String> notes = new ArrayList<>();

  String name = "";
  String schedule = "";
  String user = "-";

  /** The command part in the notation of a crontab. */
  String raw = "";

  /**
   * Whether schedule, user and command are those that our reader has found in a line made from
   * them.
   */
  boolean wasRead;

  /** Why the line is written as a comment; empty if it is not. */
  String inactive = "";

  /**
   * @param line number of its line in the file
   */
  JobDraft(int line) {
    this.line = line;
  }

  /** Sets the name as written in the file, which may not be a valid CRON_NAME. */
  JobDraft named(String text) {
    name = text;
    return this;
  }

  /** Sets the schedule, in which {@code ?} means the same as {@code *}. */
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

  /** Sets a variable that the daemon reads. */
  void set(String variable, String value) {
    settings.put(variable, value);
  }

  /** Sets a variable for the command only. */
  void variable(String variable, String value) {
    variables.put(variable, value);
  }

  /** Adds a note on what could not be carried over. */
  void note(String text) {
    notes.add(text);
  }

  /** Makes the line a comment because of {@code why}. */
  void deactivate(String why) {
    inactive = inactive.isEmpty() ? why : inactive;
  }
}
