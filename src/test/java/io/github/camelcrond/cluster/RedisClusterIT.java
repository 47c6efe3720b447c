// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelcrond.daemon.Http;
import io.github.camelcrond.daemon.RealDaemon;
import io.github.camelcrond.store.RedisCluster;
import io.github.camelcrond.store.RedisServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;

/** Two replicas of camel-crond on a Redis Cluster of three masters and their replicas. */
class RedisClusterIT {
  private static final String KEY = "{crond}:routes";
  private static final String CRONTAB =
      """
      CRON_OVERLAP = skip
      CRON_NAME = often
      @every 1s - true
      CRON_NAME = long
      @yearly - echo begun; sleep 60
      """;

  @TempDir private Path folder;
  private RedisCluster cluster;
  private final List<RealDaemon> daemons = new ArrayList<>();
  private final List<Integer> ports = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    cluster = RedisCluster.start(folder);
    replica().crontab(CRONTAB).start();
    replica().crontab(CRONTAB).start();
    daemons.forEach(daemon -> daemon.awaitLog("HTTP server listening"));
    waitUntil(() -> records("often").size() >= 2);
  }

  private RealDaemon replica() throws Exception {
    int port = RedisServer.freePort();
    Path own = Files.createDirectory(folder.resolve("replica-" + ports.size()));
    RealDaemon daemon =
        new RealDaemon(own)
            .set("crond.host", "host-" + ports.size())
            .set("crond.store", "redis")
            .set("crond.store.watch-period", "1s")
            .set("crond.claims", "redis")
            .set("crond.redis.url", cluster.url())
            .set("crond.redis.timeout", "1s")
            .set("crond.http.enabled", "true")
            .set("crond.http.port", String.valueOf(port))
            .set("crond.http.token", "t0ken");
    ports.add(port);
    daemons.add(daemon);
    return daemon;
  }

  @AfterEach
  void stop() {
    daemons.forEach(RealDaemon::close);
    cluster.close();
  }

  private List<String> records(String job) {
    return cluster.ask(KEY, redis -> redis.lrange("{crond}:runs:" + job, 0, -1));
  }

  private Set<String> claims(RedisServer node) {
    return RedisCluster.ask(node, redis -> redis.keys("{crond}:claims:*"));
  }

  /** A command of the program, for the daemon with this number. */
  private String command(int daemon, String... words) throws Exception {
    Stream<String> options =
        Stream.of("--url", "http://127.0.0.1:" + ports.get(daemon), "--token", "t0ken");
    Path own = Files.createTempDirectory(folder, "command");
    RealDaemon command =
        new RealDaemon(own).start(Stream.concat(Stream.of(words), options).toArray(String[]::new));
    assertThat(command.exitCode()).as("%s", command.log()).isZero();
    return String.join("\n", command.log());
  }

  @Test
  void keepsAllOfADaemonInOneSlot() throws Exception {
    List<String> scheduled =
        records("often").stream()
            .map(r -> r.replaceFirst(".*\"scheduled\":\"([^\"]+).*", "$1"))
            .toList();
    assertThat(scheduled).doesNotHaveDuplicates();
    Set<String> keys = cluster.ask(KEY, redis -> redis.keys("*"));
    assertThat(keys)
        .allMatch(key -> key.startsWith("{crond}:"))
        .contains("{crond}:crontab", KEY, "{crond}:runs:often", "{crond}:places:last-fence");
    RedisServer owner = cluster.owner(KEY);
    assertThat(cluster.masters())
        .hasSize(3)
        .allMatch(node -> node == owner || RedisCluster.ask(node, Jedis::dbSize) == 0);

    String run = command(0, "run-now", "long");
    assertThat(command(1, "output", run)).isEqualTo("begun");
    command(1, "kill", run);
    daemons.get(0).awaitLog("job interrupted", run, "killed on request");

    command(0, "pause", "often");
    waitUntil(() -> Http.metric(ports.get(1), "crond_job_paused{job=\"often\"") == 1);

    RealDaemon recovers = replica();
    recovers.start();
    recovers.awaitLog("crontab restored");
    recovers.awaitLog("crontab loaded", "jobs=2");
    assertThat(Files.readString(recovers.crontab())).isEqualTo(CRONTAB);
    recovers.stop();
    assertThat(recovers.start("restore").exitCode()).isZero();
    assertThat(recovers.log("host-")).isNotEmpty();
  }

  @Test
  void goesOnWithTheNodeThatTakesTheSlotOver() throws Exception {
    RedisServer owner = cluster.owner(KEY);
    RedisServer next = cluster.replicaOf(owner);
    // The owner of the slot lives on as a replica, which refuses its commands.
    RedisCluster.ask(next, redis -> redis.sendCommand(Protocol.Command.CLUSTER, "FAILOVER"));
    waitUntil(() -> cluster.masters().contains(next));
    awaitClaims(next, "planned");
    waitUntil(() -> cluster.replicaOf(next) == owner);

    RedisServer other =
        cluster.masters().stream().filter(node -> node != next).findFirst().orElseThrow();
    RedisServer heir = cluster.replicaOf(other);
    other.kill();
    waitUntil(() -> cluster.masters().contains(heir));
    awaitClaims(next, "of another slot");

    waitUntil(() -> claims(owner).size() >= claims(next).size());
    next.kill();
    waitUntil(() -> cluster.masters().contains(owner));
    awaitClaims(owner, "of the owner");

    String run = command(0, "run-now", "long");
    waitUntil(() -> command(1, "output", run).equals("begun"));
    for (RealDaemon daemon : daemons) {
      // Firings of that time were claimed late, not lost.
      assertThat(daemon.log("job skipped", "not claimed")).isEmpty();
    }
  }

  @Test
  void keepsLeasesOfWorkersWithTheJobs() throws Exception {
    try (Site site = Site.in(Files.createDirectory(folder.resolve("site")))) {
      RealDaemon both = site.fresh("queued").daemon("both", "all");
      both.set("crond.claims.wait-replicas", "1")
          .set("crond.redis.url", cluster.url())
          .crontab("CRON_NAME=a\n@every 1s - true\n");
      both.start();
      waitUntil(() -> cluster.ask("{queued}", redis -> redis.llen("{queued}:runs:a")) >= 3);
      Set<String> keys = cluster.ask("{queued}", redis -> redis.keys("*queued*"));
      assertThat(keys)
          .contains("{queued}:runs:a", "{queued}:routes")
          .anyMatch(key -> key.startsWith("{queued}.work:lease:"));
      assertThat(both.log("store is down")).isEmpty();
      assertThat(both.stop()).isZero();
    }
  }

  private void awaitClaims(RedisServer owner, String failOver) {
    Instant switched = Instant.now();
    int before = claims(owner).size();
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> claims(owner).size() > before);
    Duration late = Duration.between(switched, Instant.now());
    System.out.println("claims went on " + late.toMillis() + " ms after a failover " + failOver);
    assertThat(late).isLessThan(Duration.ofMillis(2_500));
  }

  private static void waitUntil(Callable<Boolean> condition) {
    await().atMost(Duration.ofSeconds(40)).pollInterval(Duration.ofMillis(50)).until(condition);
  }
}
