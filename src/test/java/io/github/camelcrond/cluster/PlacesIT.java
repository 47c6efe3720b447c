// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelcrond.daemon.RealDaemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

class PlacesIT {
  private static final Pattern REPLACED = Pattern.compile("run=(\\S+) .*replaced by run (\\S+) on");

  @TempDir private Path folder;
  private Path ledger;

  /** What a run wrote down when it began or ended. */
  private record Note(String what, String scheduled, String run, long fence) {}

  @BeforeEach
  void nameLedger() {
    ledger = folder.resolve("runs");
  }

  private Replicas replicas(int count, String crontab) throws IOException {
    Replicas replicas = Replicas.of(folder, count, 1);
    for (int i = 0; i < count; i++) {
      replicas.daemon(i).set("crond.claims.lease", "2s").crontab(crontab);
    }
    return replicas;
  }

  /** A job that writes down its begin and, if it gets that far, its end. */
  private String job(String variables, String schedule, String seconds) {
    String note = "$CRON_SCHEDULED_AT $CRON_RUN_ID $CRON_FENCE >>" + ledger;
    return variables.replace(' ', '\n')
        + String.format(
            "\n%s - echo begin %s; sleep %s; echo end %s\n", schedule, note, seconds, note);
  }

  private List<Note> notes() throws IOException {
    try (Stream<String> lines = Files.exists(ledger) ? Files.lines(ledger) : Stream.empty()) {
      return lines
          .map(line -> line.split(" "))
          .map(words -> new Note(words[0], words[1], words[2], Long.parseLong(words[3])))
          .toList();
    }
  }

  private List<Note> begins() throws IOException {
    return notes().stream().filter(note -> note.what().equals("begin")).toList();
  }

  @Test
  void skipARunWhileOneOfAnotherReplicaIsInProgress() throws Exception {
    String crontab = job("CRON_NAME=job-1 CRON_OVERLAP=skip", "@every 1s", "1.4");
    try (Replicas replicas = replicas(3, crontab).start()) {
      waitUntil(() -> begins().size() >= 8);
      List<String> records = records(replicas);
      stop(replicas);

      assertThat(concurrent()).as("%s", notes()).isEqualTo(1);
      assertThat(begins().stream().map(Note::fence)).isSorted().doesNotHaveDuplicates();
      assertThat(records)
          .anyMatch(r -> r.matches(".*previous run is still in progress: run \\w+ on \\S+\".*"));
    }
  }

  private static void stop(Replicas replicas) throws Exception {
    for (int i = 0; i < replicas.count(); i++) {
      replicas.daemon(i).stop();
    }
  }

  /** The highest number of runs at a time. */
  private int concurrent() throws IOException {
    int most = 0;
    int now = 0;
    for (Note note : notes()) {
      now += note.what().equals("begin") ? 1 : -1;
      most = Math.max(most, now);
    }
    return most;
  }

  @Test
  void letTheRunsOfAGroupInByTheirInstants() throws Exception {
    String crontab =
        job("CRON_GROUP=g:2 CRON_NAME=job-1", "@every 1s", "0.8")
            + job("CRON_NAME=job-2", "@every 1s", "0.8")
            + job("CRON_NAME=job-3", "@every 1s", "0.8");
    try (Replicas replicas = replicas(2, crontab).start()) {
      waitUntil(() -> begins().size() >= 20);
      stop(replicas);

      assertThat(concurrent()).as("%s", notes()).isEqualTo(2);
      List<Note> begins = begins();
      for (int i = 2; i < begins.size(); i++) {
        // Two may begin at the same moment.
        assertThat(begins.get(i).scheduled()).isGreaterThanOrEqualTo(begins.get(i - 2).scheduled());
      }
    }
  }

  @Test
  void endTheRunOfAnotherReplicaThatIsReplaced() throws Exception {
    String crontab = job("CRON_NAME=job-1 CRON_OVERLAP=replace", "@every 2s", "30");
    try (Replicas replicas = replicas(2, crontab).start()) {
      waitUntil(() -> replacedFrom(replicas, 0, 1) || replacedFrom(replicas, 1, 0));

      waitUntil(
          () ->
              records(replicas).stream().anyMatch(r -> r.contains("\"outcome\":\"interrupted\"")));
    }
  }

  /** Whether a run of one replica was replaced by a run that then started on the other. */
  private static boolean replacedFrom(Replicas replicas, int here, int there) {
    return replicas.daemon(here).log("job interrupted", "replaced by run").stream()
        .map(REPLACED::matcher)
        .filter(Matcher::find)
        .anyMatch(m -> !replicas.daemon(there).log("job started", m.group(2)).isEmpty());
  }

  @Test
  void startTheJobElsewhereWhenTheLeaseOfAKilledReplicaHasEnded() throws Exception {
    String crontab = job("CRON_NAME=job-1 CRON_OVERLAP=skip", "@every 1s", "20");
    try (Replicas replicas = replicas(2, crontab)) {
      RealDaemon dies = replicas.daemon(0).start();
      dies.awaitLog("job started");
      RealDaemon lives = replicas.daemon(1).start();
      lives.awaitLog("job skipped", "the previous run is still in progress: run ");

      dies.kill9();

      lives.awaitLog("job started");
      assertThat(begins().stream().map(Note::fence)).hasSize(2).isSorted();
    }
  }

  @Test
  void endTheRunOfAReplicaThatWasStoppedForLongerThanItsLease() throws Exception {
    String crontab = job("CRON_NAME=job-1 CRON_OVERLAP=skip", "@every 1s", "20");
    try (Replicas replicas = replicas(2, crontab)) {
      RealDaemon stopped = replicas.daemon(0).start();
      String run = RealDaemon.value(stopped.awaitLog("job started"), "run");
      stopped.signal("STOP");
      RealDaemon other = replicas.daemon(1).start();
      String next = RealDaemon.value(other.awaitLog("job started"), "run");

      stopped.signal("CONT");

      stopped.awaitLog("job interrupted", run, "lost its place", "run " + next + " on ");
      waitUntil(
          () ->
              records(replicas).stream()
                  .anyMatch(r -> r.contains(run) && r.contains("its lease of 2s had ended")));
      assertThat(notes()).noneMatch(note -> note.what().equals("end"));
    }
  }

  private static List<String> records(Replicas replicas) {
    try (Jedis redis = new Jedis("127.0.0.1", replicas.redis().port())) {
      return new ArrayList<>(redis.lrange("crond:runs:job-1", 0, -1));
    }
  }

  private static void waitUntil(Callable<Boolean> condition) {
    await().atMost(Duration.ofSeconds(40)).pollInterval(Duration.ofMillis(50)).until(condition);
  }
}
