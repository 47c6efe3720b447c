// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.daemon.RealDaemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import redis.clients.jedis.Jedis;

/** Daemons of one kind that are treated badly for a while, and their jobs' firings. */
final class Gaps {
  private final Site site;
  private final String name;
  private final Path ledger;
  private final List<RealDaemon> clocks = new ArrayList<>();
  private final List<RealDaemon> workers = new ArrayList<>();
  private final Set<String> killed = new HashSet<>();

  private Gaps(Site site, String name, Path folder) throws IOException {
    this.site = site.fresh(name);
    this.name = name;
    this.ledger = folder.resolve(name + ".ledger");
  }

  /** One daemon without claims. */
  static Gaps single(Site site, Path folder) throws IOException {
    Gaps gaps = new Gaps(site, "single", folder);
    gaps.clocks.add(gaps.daemon("d", "all").set("crond.run.mode", "local"));
    return gaps;
  }

  /** Three replicas. */
  static Gaps replicas(Site site, Path folder) throws IOException {
    Gaps gaps = new Gaps(site, "replicas", folder);
    for (int i = 1; i <= 3; i++) {
      gaps.clocks.add(
          gaps.daemon("r" + i, "all").set("crond.run.mode", "local").set("crond.claims", "redis"));
    }
    return gaps;
  }

  /** Two schedulers, two workers. */
  static Gaps queue(Site site, Path folder) throws IOException {
    Gaps gaps = new Gaps(site, "queue", folder);
    for (int i = 1; i <= 2; i++) {
      gaps.clocks.add(gaps.daemon("s" + i, "scheduler"));
      gaps.workers.add(gaps.daemon("w" + i, "worker").set("crond.worker.slots", "10"));
    }
    return gaps;
  }

  private RealDaemon daemon(String id, String role) throws IOException {
    RealDaemon daemon = site.daemon(id, role).set("crond.run.misfire-grace", "10s");
    return role.equals("worker") ? daemon : daemon.crontab(crontab());
  }

  private String crontab() {
    String echo = "echo $CRON_JOB_ID $CRON_SCHEDULED_AT $CRON_RUN_ID >>" + ledger;
    return "CRON_NAME=plain\n@every 1s - "
        + echo
        + "\n"
        + "CRON_NAME=sparse\n@every 15s - "
        + echo
        + "\n"
        + "CRON_NAME=paused\n@every 1s - "
        + echo
        + "\n"
        + "CRON_NAME=skips\nCRON_OVERLAP=skip\n@every 1s - "
        + echo
        + "; sleep 1.5\n"
        + "CRON_NAME=waits\nCRON_OVERLAP=queue\n@every 3s - "
        + echo
        + "; sleep 1\n"
        + "CRON_OVERLAP=allow\nCRON_CATCH_UP=1h\nCRON_NAME=made-up\n@every 5s - "
        + echo
        + "\n";
  }

  /** What is done to them, one after the other. */
  private List<Misfortune> misfortunes() {
    List<Misfortune> all =
        new ArrayList<>(
            List.of(
                this::killOne,
                () -> hangRedis(3),
                this::pauseAndResume,
                this::killAllClocks,
                this::suspendOne,
                () -> killRedis(16),
                this::restartOne));
    if (!workers.isEmpty()) {
      all.add(0, this::killWorker);
      all.add(3, this::killBroker);
    }
    return all;
  }

  private interface Misfortune {
    void happen() throws Exception;
  }

  /** Runs them for so long and says what became of each firing; sleeps between real misfortunes. */
  GapCheck run(int seconds) throws Exception {
    for (RealDaemon worker : workers) {
      worker.start("run", worker.crontab().toString());
    }
    startAll(clocks);
    for (RealDaemon worker : workers) {
      await(worker, "worker takes requests");
    }
    Instant from = Instant.now();
    List<Misfortune> misfortunes = misfortunes();
    for (int i = 0; Instant.now().isBefore(from.plusSeconds(seconds)); i++) {
      Thread.sleep(2_000);
      misfortunes.get(i % misfortunes.size()).happen();
    }
    Thread.sleep(2_000);
    Instant to = Instant.now();
    awaitExplained(from, to);
    stopAll(clocks);
    while (!workers.isEmpty() && site.unanswered(".work") > 0) {
      Thread.sleep(500);
    }
    stopAll(workers);
    return check(from, to);
  }

  /** Up to 15 seconds, for the firings until then to be claimed, started and recorded. */
  private void awaitExplained(Instant from, Instant to) throws Exception {
    Instant end = to.plusSeconds(15);
    while (Instant.now().isBefore(end) && !check(from, to).open().isEmpty()) {
      Thread.sleep(500);
    }
    // What would run twice does so now.
    Thread.sleep(2_000);
  }

  private GapCheck check(Instant from, Instant to) throws IOException {
    GapCheck check = new GapCheck(site::records, site::claim, ledger, killed);
    for (Job job : Requests.jobs(crontab())) {
      check.check(job, from, to);
    }
    return check;
  }

  private static void startAll(List<RealDaemon> daemons) throws IOException {
    for (RealDaemon daemon : daemons) {
      daemon.start();
    }
    for (RealDaemon daemon : daemons) {
      await(daemon, "crontab loaded");
    }
  }

  private static void start(RealDaemon daemon) throws IOException {
    daemon.start();
    await(daemon, "crontab loaded");
  }

  private static void stopAll(List<RealDaemon> daemons) throws Exception {
    for (RealDaemon daemon : daemons) {
      daemon.signal("TERM");
    }
    for (RealDaemon daemon : daemons) {
      daemon.exitCode();
    }
  }

  private static void startWorker(RealDaemon worker) throws IOException {
    worker.start("run", worker.crontab().toString());
    await(worker, "worker takes requests");
  }

  /** A loaded machine takes its time. */
  private static void await(RealDaemon daemon, String line) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> !daemon.log(line).isEmpty());
  }

  private void kill(RealDaemon daemon) throws Exception {
    killed.add(String.valueOf(daemon.pid()));
    daemon.kill9();
    Path log = daemon.crontab().getParent().resolveSibling("daemon.log");
    Files.copy(
        log,
        log.resolveSibling("killed-" + daemon.pid() + ".log"),
        StandardCopyOption.REPLACE_EXISTING);
  }

  private void say(String what) {
    System.out.println(Instant.now() + " " + name + ": " + what);
  }

  private void killOne() throws Exception {
    RealDaemon victim = clocks.get(clocks.size() - 1);
    say("kill one");
    kill(victim);
    Thread.sleep(2_000);
    start(victim);
    // Another is the next.
    clocks.add(0, clocks.remove(clocks.size() - 1));
  }

  private void killAllClocks() throws Exception {
    say("kill all");
    for (RealDaemon clock : clocks) {
      kill(clock);
    }
    Thread.sleep(4_000);
    startAll(clocks);
  }

  private void killWorker() throws Exception {
    say("kill a worker");
    kill(workers.get(0));
    startWorker(workers.get(0));
    workers.add(workers.remove(0));
  }

  private void killBroker() throws Exception {
    say("kill the broker");
    site.broker().kill();
    site.broker().start();
  }

  private void suspendOne() throws Exception {
    say("suspend one");
    clocks.get(0).signal("STOP");
    Thread.sleep(14_000);
    clocks.get(0).signal("CONT");
  }

  private void restartOne() throws Exception {
    say("restart one");
    clocks.get(0).stop();
    start(clocks.get(0));
  }

  private void hangRedis(int seconds) throws Exception {
    say("Redis hangs");
    site.redis().hang();
    Thread.sleep(seconds * 1_000L);
    site.redis().goOn();
  }

  private void killRedis(int seconds) throws Exception {
    say("Redis is away");
    site.redis().kill();
    Thread.sleep(seconds * 1_000L);
    site.redis().start();
  }

  /** A daemon without claims asks at its start only which jobs are paused. */
  private void pauseAndResume() throws Exception {
    say("pause a job");
    try (Jedis redis = site.jedis()) {
      redis.sadd(name + ":paused", "paused");
      if (clocks.size() == 1) {
        restartOne();
      }
      Thread.sleep(2_000);
      redis.srem(name + ":paused", "paused");
      if (clocks.size() == 1) {
        restartOne();
      }
    }
  }
}
