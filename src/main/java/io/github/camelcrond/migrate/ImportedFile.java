// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.migrate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The content of an imported file, in its order. */
final class ImportedFile {
  private final String name;
  private final List<Item> items = new ArrayList<>();
  private final List<Fault> faults = new ArrayList<>();
  private final Set<String> once = new HashSet<>();

  /** A part of the crontab to be written. */
  sealed interface Item permits Comment, JobDraft {}

  /**
   * A comment, or a blank line.
   *
   * @param text the comment without its {@code #}
   */
  record Comment(String text) implements Item {}

  ImportedFile(String name) {
    this.name = name;
  }

  void comment(String text) {
    items.add(new Comment(text));
  }

  /** Adds a comment unless the file has it already. */
  void commentOnce(String text) {
    if (once.add(text)) {
      comment(text);
    }
  }

  void job(JobDraft job) {
    items.add(job);
  }

  private record Fault(int line, String message) {}

  /** Reports a fault at {@code line}. */
  void report(int line, String message) {
    faults.add(new Fault(line, message));
  }

  /** Reports a fault at {@code line}, and adds a comment about it. */
  void fault(int line, String message) {
    report(line, message);
    comment("left out, line " + line + ": " + message);
  }

  List<Item> items() {
    return items;
  }

  /** The faults, in the order of the lines. */
  List<String> faults() {
    return faults.stream()
        .sorted(Comparator.comparingInt(Fault::line))
        .map(fault -> name + ":" + fault.line + ": " + fault.message)
        .toList();
  }
}
