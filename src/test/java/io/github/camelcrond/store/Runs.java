// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.run.RunEndJson;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Ends of runs for tests. */
final class Runs {
  private Runs() {}

  static Instant at(int second) {
    return Instant.parse("2026-11-22T00:00:00Z").plusSeconds(second);
  }

  static RunEnd end(String job, int number) {
    return end(job, number, "schedule", "out " + number);
  }

  static RunEnd manual(String job, int number) {
    return end(job, number, "manual", "");
  }

  static RunEnd skipped(String job, int number) {
    return end(job, number, "skipped", "schedule", "");
  }

  static RunEnd end(String job, int number, String cause, String output) {
    return end(job, number, "succeeded", cause, output);
  }

  private static RunEnd end(String job, int number, String outcome, String cause, String output) {
    return new RunEnd(
        job,
        String.format("01J%020d%3s", number, job).replace(' ', '0'),
        outcome,
        Optional.of(0),
        Optional.empty(),
        Optional.empty(),
        cause,
        at(number),
        Optional.of(at(number)),
        at(number + 1),
        "host-a",
        1,
        false,
        output,
        Optional.empty());
  }

  static List<String> json(RunEnd... ends) {
    return Stream.of(ends).map(RunEndJson::text).toList();
  }
}
