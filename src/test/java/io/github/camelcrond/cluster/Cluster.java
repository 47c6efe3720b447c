// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.daemon.RealDaemon;
import io.github.camelcrond.rabbitmq.RabbitNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import redis.clients.jedis.Jedis;

/**
 * Three replicas with claims and two schedulers and workers with a queue, each on a host of its
 * own, with Redis behind Sentinel and with RabbitMQ.
 */
final class Cluster implements AutoCloseable {
  /** Prefixes of the keys of replicas, and of schedulers and workers. */
  static final List<String> PREFIXES = List.of("claims", "queue");

  private final Path folder;
  private final Lan lan;
  private final Witness witness;
  private final WatchedRedis redis;
  private final RabbitNode broker;
  private final List<Node> nodes = new ArrayList<>();
  private final Set<String> killed = new HashSet<>();
  private final ClusterFaults faults;

  /** A daemon, its host and its clock. */
  private final class Node implements ClusterFaults.Member {
    private final Host host;
    private final RealDaemon daemon;
    private final Path clock;

    Node(Host host, String prefix, Path shift) throws IOException {
      Path own = Files.createDirectories(folder.resolve(host.name()));
      this.host = host;
      this.clock = own.resolve("clock");
      shiftClock(0);
      this.daemon =
          new RealDaemon(own)
              .under(host.enter().toArray(String[]::new))
              .variable("LD_PRELOAD", shift.toString())
              .variable("CLOCK_SHIFT_FILE", clock.toString())
              .set("crond.store", "redis")
              .set("crond.store.prefix", prefix)
              .set("crond.redis.url", redis.url())
              .set("crond.redis.timeout", "1s")
              .set("crond.history.runs", "10000")
              .set("crond.claims", "redis")
              .set("crond.claims.wait-replicas", "1")
              .set("crond.claims.lease", "6s")
              .set("crond.stop.grace", "20s")
              .crontab(crontab(prefix));
      if (prefix.equals("queue")) {
        daemon
            .set("crond.run.mode", "queue")
            .set("crond.worker.slots", "100")
            .set("crond.worker.lease", "6s")
            .set("crond.rabbitmq.url", "amqp://guest:guest@" + lan.here().address() + ":5672")
            .set("crond.rabbitmq.timeout", "2s");
      }
    }

    @Override
    public Host host() {
      return host;
    }

    @Override
    public RealDaemon daemon() {
      return daemon;
    }

    @Override
    public void kill() throws Exception {
      killed.add(String.valueOf(daemon.pid()));
      daemon.kill9();
      // The next start begins the log anew.
      Files.write(folder.resolve(host.name()).resolve("killed-" + daemon.pid()), daemon.log());
    }

    @Override
    public void shiftClock(long seconds) throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
      Files.write(
          clock,
          bytes.putLong(seconds).array(),
          StandardOpenOption.CREATE,
          StandardOpenOption.WRITE);
    }
  }

  /** Starts all; what they write is in {@code folder}, which holds the library shift.so. */
  Cluster(Path folder, long seed) throws Exception {
    this.folder = folder;
    this.lan = Lan.of(5);
    this.witness = Witness.start(folder);
    this.redis =
        WatchedRedis.start(
            folder,
            List.of(lan.host(4), lan.host(5)),
            List.of(lan.host(1), lan.host(2), lan.host(3)));
    this.broker = RabbitNode.with("listeners.tcp.2 = " + lan.here().address() + ":5672");
    for (Host host : lan.hosts()) {
      String prefix = PREFIXES.get(redis.isOn(host) ? 1 : 0);
      nodes.add(new Node(host, prefix, folder.resolve("shift.so")));
    }
    this.faults = new ClusterFaults(seed, lan, redis, broker, nodes);
  }

  private String crontab(String prefix) {
    return jobs(6, prefix + "-plain", "@every 1s", false, 0)
        + "CRON_OVERLAP=skip\n"
        + jobs(3, prefix + "-fast", "@every 1s", true, 0)
        + jobs(2, prefix + "-short", "@every 1s", true, 1)
        + jobs(2, prefix + "-long", "@every 1s", true, 15)
        + "CRON_OVERLAP=allow\nCRON_GROUP=g:2\n"
        + jobs(2, prefix + "-group", "@every 1s", false, 0)
        // Seldom enough for runs of the group to catch up after a fault.
        + jobs(1, prefix + "-group-slow", "@every 3s", false, 1);
  }

  private String jobs(int count, String name, String schedule, boolean alone, int seconds) {
    String line = "CRON_NAME=%s-%d\n" + schedule + " - " + witness.job(alone, seconds) + "\n";
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> line.formatted(name, i))
        .collect(Collectors.joining());
  }

  /** Injects faults for so many seconds, heals all, and checks. */
  ClusterReport run(int seconds) throws Exception {
    for (Node node : nodes) {
      node.daemon.start();
    }
    for (Node node : nodes) {
      Replicas.awaitLoad(node.daemon);
    }
    TimeUnit.SECONDS.sleep(5);
    Instant from = Instant.now();
    while (Instant.now().isBefore(from.plusSeconds(seconds))) {
      injectAndHeal();
    }
    Instant to = Instant.now();
    awaitExplained(from, to);
    for (Node node : nodes) {
      node.daemon.signal("TERM");
    }
    for (Node node : nodes) {
      node.daemon.exitCode();
    }
    return report(from, to);
  }

  private void injectAndHeal() throws Exception {
    List<ClusterFaults.Fault> drawn = faults.next();
    Instant began = Instant.now();
    for (ClusterFaults.Fault fault : drawn) {
      System.out.println(Instant.now() + " " + fault.what());
      fault.begin().run();
    }
    TimeUnit.MILLISECONDS.sleep(faults.duration());
    for (ClusterFaults.Fault fault : drawn) {
      fault.heal().run();
    }
    // Without a replica of Redis no claim can be confirmed (crond.claims.wait-replicas).
    redis.awaitReplica();
    Instant healed = Instant.now();
    for (ClusterFaults.Fault fault : drawn) {
      witness.execute(
          String.format(
              "insert into faults values ('%s', '%s', %s, '%s', '%s')",
              fault.what(), fault.host(), fault.kills(), began, healed));
    }
    String slowest = awaitRecovery(healed);
    System.out.println(healed + " healed, slowest job: " + slowest);
    redis.awaitComplete();
  }

  /** Waits up to a minute for a run of each job; returns which job was the last and when. */
  private String awaitRecovery(Instant healed) throws Exception {
    String worst =
        "select job, round(took, 1) from recoveries where healed = '"
            + healed
            + "' order by took desc nulls first limit 1";
    String[] slowest = witness.rows(worst).get(0);
    while (slowest[1].isEmpty() && Instant.now().isBefore(healed.plusSeconds(60))) {
      TimeUnit.MILLISECONDS.sleep(500);
      slowest = witness.rows(worst).get(0);
    }
    return String.join(" ", slowest);
  }

  /** Waits for firings that are claimed, requested or recorded late. */
  private void awaitExplained(Instant from, Instant to) throws Exception {
    Instant end = to.plusSeconds(75);
    while (Instant.now().isBefore(end) && !report(from, to).open().isEmpty()) {
      TimeUnit.SECONDS.sleep(2);
    }
  }

  private ClusterReport report(Instant from, Instant to) throws Exception {
    Path ledger = folder.resolve("ledger");
    List<String> starts = new ArrayList<>();
    for (String[] row : witness.rows("select job, scheduled, run from runs order by id")) {
      starts.add(String.join(" ", row));
    }
    Files.write(ledger, starts);
    Map<String, GapCheck> checks = new TreeMap<>();
    List<String> records = new ArrayList<>();
    try (Jedis client = redis.jedis()) {
      for (String prefix : PREFIXES) {
        GapCheck check =
            new GapCheck(
                job -> client.lrange(prefix + ":runs:" + job, 0, -1),
                firing -> Optional.ofNullable(client.get(prefix + ":claims:" + firing)),
                ledger,
                killed);
        for (Job job : Requests.jobs(crontab(prefix))) {
          check.check(job, from, to);
          records.addAll(client.lrange(prefix + ":runs:" + job.id(), 0, -1));
        }
        checks.put(prefix, check);
      }
    }
    Files.write(folder.resolve("records"), records);
    return new ClusterReport(witness, checks, records);
  }

  @Override
  public void close() {
    nodes.forEach(node -> node.daemon.close());
    broker.close();
    witness.close();
  }
}
