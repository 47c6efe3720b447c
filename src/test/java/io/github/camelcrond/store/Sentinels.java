// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import redis.clients.jedis.Jedis;

/** Three sentinels with a master and a replica, all of them real processes. */
public final class Sentinels implements AutoCloseable {
  private static final String MASTER = "mymaster";

  private final RedisServer master;
  private final RedisServer replica;
  private final List<RedisServer> sentinels = new ArrayList<>();

  private Sentinels(RedisServer master, RedisServer replica) {
    this.master = master;
    this.replica = replica;
  }

  /** Starts all; returns when the sentinels know each other and the replica. */
  public static Sentinels start(Path folder) throws IOException {
    RedisServer master =
        RedisServer.start(
            Files.createDirectories(folder.resolve("master")), "--repl-diskless-sync-delay", "0");
    RedisServer replica =
        RedisServer.start(
            Files.createDirectories(folder.resolve("replica")),
            "--replicaof",
            "127.0.0.1",
            "" + master.port());
    Sentinels all = new Sentinels(master, replica);
    for (int i = 0; i < 3; i++) {
      Path own = Files.createDirectories(folder.resolve("sentinel" + i));
      String name = "sentinel %s " + MASTER + " ";
      Path file =
          Files.write(
              own.resolve("sentinel.conf"),
              List.of(
                  name.formatted("monitor") + "127.0.0.1 " + master.port() + " 2",
                  name.formatted("down-after-milliseconds") + "1000",
                  name.formatted("failover-timeout") + "5000"));
      all.sentinels.add(RedisServer.sentinel(file));
    }
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(all::areComplete);
    return all;
  }

  private boolean areComplete() {
    return sentinels.stream().allMatch(Sentinels::isComplete);
  }

  private static boolean isComplete(RedisServer sentinel) {
    try (Jedis client = new Jedis("127.0.0.1", sentinel.port())) {
      Map<String, String> known = client.sentinelMaster(MASTER);
      return known.get("num-slaves").equals("1")
          && known.get("num-other-sentinels").equals("2")
          && client.sentinelReplicas(MASTER).get(0).get("master-link-status").equals("ok");
    }
  }

  /** For {@code crond.redis.url}. */
  public String url() {
    return sentinels.stream()
        .map(sentinel -> "127.0.0.1:" + sentinel.port())
        .collect(Collectors.joining(",", "redis-sentinel://", "/" + MASTER + "/0"));
  }

  /** The port of the master that the first sentinel names. */
  public int masterPort() {
    try (Jedis client = new Jedis("127.0.0.1", sentinels.get(0).port())) {
      return Integer.parseInt(client.sentinelGetMasterAddrByName(MASTER).get(1));
    }
  }

  /** The first master. */
  public RedisServer master() {
    return master;
  }

  /** The first replica. */
  public RedisServer replica() {
    return replica;
  }

  /** Ends all sentinels. */
  public void kill() {
    sentinels.forEach(RedisServer::kill);
  }

  /** Starts them again. */
  public void restart() {
    sentinels.forEach(RedisServer::start);
  }

  @Override
  public void close() {
    kill();
    replica.kill();
    master.kill();
  }
}
