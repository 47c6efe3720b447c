// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** A master and a replica of Redis and three sentinels, each on one host. */
final class WatchedRedis {
  private static final String MASTER = "mymaster";
  private static final int PORT = 6379;
  private static final int SENTINEL = 26379;

  private final Path folder;
  private final List<Host> servers;
  private final List<Host> sentinels;
  private final Map<Host, Process> processes = new HashMap<>();

  private WatchedRedis(Path folder, List<Host> servers, List<Host> sentinels) {
    this.folder = folder;
    this.servers = servers;
    this.sentinels = sentinels;
  }

  /** Starts all; the first of {@code servers} is the master. */
  static WatchedRedis start(Path folder, List<Host> servers, List<Host> sentinels)
      throws IOException {
    WatchedRedis redis = new WatchedRedis(folder, servers, sentinels);
    for (Host host : servers) {
      redis.start(host);
    }
    for (Host host : sentinels) {
      redis.watch(host);
    }
    Awaitility.await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(redis::isComplete);
    return redis;
  }

  private Path own(Host host, String name) throws IOException {
    return Files.createDirectories(folder.resolve(host.name()).resolve(name));
  }

  /** Starts the server of a host, for the first time or after {@link #kill}. */
  void start(Host host) throws IOException {
    Path own = own(host, "redis");
    Path file = own.resolve("redis.conf");
    if (!Files.exists(file)) {
      // Redis writes to this file whose replica it is.
      String replica =
          host.equals(servers.get(0)) ? "" : "replicaof " + servers.get(0).address() + " " + PORT;
      Files.write(
          file,
          List.of(
              "port " + PORT,
              "bind 0.0.0.0",
              "protected-mode no",
              "dir " + own,
              "save \"\"",
              "appendonly yes",
              "repl-diskless-sync-delay 0",
              "repl-timeout 5",
              "repl-ping-replica-period 1",
              replica));
    }
    processes.put(host, host.start(own.resolve("log"), "redis-server", file.toString()));
  }

  private void watch(Host host) throws IOException {
    Path own = own(host, "sentinel");
    Path file =
        Files.write(
            own.resolve("sentinel.conf"),
            List.of(
                "port " + SENTINEL,
                "bind 0.0.0.0",
                "protected-mode no",
                "dir " + own,
                "sentinel monitor mymaster " + servers.get(0).address() + " " + PORT + " 2",
                "sentinel down-after-milliseconds mymaster 2000",
                "sentinel failover-timeout mymaster 6000"));
    host.start(own.resolve("log"), "redis-server", file.toString(), "--sentinel");
  }

  private boolean isComplete() {
    for (Host host : sentinels) {
      try (Jedis client = new Jedis(host.address(), SENTINEL)) {
        Map<String, String> known = client.sentinelMaster(MASTER);
        if (!known.get("num-slaves").equals("1")
            || !known.get("num-other-sentinels").equals("2")
            || !client.sentinelReplicas(MASTER).get(0).get("master-link-status").equals("ok")) {
          return false;
        }
      }
    }
    return true;
  }

  /** Waits until the sentinels know each other and a replica that is connected to its master. */
  void awaitComplete() {
    Awaitility.await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(this::isComplete);
  }

  /** Whether the master or the replica is on this host. */
  boolean isOn(Host host) {
    return servers.contains(host);
  }

  /**
   * Waits until the master has its replica, and no sentinel is about to promote that. After a
   * failover, Sentinel takes some ten seconds to make the old master a replica.
   */
  void awaitReplica() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(() -> sentinels.stream().allMatch(this::isContent) && hasReplica(master()));
  }

  private boolean isContent(Host sentinel) {
    try (Jedis client = new Jedis(sentinel.address(), SENTINEL)) {
      Map<String, String> known = client.sentinelMaster(MASTER);
      // Otherwise with a comma and s_down, o_down or failover_in_progress.
      return known.get("flags").equals("master") && known.get("ip").equals(master().address());
    }
  }

  private static boolean hasReplica(Host host) {
    try (Jedis client = new Jedis(host.address(), PORT)) {
      return client.info("replication").contains("state=online");
    } catch (JedisException e) {
      return false;
    }
  }

  /** For {@code crond.redis.url}. */
  String url() {
    return sentinels.stream()
        .map(host -> host.address() + ":" + SENTINEL)
        .collect(Collectors.joining(",", "redis-sentinel://", "/" + MASTER + "/0"));
  }

  /** The host of the master. */
  Host master() {
    String address = ask(client -> client.sentinelGetMasterAddrByName(MASTER).get(0));
    return servers.stream().filter(h -> h.address().equals(address)).findFirst().orElseThrow();
  }

  /** What {@code question} gets from the first sentinel that answers; others may be cut off. */
  private <T> T ask(Function<Jedis, T> question) {
    JedisException failure = new JedisException("there is no sentinel");
    for (Host host : sentinels) {
      try (Jedis client = new Jedis(host.address(), SENTINEL)) {
        return question.apply(client);
      } catch (JedisException e) {
        failure = e;
      }
    }
    throw failure;
  }

  /** Asks the sentinels to promote the replica. */
  void failOver() {
    ask(client -> client.sentinelFailover(MASTER));
  }

  /** Ends the server of a host as a crash does. */
  void kill(Host host) {
    processes.get(host).destroyForcibly().onExit().join();
  }

  /** Sends a signal to the server of a host. */
  void signal(Host host, String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, "" + processes.get(host).pid()).start().waitFor();
  }

  /** A connection to the master. */
  Jedis jedis() {
    return new Jedis(master().address(), PORT);
  }
}
