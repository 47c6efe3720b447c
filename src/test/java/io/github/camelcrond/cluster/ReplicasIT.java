// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelcrond.daemon.Http;
import io.github.camelcrond.daemon.RealDaemon;
import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.store.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

class ReplicasIT {
  private static final Duration SLACK = Duration.ofSeconds(2);

  @TempDir private Path folder;

  private static final Pattern MISSED = Pattern.compile("missed, first (\\S+Z), last (\\S+?Z)");

  @Test
  void startEachFiringOnceThoughOneIsKilledAndOthersAreReplaced() throws Exception {
    try (Replicas replicas = Replicas.of(folder, 3, 10).start()) {
      Instant from = Instant.now();
      replicas.kill(0);
      replicas.daemon(0).start();
      Replicas.awaitLoad(replicas.daemon(0));
      replicas.daemon(1).signal("STOP");
      replicas.daemon(2).stop();
      replicas.daemon(1).signal("CONT");
      Instant to = Instant.now();
      waitUntil(() -> Instant.now().isAfter(to.plusSeconds(1)));
      Map<String, List<String>> recordsByJob = records(replicas);
      replicas.daemon(0).stop();
      replicas.daemon(1).stop();

      Replicas.Outcome outcome = replicas.outcome(from, to, SLACK);

      assertThat(outcome.twice()).isEmpty();
      assertThat(outcome.open()).allMatch(firing -> isExplained(firing, recordsByJob));
      assertThat(outcome.once()).isPositive();
    }
  }

  @Test
  void claimLateWhatARedisThatStallsKeptThemFromClaiming() throws Exception {
    try (Replicas replicas = Replicas.of(folder, 2, 10).start()) {
      waitUntil(
          () ->
              startedAfter(Instant.EPOCH, replicas.daemon(0))
                  && startedAfter(Instant.EPOCH, replicas.daemon(1)));
      Instant from = Instant.now();
      replicas.redis().hang();
      Instant to = from.plusMillis(2_700);
      waitUntil(() -> Instant.now().isAfter(to));
      replicas.redis().goOn();
      waitUntil(() -> Instant.now().isAfter(to.plusSeconds(4)));
      Map<String, List<String>> recordsByJob = records(replicas);
      List<String> records = recordsByJob.get("job-1");
      replicas.daemon(0).stop();
      replicas.daemon(1).stop();

      Replicas.Outcome outcome = replicas.outcome(from, to, SLACK);

      assertThat(outcome.open()).allMatch(firing -> isExplained(firing, recordsByJob));
      assertThat(outcome.twice()).isEmpty();
      assertThat(records).anyMatch(r -> r.contains("late, Redis did not respond"));
      assertThat(records).noneMatch(r -> r.contains(RunEnd.UNCLAIMED));
    }
  }

  @Test
  void missNoFiringWhileTheStartWaitsForARedisThatStalls() throws Exception {
    try (Replicas replicas = Replicas.of(folder, 1, 1)) {
      replicas.daemon(0).set("crond.redis.timeout", "3s");
      replicas.redis().hang();
      replicas.start();
      replicas.daemon(0).awaitLog("store is down");
      replicas.redis().goOn();
      waitUntil(() -> records(replicas).get("job-1").size() >= 5);
      List<String> records = records(replicas).get("job-1");

      assertThat(scheduled(records)).doesNotHaveDuplicates();
      // The first alarm may be late, as the program is still loading on a machine with other load.
      assertThat(records.subList(0, records.size() - 1)).noneMatch(r -> r.contains("coalesced"));
    }
  }

  @Test
  void holdPausesTogetherAndDoAsToldWhenRedisIsDown() throws Exception {
    try (Replicas replicas = Replicas.of(folder, 2, 1)) {
      int port = RedisServer.freePort();
      RealDaemon skips = serving(replicas.daemon(0), port);
      int portOfRuns = RedisServer.freePort();
      RealDaemon runs =
          serving(replicas.daemon(1), portOfRuns).set("crond.claims.on-failure", "run");
      replicas.start();

      try (Jedis redis = new Jedis("127.0.0.1", replicas.redis().port())) {
        // A daemon that finds a new store gives it the pauses that it knows of.
        waitUntil(() -> redis.exists("crond:crontab") && redis.exists("crond:routes"));
        redis.sadd("crond:paused", "job-1");
        waitUntil(() -> isPaused(port) && isPaused(portOfRuns));
        waitUntil(
            () ->
                skips.log("reason=\"the job is paused\"").size()
                        + runs.log("reason=\"the job is paused\"").size()
                    >= 3);
        assertThat(scheduled(redis.lrange("crond:runs:job-1", 0, -1))).doesNotHaveDuplicates();
        redis.srem("crond:paused", "job-1");
        Instant resumed = Instant.now();
        waitUntil(() -> !isPaused(port) && !isPaused(portOfRuns));
        waitUntil(() -> startedAfter(resumed, skips) || startedAfter(resumed, runs));
      }

      replicas.redis().kill();
      skips.awaitLog("job skipped", "not claimed: Redis did not respond");
      assertThat(Http.get(port, "/observe/health")).contains("Redis does not respond");
      assertThat(Http.metric(port, "crond_claims_failed_total")).isPositive();
      Instant down = Instant.now();
      waitUntil(() -> startedAfter(down, runs));

      replicas.redis().start();
      skips.awaitLog("store is up");
      Instant back = Instant.now();
      waitUntil(() -> startedAfter(back, skips) || startedAfter(back, runs));
    }
  }

  private static RealDaemon serving(RealDaemon daemon, int port) {
    return daemon
        .set("crond.run.misfire-grace", "3s")
        .set("crond.http.enabled", "true")
        .set("crond.http.port", String.valueOf(port));
  }

  private static boolean isPaused(int port) {
    try {
      return Http.metric(port, "crond_job_paused{") > 0;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, List<String>> records(Replicas replicas) {
    Map<String, List<String>> records = new HashMap<>();
    try (Jedis redis = new Jedis("127.0.0.1", replicas.redis().port())) {
      for (int i = 1; i <= 10; i++) {
        records.put("job-" + i, redis.lrange("crond:runs:job-" + i, 0, -1));
      }
    }
    return records;
  }

  /** On a busy machine several instants may become one run, whose record says so. */
  private static boolean isExplained(String firing, Map<String, List<String>> recordsByJob) {
    String job = firing.substring(0, firing.indexOf(':'));
    Instant instant = Instant.parse(firing.substring(job.length() + 1).split(" ")[0]);
    return recordsByJob.get(job).stream()
        .flatMap(record -> MISSED.matcher(record).results())
        .anyMatch(
            missed ->
                !instant.isBefore(Instant.parse(missed.group(1)))
                    && !instant.isAfter(Instant.parse(missed.group(2))));
  }

  private static List<String> scheduled(List<String> records) {
    return records.stream().map(r -> r.replaceFirst(".*\"scheduled\":\"([^\"]+).*", "$1")).toList();
  }

  private static boolean startedAfter(Instant instant, RealDaemon daemon) {
    return daemon.log("job started").stream()
        .map(line -> Instant.parse(line.substring(0, line.indexOf(' '))))
        .anyMatch(started -> started.isAfter(instant));
  }

  private static void waitUntil(BooleanSupplier condition) {
    await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(50))
        .until(condition::getAsBoolean);
  }
}
