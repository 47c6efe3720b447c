// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.daemon.RealDaemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * What claims and the queue cost in time, with a Redis and a RabbitMQ on this machine. It sleeps
 * while real daemons fire, as it measures them from outside.
 */
public final class ClusterBench {
  private static final int JOBS = 10;
  private static final int SECONDS = 20;
  private static final int REQUESTS = 2_000;
  private static final int BURST = 1_000;
  private static final int HANDOVERS = 50;
  private static final String PLACES = "CRON_OVERLAP=skip\nCRON_GROUP=all:1000\n";

  private ClusterBench() {}

  /** Arguments: {@code claims} or {@code queue}, and a folder. */
  public static void main(String[] arguments) throws Exception {
    try (Site site = Site.in(Files.createDirectories(Path.of(arguments[1])).toAbsolutePath())) {
      if (arguments[0].equals("claims")) {
        for (String round : List.of("1", "2")) {
          lateness("without claims", one(site.fresh("a" + round), "off"), List.of());
          lateness("with claims", one(site.fresh("b" + round), "redis"), List.of());
          lateness("and places", one(site.fresh("c" + round), "redis"), List.of(), PLACES);
        }
        handover(site.fresh("h"));
        for (String round : List.of("1", "2", "3")) {
          burst(site.fresh("d" + round), 1);
          burst(site.fresh("e" + round), 3);
          burstOnHosts(site.fresh("f" + round), 1);
          burstOnHosts(site.fresh("g" + round), 3);
        }
      } else {
        lateness("without a queue", one(site.fresh("a"), "redis"), List.of());
        RealDaemon worker = site.fresh("b").worker("w1", 20);
        lateness("with a queue", site.daemon("s1", "scheduler"), List.of(worker));
        for (int workers = 1; workers <= 3; workers++) {
          throughput(site.fresh("t" + workers), workers);
        }
      }
    }
    System.exit(0);
  }

  private static RealDaemon one(Site site, String claims) throws Exception {
    return one(site, "s", claims);
  }

  private static RealDaemon one(Site site, String name, String claims) throws Exception {
    return site.daemon(name, "all").set("crond.run.mode", "local").set("crond.claims", claims);
  }

  /** From the scheduled instant to the start of the command. */
  private static void lateness(String what, RealDaemon daemon, List<RealDaemon> workers)
      throws Exception {
    lateness(what, daemon, workers, "");
  }

  private static void lateness(
      String what, RealDaemon daemon, List<RealDaemon> workers, String variables) throws Exception {
    StringBuilder crontab = new StringBuilder(variables);
    for (int n = 1; n <= JOBS; n++) {
      crontab.append("CRON_NAME=job-" + n + "\n@every 1s - true\n");
    }
    daemon.crontab(crontab.toString()).start();
    daemon.awaitLog("crontab loaded");
    Instant warm = Instant.now().plusSeconds(5);
    Thread.sleep(Duration.ofSeconds(SECONDS + 5).toMillis());
    List<String> lines = new ArrayList<>(daemon.log("job started"));
    workers.forEach(worker -> lines.addAll(worker.log("job started")));
    long[] micros =
        lines.stream()
            .filter(line -> at(line).isAfter(warm))
            .mapToLong(
                line ->
                    Duration.between(Instant.parse(RealDaemon.value(line, "scheduled")), at(line))
                            .toNanos()
                        / 1_000)
            .sorted()
            .toArray();
    System.out.printf(
        "%-16s %5d runs  lateness median %6.1f ms  95%% %6.1f ms%n",
        what,
        micros.length,
        micros[micros.length / 2] / 1e3,
        micros[micros.length * 95 / 100] / 1e3);
    daemon.stop();
    for (RealDaemon worker : workers) {
      worker.stop();
    }
  }

  /**
   * From an instant at which many jobs are due to the end of the last one, with places for each.
   */
  private static void burst(Site site, int replicas) throws Exception {
    burst(site, replicas, "on all processors", List.of());
  }

  /** The same, with each replica on half a processor of its own. */
  private static void burstOnHosts(Site site, int replicas) throws Exception {
    List<ProcessorShare> hosts = new ArrayList<>();
    try {
      for (int i = 1; i <= replicas; i++) {
        hosts.add(new ProcessorShare("crond-bench-" + i, 50));
      }
      burst(site, replicas, "on half a processor each", hosts);
    } catch (IOException e) {
      System.out.println("no processors can be shared out: " + e);
    } finally {
      for (ProcessorShare host : hosts) {
        host.close();
      }
    }
  }

  private static void burst(Site site, int replicas, String where, List<ProcessorShare> hosts)
      throws Exception {
    Instant due = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(30);
    StringBuilder crontab = new StringBuilder(PLACES);
    for (int n = 1; n <= BURST; n++) {
      crontab.append("CRON_NAME=job-" + n + "\n@at " + due + " - true\n");
    }
    List<RealDaemon> daemons = new ArrayList<>();
    for (int i = 1; i <= replicas; i++) {
      daemons.add(
          site.daemon("r" + i, "all")
              .set("crond.run.mode", "local")
              .set("crond.claims", "redis")
              .crontab(crontab.toString()));
    }
    for (int i = 0; i < hosts.size(); i++) {
      daemons.get(i).under(hosts.get(i).enter());
    }
    for (RealDaemon daemon : daemons) {
      daemon.start();
    }
    long ended = 0;
    while (ended < BURST && Instant.now().isBefore(due.plusSeconds(60))) {
      Thread.sleep(200);
      ended = daemons.stream().mapToLong(d -> d.log("job succeeded").size()).sum();
    }
    Instant last =
        daemons.stream()
            .flatMap(daemon -> daemon.log("job succeeded").stream())
            .map(ClusterBench::at)
            .max(Comparator.naturalOrder())
            .orElseThrow();
    System.out.printf(
        "%d replicas %s: %5d jobs with places, last ended after %5d ms%n",
        replicas, where, ended, Duration.between(due, last).toMillis());
    for (RealDaemon daemon : daemons) {
      daemon.stop();
    }
  }

  /** How long runs of a group that admits one take on two replicas, from one to the next. */
  private static void handover(Site site) throws Exception {
    Instant due = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(20);
    StringBuilder crontab = new StringBuilder("CRON_GROUP=one:1\n");
    for (int n = 1; n <= HANDOVERS; n++) {
      crontab.append("CRON_NAME=job-" + n + "\n@at " + due + " - true\n");
    }
    List<RealDaemon> daemons = new ArrayList<>();
    for (String name : List.of("r1", "r2")) {
      RealDaemon daemon = one(site, name, "redis").crontab(crontab.toString());
      daemons.add(daemon.start());
    }
    Supplier<List<String>> started =
        () -> daemons.stream().flatMap(d -> d.log("job started").stream()).sorted().toList();
    while (started.get().size() < HANDOVERS && Instant.now().isBefore(due.plusSeconds(60))) {
      Thread.sleep(200);
    }
    List<String> lines = started.get();
    Duration all = Duration.between(at(lines.get(0)), at(lines.get(lines.size() - 1)));
    System.out.printf(
        "group with limit 1 on 2 replicas: %d runs, one after the other in %.0f ms each%n",
        lines.size(), all.toMillis() / (lines.size() - 1.0));
    for (RealDaemon daemon : daemons) {
      daemon.stop();
    }
  }

  private static Instant at(String line) {
    return Instant.parse(line.substring(0, line.indexOf(' ')));
  }

  /** Runs a second, from the first request until all are recorded. */
  private static void throughput(Site site, int count) throws Exception {
    site.store("CRON_NAME=t\n@daily true\n");
    List<RealDaemon> workers = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      workers.add(site.worker("w" + i, 20).set("crond.log.output", "false"));
    }
    long begin = System.nanoTime();
    site.request("t", IntStream.range(0, REQUESTS).mapToObj(i -> "run-" + i).toList());
    while (site.records("t").size() < REQUESTS) {
      Thread.sleep(50);
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    System.out.printf("%d workers: %6.0f runs a second%n", count, REQUESTS / seconds);
    for (RealDaemon worker : workers) {
      worker.stop();
    }
  }
}
