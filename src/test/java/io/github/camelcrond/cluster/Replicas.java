// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.daemon.RealDaemon;
import io.github.camelcrond.store.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import redis.clients.jedis.Jedis;

/** Several daemons with one crontab and one Redis of their own. */
final class Replicas implements AutoCloseable {
  private final RedisServer redis;
  private final Ledger ledger;
  private final int jobs;
  private final List<RealDaemon> daemons = new ArrayList<>();
  private final Map<RealDaemon, Duration> shifts = new HashMap<>();
  // By process id, on the clock of the daemon itself.
  private final Map<String, Instant> killed = new HashMap<>();

  /** What became of the firings of some time. */
  record Outcome(
      int firings, int once, List<String> twice, List<String> killed, List<String> open) {
    /** Whether each firing ran once or was claimed by a replica that was killed then. */
    boolean explained() {
      return twice.isEmpty() && open.isEmpty() && once > 0;
    }
  }

  private Replicas(RedisServer redis, Ledger ledger, int jobs) {
    this.redis = redis;
    this.ledger = ledger;
    this.jobs = jobs;
  }

  /**
   * Prepares {@code count} daemons with {@code jobs} jobs each in {@code folder}; none runs yet.
   */
  static Replicas of(Path folder, int count, int jobs) throws IOException {
    Ledger ledger = new Ledger(folder.resolve("ledger"));
    Replicas replicas = new Replicas(RedisServer.start(folder), ledger, jobs);
    for (int i = 0; i < count; i++) {
      Path own = Files.createDirectories(folder.resolve("replica-" + i));
      replicas.daemons.add(
          new RealDaemon(own)
              .set("crond.store", "redis")
              .set("crond.redis.url", replicas.redis.url())
              .set("crond.redis.timeout", "1s")
              .set("crond.claims", "redis")
              .set("crond.http.enabled", "false")
              .set("crond.stop.grace", "2s")
              .crontab(ledger.crontab(jobs)));
    }
    return replicas;
  }

  Replicas start() throws IOException {
    for (RealDaemon daemon : daemons) {
      daemon.start();
    }
    daemons.forEach(Replicas::awaitLoad);
    return this;
  }

  static void awaitLoad(RealDaemon daemon) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .until(() -> daemon.log("crontab loaded").size() > 0);
  }

  RealDaemon daemon(int number) {
    return daemons.get(number);
  }

  int count() {
    return daemons.size();
  }

  RedisServer redis() {
    return redis;
  }

  Map<String, List<String>> starts() throws IOException {
    return ledger.starts();
  }

  /** Lets the clock of one go wrong by {@code shift}, by means of the library at {@code path}. */
  void shift(int number, Duration shift, String path) {
    RealDaemon daemon = daemons.get(number);
    daemon.variable("LD_PRELOAD", path).variable("CLOCK_SHIFT", String.valueOf(shift.toSeconds()));
    shifts.put(daemon, shift);
  }

  /** Ends one as a crash does; its log is kept, as the next start begins it anew. */
  void kill(int number) throws Exception {
    RealDaemon daemon = daemons.get(number);
    Duration shift = shifts.getOrDefault(daemon, Duration.ZERO);
    killed.put(String.valueOf(daemon.pid()), Instant.now().plus(shift));
    daemon.kill9();
    Path own = daemon.crontab().getParent().getParent();
    Files.write(own.resolve("killed-" + daemon.pid() + ".log"), daemon.log());
  }

  /**
   * Looks at what the jobs wrote and what Redis has of claims.
   *
   * @param slack how long after its claim a run may not have started yet
   */
  Outcome outcome(Instant from, Instant to, Duration slack) throws IOException {
    Map<String, List<String>> starts = ledger.starts();
    List<String> twice = new ArrayList<>();
    List<String> explained = new ArrayList<>();
    List<String> open = new ArrayList<>();
    List<String> firings = Ledger.firings(jobs, from, to);
    int once = 0;
    try (Jedis client = new Jedis("127.0.0.1", redis.port())) {
      for (String firing : firings) {
        int times = starts.getOrDefault(firing, List.of()).size();
        if (times == 1) {
          once++;
        } else if (times > 1) {
          twice.add(firing + " " + starts.get(firing));
        } else {
          String claim = client.get("crond:claims:" + firing);
          (claim != null && wasKilled(claim, slack) ? explained : open).add(firing + " " + claim);
        }
      }
    }
    return new Outcome(firings.size(), once, twice, explained, open);
  }

  /** Whether who claimed was killed before it can have started what it claimed. */
  private boolean wasKilled(String claim, Duration slack) {
    Instant death = killed.get(claim.substring(claim.lastIndexOf('-') + 1));
    return death != null && claimed(claim).plus(slack).isAfter(death);
  }

  /** When the run-id that a claim begins with was made. */
  private static Instant claimed(String claim) {
    long millis = 0;
    for (char digit : claim.substring(0, 10).toCharArray()) {
      millis = millis * 32 + "0123456789ABCDEFGHJKMNPQRSTVWXYZ".indexOf(digit);
    }
    return Instant.ofEpochMilli(millis);
  }

  @Override
  public void close() {
    daemons.forEach(RealDaemon::close);
    redis.close();
  }
}
