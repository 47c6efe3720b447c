// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.params.MigrateParams;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * A Redis Cluster of three masters with a replica each, all of them real processes that ask for a
 * password.
 */
public final class RedisCluster implements AutoCloseable {
  private static final String PASSWORD = "s3cret";
  private static final int MASTERS = 3;
  private static final int SLOTS = 16_384;

  private final List<RedisServer> nodes = new ArrayList<>();

  private RedisCluster() {}

  /**
   * Starts all; returns when each node knows all others, and each replica has its master's data.
   */
  public static RedisCluster start(Path folder) throws IOException {
    return start(RedisServer.standard(), folder);
  }

  /** The same with the command of another server, such as that of Valkey. */
  public static RedisCluster start(List<String> program, Path folder) throws IOException {
    RedisCluster cluster = new RedisCluster();
    try {
      List<Integer> buses = new ArrayList<>();
      for (int i = 0; i < 2 * MASTERS; i++) {
        buses.add(RedisServer.freePort());
        cluster.nodes.add(
            RedisServer.start(
                program,
                Files.createDirectories(folder.resolve("node-" + i)),
                ("--cluster-enabled yes --cluster-node-timeout 1000 --repl-diskless-sync-delay 0"
                        + " --cluster-port %d --requirepass %s --masterauth %s")
                    .formatted(buses.get(i), PASSWORD, PASSWORD)
                    .split(" ")));
      }
      cluster.join(buses);
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private void join(List<Integer> buses) {
    RedisServer first = nodes.get(0);
    for (int i = 0; i < MASTERS; i++) {
      String from = "" + SLOTS * i / MASTERS;
      String to = "" + (SLOTS * (i + 1) / MASTERS - 1);
      command(nodes.get(i), "ADDSLOTSRANGE", from, to);
    }
    for (RedisServer node : nodes.subList(1, nodes.size())) {
      command(node, "MEET", "127.0.0.1", "" + first.port(), "" + buses.get(0));
    }
    await(node -> node.clusterNodes().lines().count() == nodes.size());
    for (int i = MASTERS; i < nodes.size(); i++) {
      command(nodes.get(i), "REPLICATE", ask(nodes.get(i - MASTERS), Jedis::clusterMyId));
    }
    await(node -> node.clusterInfo().contains("cluster_state:ok"));
    await(node -> node.info("replication").matches("(?s).*(role:master.*slave0|link_status:up).*"));
  }

  private void await(Function<Jedis, Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> nodes.stream().allMatch(node -> ask(node, condition)));
  }

  private static void command(RedisServer node, String... words) {
    ask(node, client -> client.sendCommand(Protocol.Command.CLUSTER, words));
  }

  /** What {@code question} gets from one node. */
  public static <T> T ask(RedisServer node, Function<Jedis, T> question) {
    try (Jedis client = new Jedis("127.0.0.1", node.port())) {
      client.auth(PASSWORD);
      return question.apply(client);
    }
  }

  /** What {@code question} gets from the owner of the slot of {@code key}. */
  public <T> T ask(String key, Function<Jedis, T> question) {
    return ask(owner(key), question);
  }

  /** For {@code crond.redis.url}: two masters, of which one need not be the owner of a slot. */
  public String url() {
    return nodes.subList(0, 2).stream()
        .map(node -> "127.0.0.1:" + node.port())
        .collect(Collectors.joining(",", "redis-cluster://:" + PASSWORD + "@", ""));
  }

  /** The master that owns the slot of {@code key}. */
  public RedisServer owner(String key) {
    int slot = JedisClusterCRC16.getSlot(key);
    return masters().stream().filter(node -> owns(node, slot)).findFirst().orElseThrow();
  }

  /** Moves the slot of {@code key} to another master, key by key, as redis-cli does. */
  public void moveSlot(String key, RedisServer target) {
    String slot = "" + JedisClusterCRC16.getSlot(key);
    RedisServer source = owner(key);
    String from = ask(source, Jedis::clusterMyId);
    String to = ask(target, Jedis::clusterMyId);
    command(target, "SETSLOT", slot, "IMPORTING", from);
    command(source, "SETSLOT", slot, "MIGRATING", to);
    while (ask(source, client -> migrate(client, Integer.parseInt(slot), target))) {}
    for (RedisServer node : List.of(target, source)) {
      command(node, "SETSLOT", slot, "NODE", to);
    }
    await(node -> masters().stream().filter(m -> owns(m, Integer.parseInt(slot))).count() == 1);
  }

  private static boolean migrate(Jedis client, int slot, RedisServer target) {
    String[] keys = client.clusterGetKeysInSlot(slot, 100).toArray(String[]::new);
    if (keys.length > 0) {
      client.migrate(
          "127.0.0.1", target.port(), 1_000, MigrateParams.migrateParams().auth(PASSWORD), keys);
    }
    return keys.length > 0;
  }

  private static boolean owns(RedisServer node, int slot) {
    return ask(node, Jedis::clusterNodes)
        .lines()
        .filter(line -> line.contains("myself"))
        .flatMap(line -> List.of(line.split(" ")).stream().skip(8))
        .map(range -> range.split("-"))
        .anyMatch(
            range ->
                Integer.parseInt(range[0]) <= slot
                    && slot <= Integer.parseInt(range[range.length - 1]));
  }

  /** Those that are masters now and answer. */
  public List<RedisServer> masters() {
    return nodes.stream().filter(node -> replication(node).contains("role:master")).toList();
  }

  /** The replica of a master. */
  public RedisServer replicaOf(RedisServer master) {
    String port = "master_port:" + master.port() + "\r";
    return nodes.stream()
        .filter(node -> replication(node).contains(port))
        .findFirst()
        .orElseThrow();
  }

  private static String replication(RedisServer node) {
    try {
      return ask(node, client -> client.info("replication"));
    } catch (JedisConnectionException e) {
      return "down";
    }
  }

  @Override
  public void close() {
    nodes.forEach(RedisServer::kill);
  }
}
