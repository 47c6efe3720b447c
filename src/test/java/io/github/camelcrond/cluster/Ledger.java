// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** What the jobs of a test write down themselves: one line for each start. */
final class Ledger {
  private final Path file;

  Ledger(Path file) {
    this.file = file;
  }

  /** A crontab of so many jobs that each start every second and write it down. */
  String crontab(int jobs) {
    StringBuilder text = new StringBuilder();
    IntStream.rangeClosed(1, jobs)
        .forEach(
            n ->
                text.append("CRON_NAME=job-" + n + "\n@every 1s - ")
                    .append("echo $CRON_JOB_ID $CRON_SCHEDULED_AT $CRON_RUN_ID >>" + file + "\n"));
    return text.toString();
  }

  /** The run-ids by firing ({@code job:instant}, as claims are named). */
  Map<String, List<String>> starts() throws IOException {
    Map<String, List<String>> starts = new TreeMap<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        String[] words = line.split(" ");
        starts.computeIfAbsent(words[0] + ":" + words[1], f -> new ArrayList<>()).add(words[2]);
      }
    }
    return starts;
  }

  /** All firings of {@code jobs} jobs after {@code from} and before {@code to}. */
  static List<String> firings(int jobs, Instant from, Instant to) {
    List<String> all = new ArrayList<>();
    for (Instant at = from.plusSeconds(1); at.isBefore(to); at = at.plusSeconds(1)) {
      Instant second = Instant.ofEpochSecond(at.getEpochSecond());
      IntStream.rangeClosed(1, jobs).forEach(n -> all.add("job-" + n + ":" + second));
    }
    return all;
  }
}
