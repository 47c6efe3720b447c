// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import java.util.List;

/**
 * A valid schedule and the warnings about its text.
 *
 * @param warnings in the order of their columns
 */
public record ParsedSchedule(Schedule schedule, List<Warning> warnings) {

  /** Copies the list. */
  public ParsedSchedule {
    warnings = List.copyOf(warnings);
  }
}
