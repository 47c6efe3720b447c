// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelcrond.daemon.RealDaemon;
import io.github.camelcrond.store.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

class AnyReplicaIT {
  @TempDir private Path folder;
  private final int[] ports = new int[3];
  private int commands;

  private Replicas replicas(int count, String crontab) throws IOException {
    Replicas replicas = Replicas.of(folder, count, 1);
    for (int i = 0; i < count; i++) {
      ports[i] = RedisServer.freePort();
      replicas
          .daemon(i)
          .set("crond.host", "host-" + i)
          .set("crond.history.runs", "10000")
          .set("crond.http.enabled", "true")
          .set("crond.http.port", String.valueOf(ports[i]))
          .set("crond.http.token", "t0ken")
          .crontab(crontab);
    }
    replicas.start();
    for (int i = 0; i < count; i++) {
      replicas.daemon(i).awaitLog("HTTP server listening");
    }
    return replicas;
  }

  /** A command of the program, for the daemon with this number. */
  private RealDaemon command(int daemon, String... words) throws IOException {
    Path own = Files.createDirectory(folder.resolve("command-" + commands++));
    Stream<String> options =
        Stream.of("--url", "http://127.0.0.1:" + ports[daemon], "--token", "t0ken");
    return new RealDaemon(own)
        .start(Stream.concat(Stream.of(words), options).toArray(String[]::new));
  }

  private String runNow(int daemon, String job) throws Exception {
    RealDaemon command = command(daemon, "run-now", job);
    assertThat(command.exitCode()).as("%s", command.log()).isZero();
    return command.log().get(0);
  }

  private List<String> records(Replicas replicas, String job) {
    try (Jedis redis = new Jedis("127.0.0.1", replicas.redis().port())) {
      return List.copyOf(redis.lrange("crond:runs:" + job, 0, -1));
    }
  }

  @Test
  void runsAJobOnEachHostOnceForEachFiring() throws Exception {
    String crontab = "CRON_ON = each\nCRON_OVERLAP = skip\nCRON_NAME = clean\n@every 1s - true\n";
    try (Replicas replicas = replicas(3, crontab)) {
      waitUntil(() -> firings(replicas, "host-0").size() >= 3);
      replicas.kill(0);
      replicas.daemon(0).start();
      Replicas.awaitLoad(replicas.daemon(0));
      int before = firings(replicas, "host-0").size();
      waitUntil(() -> firings(replicas, "host-0").size() >= before + 3);
      List<String> first = firings(replicas, "host-0");
      List<String> second = firings(replicas, "host-1");

      assertThat(first).doesNotHaveDuplicates();
      assertThat(second).doesNotHaveDuplicates();
      // On a busy machine several instants may become one run.
      assertThat(firings(replicas, "host-2")).anyMatch(second::contains);
      assertThat(first).anyMatch(second::contains);
    }
  }

  /** The instants of the runs that a host has started. */
  private List<String> firings(Replicas replicas, String host) {
    return records(replicas, "clean").stream()
        .filter(r -> r.contains("\"host\":\"" + host + "\"") && r.contains("\"started\":"))
        .map(r -> r.replaceFirst(".*\"scheduled\":\"([^\"]+).*", "$1"))
        .toList();
  }

  @Test
  void showsFollowsAndKillsARunThroughAnotherReplica() throws Exception {
    String crontab =
        "CRON_NAME = long\n@yearly - echo begun; until [ -e %s/go ]; do sleep 0.1; done; echo went\n"
            .formatted(folder);
    try (Replicas replicas = replicas(2, crontab)) {
      String run = runNow(0, "long");
      waitUntil(() -> command(1, "output", run).exitCode() == 0);
      RealDaemon output = command(1, "output", run);
      assertThat(output.exitCode()).isZero();
      assertThat(output.log()).containsExactly("begun");

      String killed = runNow(0, "long");
      RealDaemon kill = command(1, "kill", killed);
      assertThat(kill.exitCode()).as("%s", kill.log()).isZero();
      replicas.daemon(0).awaitLog("job interrupted", killed, "killed on request");

      Files.createFile(folder.resolve("go"));
      waitUntil(() -> command(1, "output", run).exitCode() == 0 && ended(replicas, run));
    }
  }

  private boolean ended(Replicas replicas, String run) {
    return records(replicas, "long").stream().anyMatch(r -> r.contains(run) && r.contains("went"));
  }

  @Test
  void namesTheHostOfARunThatDoesNotRespond() throws Exception {
    try (Replicas replicas = replicas(2, "CRON_NAME = long\n@yearly - sleep 60\n")) {
      String run = runNow(0, "long");
      try (Jedis redis = new Jedis("127.0.0.1", replicas.redis().port())) {
        waitUntil(
            () ->
                redis.keys("crond:peers:runs:host-0 *").stream()
                    .anyMatch(k -> redis.sismember(k, run)));
      }
      replicas.daemon(0).signal("STOP");

      RealDaemon kill = command(1, "kill", run);
      assertThat(kill.exitCode()).isEqualTo(1);
      assertThat(kill.log())
          .anyMatch(l -> l.contains("run " + run + " is on host host-0, which does not respond"));

      // It gets the request as soon as it goes on.
      replicas.daemon(0).signal("CONT");
      replicas.daemon(0).awaitLog("job interrupted", run, "killed on request");
    }
  }

  private static void waitUntil(Callable<Boolean> condition) {
    await().atMost(Duration.ofSeconds(40)).pollInterval(Duration.ofMillis(100)).until(condition);
  }
}
