// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.run.RunEndJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What became of the firings of a {@link Cluster}: figures, and what breaks a promise. */
final class ClusterReport {
  private static final double LONGEST_RECOVERY = 10;

  private final Witness witness;
  private final Map<String, GapCheck> checks;
  private final Map<String, List<String>> reasons = new HashMap<>();
  private final Map<String, Integer> excused = new TreeMap<>();

  /** Two runs that were in progress at once, as {@code src/it/witness/runs.sql} found. */
  private record Pair(
      String job,
      String older,
      String newer,
      String olderFence,
      String newerFence,
      boolean killed,
      boolean failed,
      boolean redisFailed,
      String times) {
    static Pair of(String[] row) {
      return new Pair(
          row[0], row[1], row[2], row[3], row[4], is(row[5]), is(row[6]), is(row[7]), row[8]);
    }

    private static boolean is(String column) {
      return column.equals("t");
    }

    boolean fencesRise() {
      return Long.parseLong(olderFence) < Long.parseLong(newerFence);
    }
  }

  /**
   * @param checks the firings, by prefix
   * @param records the records of all runs
   */
  ClusterReport(Witness witness, Map<String, GapCheck> checks, List<String> records) {
    this.witness = witness;
    this.checks = checks;
    for (String json : records) {
      RunEnd end = RunEndJson.read(json);
      end.reason()
          .ifPresent(r -> reasons.computeIfAbsent(end.run(), run -> new ArrayList<>()).add(r));
    }
  }

  /** The firings that nothing explains. */
  List<String> open() {
    return checks.values().stream().flatMap(check -> check.open().stream()).toList();
  }

  /** Whether a recovery took longer than promised, as it may on a machine with other load. */
  boolean isSlow() throws IOException, InterruptedException {
    return !slow().isEmpty();
  }

  private List<String> slow() throws IOException, InterruptedException {
    return lines(
        "select healed, what, job, round(took, 1) from recoveries where took > "
            + LONGEST_RECOVERY);
  }

  /** Prints all; returns whether each promise was kept, recoveries aside. */
  boolean print() throws IOException, InterruptedException {
    System.out.println();
    for (Map.Entry<String, GapCheck> check : checks.entrySet()) {
      Map<String, Integer> table = check.getValue().table();
      int firings = table.values().stream().mapToInt(Integer::intValue).sum();
      System.out.printf("%6d  firings, %s%n", firings, check.getKey());
      table.forEach((why, count) -> System.out.printf("        %6d  %s%n", count, why));
    }
    Map<String, List<String>> broken = broken();
    Map<String, List<String>> found = new LinkedHashMap<>(broken);
    found.put("recoveries of more than " + (int) LONGEST_RECOVERY + " s", slow());
    excused.forEach((why, count) -> System.out.printf("%6d  %s%n", count, why));
    System.out.println();
    for (String[] row :
        witness.rows(
            "select regexp_replace(what, ' host.*', ''), count(distinct healed), max(round(took,"
                + " 1)) from recoveries group by 1 order by 1")) {
      System.out.printf("%6s  %-28s slowest recovery %s s%n", row[1], row[0], row[2]);
    }
    System.out.println();
    found.forEach(
        (what, all) -> {
          System.out.printf("%6d  %s%n", all.size(), what);
          all.stream().limit(20).forEach(one -> System.out.println("          " + one));
        });
    boolean ran = checks.values().stream().allMatch(c -> c.table().containsKey("ran once"));
    return ran && broken.values().stream().allMatch(List::isEmpty);
  }

  private Map<String, List<String>> broken() throws IOException, InterruptedException {
    Map<String, List<String>> broken = new LinkedHashMap<>();
    broken.put(
        "doubles (claims)",
        lines(
            "select job, scheduled, string_agg(run || ' on ' || host, ', ') from runs"
                + " where job like 'claims-%' group by job, scheduled having count(*) > 1"));
    checks.forEach((prefix, check) -> broken.put("not explained, " + prefix, check.open()));
    List<Pair> overlaps = pairs("overlapping");
    broken.put(
        "overlaps whose fences do not rise",
        overlaps.stream().filter(pair -> !pair.fencesRise()).map(Pair::toString).toList());
    broken.put("overlaps that nothing excuses", overlapsWithoutExcuse(overlaps));
    broken.put(
        "jobs that did not run again after a fault",
        lines("select healed, what, job from recoveries where took is null"));
    broken.put("more runs of a group than its limit", crowdsWithoutExcuse(pairs("crowding")));
    return broken;
  }

  private List<String> overlapsWithoutExcuse(List<Pair> overlaps) {
    List<String> found = new ArrayList<>();
    for (Pair pair : overlaps) {
      Optional<String> excuse = excuse(pair);
      excuse.ifPresent(why -> excused.merge("overlaps: " + why, 1, Integer::sum));
      if (excuse.isEmpty()) {
        found.add(pair.toString());
      }
    }
    return found;
  }

  /** With those of the older ones that have an excuse left out, two others must not remain. */
  private List<String> crowdsWithoutExcuse(List<Pair> crowds) {
    Map<String, List<Pair>> others = new LinkedHashMap<>();
    for (Pair pair : crowds) {
      List<Pair> unexcused = others.computeIfAbsent(pair.newer(), run -> new ArrayList<>());
      if (excuse(pair).isEmpty()) {
        unexcused.add(pair);
      }
    }
    others.forEach(
        (run, pairs) -> {
          if (pairs.size() < 2) {
            excused.merge("groups above their limit: an older run had failed", 1, Integer::sum);
          }
        });
    return others.values().stream().filter(p -> p.size() >= 2).map(List::toString).toList();
  }

  /** Why docs/cluster.md does not promise that the older run had ended. */
  private Optional<String> excuse(Pair pair) {
    if (reasons.getOrDefault(pair.older(), List.of()).stream()
        .anyMatch(reason -> reason.contains(PlaceWatch.LOST))) {
      return Optional.of("the older one lost its place, as its record says");
    }
    if (pair.killed()) {
      return Optional.of("the daemon of the older one was killed");
    }
    if (pair.failed()) {
      return Optional.of("the older one ended while its daemon was stopped or cut off");
    }
    return pair.redisFailed()
        ? Optional.of("Redis was away or failed over meanwhile")
        : Optional.empty();
  }

  private List<Pair> pairs(String view) throws IOException, InterruptedException {
    String both = "older_time * newer_time";
    // From the begin of the older one to the end of the overlap.
    String time = "tstzrange(lower(older_time), upper(" + both + "), '[]')";
    String columns =
        "job, older, newer, coalesce(older_fence, 0), coalesce(newer_fence, 0), "
            + "suffered(older_host, true, %1$s), suffered(older_host, false, %1$s),"
            + " suffered('*', false, %1$s), older_host || ' ' || older_time || ', ' || newer_host"
            + " || ' ' || newer_time";
    String sql = "select " + String.format(columns, time) + " from " + view;
    return witness.rows(sql).stream().map(Pair::of).toList();
  }

  private List<String> lines(String sql) throws IOException, InterruptedException {
    return witness.rows(sql).stream().map(row -> String.join(" ", row)).toList();
  }
}
