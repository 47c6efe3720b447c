// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import java.util.Optional;
import org.apache.camel.Exchange;

/** The endpoint that gets a copy of the output of a run. */
public final class OutputEndpoint {
  private static final String NONE = "none";

  private final String fallback;

  /**
   * @param fallback the endpoint for jobs that do not set CRON_OUTPUT
   */
  public OutputEndpoint(Optional<String> fallback) {
    this.fallback = fallback.filter(f -> !f.equals(NONE)).orElse("");
  }

  /**
   * The endpoint that CRON_OUTPUT or the setting names for the run of {@code exchange}; the empty
   * string if there is none.
   */
  public String endpoint(Exchange exchange) {
    String own = own(exchange);
    return own.equals(NONE) ? "" : own.isEmpty() ? fallback : own;
  }

  /** Whether the output of the run of {@code exchange} is not to be published. */
  public static boolean isNone(Exchange exchange) {
    return own(exchange).equals(NONE);
  }

  /** CRON_OUTPUT of the job; for a run of an earlier daemon, the value in the journal. */
  private static String own(Exchange exchange) {
    Run run = exchange.getVariable("run", Run.class);
    return run == null
        ? exchange.getVariable("cron-output", NONE, String.class)
        : run.job().policies().output().orElse("");
  }
}
