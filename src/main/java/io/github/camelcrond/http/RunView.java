// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.camelcrond.job.Progress;
import io.github.camelcrond.job.RunEnd;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A run as the API shows it, running or ended; its output is asked for by itself.
 *
 * @param outcome {@code waiting} or {@code running}, else that of its record
 * @param duration seconds from the first start to the end, or to now; absent if it never started
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record RunView(
    String run,
    String job,
    String outcome,
    @JsonProperty("exit-code") Optional<Integer> exitCode,
    Optional<Integer> signal,
    Optional<String> reason,
    String cause,
    Instant scheduled,
    Optional<Instant> started,
    Optional<Instant> ended,
    Optional<Double> duration,
    Optional<String> host,
    int attempt,
    boolean truncated) {

  /** A run that has ended. */
  static RunView of(RunEnd end) {
    return new RunView(
        end.run(),
        end.job(),
        end.outcome(),
        end.exitCode(),
        end.signal(),
        end.reason(),
        end.cause(),
        end.scheduled(),
        end.started(),
        Optional.of(end.ended()),
        end.started().map(s -> seconds(s, end.ended())),
        Optional.of(end.host()),
        end.attempt(),
        end.truncated());
  }

  /** A run in progress. */
  static RunView of(Progress progress, Instant now) {
    return new RunView(
        progress.run().id(),
        progress.run().job().id(),
        progress.started().isPresent() ? "running" : "waiting",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        progress.run().cause().text(),
        progress.run().scheduled(),
        progress.started(),
        Optional.empty(),
        progress.started().map(s -> seconds(s, now)),
        Optional.empty(),
        progress.attempt(),
        false);
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 1000.0;
  }
}
