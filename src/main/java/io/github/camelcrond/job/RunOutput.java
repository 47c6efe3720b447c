// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import java.util.Optional;

/** Where a copy of a run's output goes. */
public final class RunOutput {
  private final Optional<String> fallback;

  /**
   * @param fallback endpoint for jobs that name none
   */
  public RunOutput(Optional<String> fallback) {
    this.fallback = fallback.filter(f -> !f.equals("none"));
  }

  /**
   * The endpoint that {@code CRON_OUTPUT}, else the setting, names; empty if there is none, or no
   * run: of one that an earlier daemon began nothing is copied.
   */
  public String endpoint(Optional<Run> run) {
    if (run.isEmpty()) {
      return "";
    }
    Optional<String> own = run.get().job().policies().output();
    return own.isPresent() ? own.filter(o -> !o.equals("none")).orElse("") : fallback.orElse("");
  }
}
