// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.run.RunEndJson;
import io.github.camelcrond.run.RunJournal;
import io.github.camelcrond.run.RunJournalTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** Measures what Redis costs; started by {@code bench/redis}. */
final class RedisBench {
  private static final Duration AWAY = Duration.ofMillis(20);

  private final Path folder;
  private final RedisServer server;
  private final int lines;

  private RedisBench(Path folder, RedisServer server, int lines) {
    this.folder = folder;
    this.server = server;
    this.lines = lines;
  }

  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("redis-bench");
    try (RedisServer server = RedisServer.start(folder)) {
      RedisBench bench = new RedisBench(folder, server, Integer.parseInt(args[0]));
      bench.roundTrips();
      bench.drain();
      bench.recovery();
      bench.lateness("file", "crond.store", "file");
      bench.lateness("redis here", "crond.redis.url", server.url());
      try (DelayingProxy proxy = DelayingProxy.to(server.port(), AWAY)) {
        bench.lateness("redis 20 ms away", "crond.redis.url", proxy.url());
      }
      bench.lateness(
          "redis down", "crond.redis.url", "redis://127.0.0.1:" + RedisServer.freePort());
    }
    System.exit(0);
  }

  private void roundTrips() {
    try (DelayingProxy proxy = DelayingProxy.to(server.port(), AWAY);
        StoreFixture daemon =
            StoreFixture.start(
                StoreFixture.settings(folder.resolve("trips"), server)
                    .with("crond.redis.url", proxy.url()))) {
      daemon.recover();
      store(daemon, 0, 1);
      System.out.printf(
          "%-44s %10s %12s%n", "records of runs, redis 20 ms away", "trips", "until stored");
      for (int runs : new int[] {1, 100, 1_000}) {
        long before = proxy.roundTrips();
        Instant begin = Instant.now();
        store(daemon, 1 + runs, runs);
        Duration took = Duration.between(begin, Instant.now());
        System.out.printf(
            "%-44s %10d %9d ms%n",
            runs + " runs of as many jobs", proxy.roundTrips() - before, took.toMillis());
      }
    }
  }

  private static void store(StoreFixture daemon, int from, int count) {
    for (int i = 0; i < count; i++) {
      daemon.end(Runs.end("job-" + i, from + i));
    }
    Awaitility.await()
        .pollInterval(Duration.ofMillis(1))
        .until(() -> daemon.bean("run-journal", RunJournal.class).pendingCount() == 0);
  }

  /**
   * How long the records of runs take that ended while Redis was down, once it is back, and the
   * longest time that a run which starts and ends meanwhile waits for the journal.
   */
  private void drain() {
    System.out.printf(
        "%n%-44s %10s %12s%n", "records of runs, redis was down", "stored in", "longest wait");
    for (int count : new int[] {10_000, 20_000, 40_000}) {
      try (StoreFixture daemon =
          StoreFixture.start(StoreFixture.settings(folder.resolve("drain-" + count), server))) {
        daemon.recover();
        RunJournal journal = daemon.bean("run-journal", RunJournal.class);
        store(daemon, 0, 1);
        server.kill();
        for (int i = 1; i < count; i++) {
          note(journal, Runs.end("job-" + i % 1_000, i));
        }
        daemon.end(Runs.end("job-0", count));
        server.start();
        Awaitility.await()
            .pollInterval(Duration.ofMillis(1))
            .until(() -> journal.pendingCount() < count);
        Instant begin = Instant.now();
        Duration longest = Duration.ZERO;
        for (int i = 1; journal.pendingCount() > 1; i++) {
          Instant before = Instant.now();
          note(journal, Runs.end("job-0", count + i));
          Duration waited = Duration.between(before, Instant.now());
          longest = waited.compareTo(longest) > 0 ? waited : longest;
          LockSupport.parkNanos(20_000_000);
        }
        System.out.printf(
            "%-44s %7d ms %9.1f ms%n",
            count + " runs",
            Duration.between(begin, Instant.now()).toMillis(),
            longest.toNanos() / 1e6);
      }
    }
  }

  private static void note(RunJournal journal, RunEnd end) {
    journal.ended(end, Optional.empty());
    journal.notePublished(end.run());
  }

  private void recovery() throws Exception {
    String text = crontab("0 3 * * *");
    System.out.printf(
        "%n%-44s %10s%n", "from JVM start to jobs in force, " + lines + " lines", "ms");
    Path file = folder.resolve("recovery/crontab");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    started(file, Map.of("crond.redis.url", server.url()), () -> 1);
    System.out.printf(
        "%-44s %10d%n",
        "crontab there", started(file, Map.of("crond.redis.url", server.url()), () -> 1));
    Files.delete(file);
    System.out.printf(
        "%-44s %10d%n",
        "crontab from redis", started(file, Map.of("crond.redis.url", server.url()), () -> 1));
    if (!Files.readString(file).equals(text)) {
      throw new IllegalStateException("not the same crontab");
    }
  }

  /**
   * Milliseconds from the start of a daemon until its crontab is loaded; lets it run so many
   * seconds more.
   */
  private long started(Path file, Map<String, String> settings, IntSupplier seconds)
      throws Exception {
    Instant begin = Instant.now();
    Process daemon = daemon(file, settings);
    CountDownLatch loaded = new CountDownLatch(1);
    Instant[] at = new Instant[1];
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader out =
                  new BufferedReader(
                      new InputStreamReader(daemon.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                  if (line.contains("camel-crond: ") || line.contains(" ERROR ")) {
                    System.err.println(line);
                  }
                  if (line.contains("crontab loaded")) {
                    at[0] = Instant.now();
                    loaded.countDown();
                  }
                }
              } catch (IOException e) {
                // it has ended
              }
            });
    reader.start();
    if (!loaded.await(1, TimeUnit.MINUTES)) {
      throw new IllegalStateException("crontab is not loaded");
    }
    TimeUnit.SECONDS.sleep(seconds.getAsInt());
    daemon.destroy();
    daemon.waitFor();
    return Duration.between(begin, at[0]).toMillis();
  }

  private Process daemon(Path file, Map<String, String> settings) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.add("-XX:+UseSerialGC");
    settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.add("-Dcrond.store=" + settings.getOrDefault("crond.store", "redis"));
    command.add("-Dcrond.store.dir=" + file.resolveSibling("store"));
    command.add("-Dcrond.crontab.file=" + file);
    command.add("-Dcrond.http.port=" + RedisServer.freePort());
    command.add("-Dcrond.home=" + Path.of("").toAbsolutePath());
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), "io.github.camelcrond.App", "run"));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** Seconds until the next minute has begun and what it started has been stored. */
  private static int pastTheMinute() {
    return 60 - (int) (System.currentTimeMillis() / 1_000 % 60) + 15;
  }

  /**
   * Lets the jobs run once each and prints how late they were, by what the journal or the store
   * says.
   */
  private void lateness(String what, String key, String value) throws Exception {
    Path file = folder.resolve(what.replace(' ', '-')).resolve("crontab");
    Files.createDirectories(file.getParent());
    Files.writeString(file, crontab("* * * * *"));
    started(file, Map.of(key, value), RedisBench::pastTheMinute);
    List<Long> late = new ArrayList<>();
    for (RunEnd end : ends(file)) {
      late.add(Duration.between(end.scheduled(), end.started().orElseThrow()).toMillis());
    }
    Collections.sort(late);
    if (late.isEmpty()) {
      throw new IllegalStateException("no run was recorded");
    }
    System.out.printf(
        "%n%-24s runs=%d late p50=%d ms p99=%d ms max=%d ms%n",
        what,
        late.size(),
        late.get(late.size() / 2),
        late.get(late.size() * 99 / 100),
        late.get(late.size() - 1));
  }

  /** All runs are in the journal as long as it is small; their order does not matter here. */
  private static List<RunEnd> ends(Path file) {
    return RunJournalTest.records(file.resolveSibling("store")).stream()
        .filter(line -> line.startsWith("{\"event\":\"ended\""))
        .map(RedisBench::end)
        .collect(Collectors.toList());
  }

  private static RunEnd end(String line) {
    try {
      return RunEndJson.read(new ObjectMapper().readTree(line).get("end").toString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private String crontab(String schedule) {
    return IntStream.range(0, lines)
        .mapToObj(i -> "CRON_NAME=job-" + i + "\n" + schedule + " - /bin/true " + i + "\n")
        .collect(Collectors.joining());
  }
}
