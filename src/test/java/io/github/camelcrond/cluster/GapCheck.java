// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.run.RunEndJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Explains what became of each firing of some jobs: it ran, or a record says why not, or the claim
 * names a daemon that was killed.
 */
final class GapCheck {
  private static final Pattern RANGE =
      Pattern.compile(
          "(\\w[^;]*?):? \\d+(?: or more)? firings? missed, first (\\S+), last ([^;]+)");

  private final Function<String, List<String>> recorded;
  private final Function<String, Optional<String>> claims;
  private final Set<String> killed;
  private final Map<String, List<String>> starts = new HashMap<>();
  private final Map<String, Integer> table = new TreeMap<>();
  private final List<String> open = new ArrayList<>();

  /** Several firings that one record explains. */
  private record Range(String why, Instant first, Instant last) {
    boolean covers(Instant instant) {
      return !instant.isBefore(first) && !instant.isAfter(last);
    }
  }

  /**
   * @param recorded the records of a job
   * @param claims the claim of a firing
   * @param ledger one line for each start: job, scheduled instant, run
   * @param killed process ids of the daemons that were killed
   */
  GapCheck(
      Function<String, List<String>> recorded,
      Function<String, Optional<String>> claims,
      Path ledger,
      Set<String> killed)
      throws IOException {
    this.recorded = recorded;
    this.claims = claims;
    this.killed = killed;
    for (String line : Files.readAllLines(ledger)) {
      String[] words = line.split(" ");
      starts.computeIfAbsent(words[0] + ":" + words[1], f -> new ArrayList<>()).add(words[2]);
    }
  }

  /** Looks at the firings of {@code job} after {@code from} and before {@code to}. */
  void check(Job job, Instant from, Instant to) {
    Map<Instant, List<RunEnd>> records = new HashMap<>();
    List<Range> ranges = new ArrayList<>();
    for (String json : recorded.apply(job.id())) {
      RunEnd end = RunEndJson.read(json);
      records.computeIfAbsent(end.scheduled(), i -> new ArrayList<>()).add(end);
      end.reason().ifPresent(reason -> ranges.addAll(ranges(reason)));
    }
    Optional<Instant> next = job.schedule().next(from);
    while (next.isPresent() && next.get().isBefore(to)) {
      Instant instant = next.get();
      String firing = job.id() + ":" + instant;
      List<String> ran = starts.getOrDefault(firing, List.of());
      List<RunEnd> ends = records.getOrDefault(instant, List.of());
      Optional<String> why =
          ran.isEmpty() ? reason(firing, instant, ends, ranges) : started(ran, ends);
      table.merge(why.orElse("not explained"), 1, Integer::sum);
      if (why.isEmpty()) {
        open.add(firing + " ran " + ran + ", records " + ends + ", claim " + claims.apply(firing));
      }
      next = job.schedule().next(instant);
    }
  }

  private static List<Range> ranges(String reason) {
    List<Range> ranges = new ArrayList<>();
    Matcher range = RANGE.matcher(reason);
    while (range.find()) {
      ranges.add(
          new Range(
              range.group(1).strip(),
              Instant.parse(range.group(2)),
              Instant.parse(range.group(3))));
    }
    return ranges;
  }

  /** A run that began again was begun by a worker that was killed, as its record says. */
  private static Optional<String> started(List<String> ran, List<RunEnd> ends) {
    if (ends.stream().noneMatch(end -> ran.contains(end.run()))) {
      return Optional.empty();
    }
    if (ran.size() == 1) {
      boolean late = ends.stream().anyMatch(end -> end.reason().orElse("").contains("claimed"));
      return Optional.of(late ? "ran once, claimed late" : "ran once");
    }
    boolean again = ends.stream().anyMatch(end -> end.delivery().orElse(1) >= ran.size());
    return again && ran.stream().distinct().count() == 1
        ? Optional.of("ran again, its worker was killed")
        : Optional.empty();
  }

  private Optional<String> reason(
      String firing, Instant instant, List<RunEnd> ends, List<Range> ranges) {
    Optional<String> recorded =
        ends.stream()
            .map(end -> end.outcome() + ": " + end.reason().orElse("").replaceAll("[;0-9].*", ""))
            .findFirst();
    Optional<String> ranged =
        ranges.stream().filter(r -> r.covers(instant)).map(Range::why).findFirst();
    return recorded
        .or(() -> ranged.map(why -> "several: " + why))
        .or(() -> claims.apply(firing).filter(this::isOfKilled).map(c -> "claimer was killed"));
  }

  private boolean isOfKilled(String claim) {
    return killed.contains(claim.substring(claim.lastIndexOf('-') + 1));
  }

  /** Firings by what became of them. */
  Map<String, Integer> table() {
    return table;
  }

  /** Those that nothing explains. */
  List<String> open() {
    return open;
  }
}
