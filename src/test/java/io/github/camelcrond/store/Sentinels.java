// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.rabbitmq.Certificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import redis.clients.jedis.Jedis;

/**
 * Three sentinels with a master and a replica, all of them real processes. Those that are guarded
 * ask for passwords and are known by their ports for TLS; the others are for the tests alone.
 */
public final class Sentinels implements AutoCloseable {
  private static final String MASTER = "mymaster";

  /** The password of Redis, if guarded. */
  public static final String PASSWORD = "s3cret";

  /** The password of the sentinels, if guarded. */
  public static final String SENTINEL_PASSWORD = "sent1nel";

  private final Optional<Certificates> certificates;
  private final Map<RedisServer, Integer> tlsPorts = new HashMap<>();
  private final RedisServer master;
  private final RedisServer replica;
  private final List<RedisServer> sentinels = new ArrayList<>();

  private Sentinels(Path folder, Optional<Certificates> certificates) throws IOException {
    this.certificates = certificates;
    master = server(folder.resolve("master"), "");
    replica = server(folder.resolve("replica"), "--replicaof 127.0.0.1 " + shownPort(master));
    for (int i = 0; i < 3; i++) {
      sentinels.add(sentinel(folder.resolve("sentinel" + i)));
    }
  }

  /** Starts all; returns when the sentinels know each other and the replica. */
  public static Sentinels start(Path folder) throws IOException {
    return complete(new Sentinels(folder, Optional.empty()));
  }

  /** The same with passwords and TLS, by the certificate {@code server}. */
  public static Sentinels guarded(Path folder, Certificates certificates) throws IOException {
    return complete(new Sentinels(folder, Optional.of(certificates)));
  }

  private static Sentinels complete(Sentinels all) {
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(all::areComplete);
    return all;
  }

  private RedisServer server(Path folder, String options) throws IOException {
    int tlsPort = RedisServer.freePort();
    List<String> all = new ArrayList<>(List.of("--repl-diskless-sync-delay", "0"));
    all.addAll(options.isEmpty() ? List.of() : List.of(options.split(" ")));
    certificates.ifPresent(
        files -> {
          all.addAll(List.of("--requirepass", PASSWORD, "--masterauth", PASSWORD));
          tls(files, tlsPort).forEach((name, value) -> all.addAll(List.of("--" + name, value)));
        });
    RedisServer server =
        RedisServer.start(Files.createDirectories(folder), all.toArray(String[]::new));
    tlsPorts.put(server, tlsPort);
    return server;
  }

  private RedisServer sentinel(Path folder) throws IOException {
    int tlsPort = RedisServer.freePort();
    String name = "sentinel %s " + MASTER + " ";
    List<String> lines =
        new ArrayList<>(
            List.of(
                name.formatted("monitor") + "127.0.0.1 " + shownPort(master) + " 2",
                name.formatted("down-after-milliseconds") + "1000",
                name.formatted("failover-timeout") + "5000"));
    certificates.ifPresent(
        files -> {
          lines.add(name.formatted("auth-pass") + PASSWORD);
          lines.add("requirepass " + SENTINEL_PASSWORD);
          lines.add("sentinel sentinel-pass " + SENTINEL_PASSWORD);
          tls(files, tlsPort).forEach((option, value) -> lines.add(option + " " + value));
        });
    Path file = Files.createDirectories(folder).resolve("sentinel.conf");
    RedisServer sentinel = RedisServer.sentinel(Files.write(file, lines));
    tlsPorts.put(sentinel, tlsPort);
    return sentinel;
  }

  private static Map<String, String> tls(Certificates files, int port) {
    return Map.of(
        "tls-port",
        "" + port,
        "tls-replication",
        "yes",
        "tls-auth-clients",
        "yes",
        "tls-ca-cert-file",
        files.authority().toString(),
        "tls-cert-file",
        files.certificate("server").toString(),
        "tls-key-file",
        files.key("server").toString());
  }

  /** The port by which the sentinels and the daemon know a server. */
  public int shownPort(RedisServer server) {
    return certificates.isPresent() ? tlsPorts.get(server) : server.port();
  }

  /** A client of a sentinel. */
  private Jedis client(RedisServer sentinel) {
    Jedis client = new Jedis("127.0.0.1", sentinel.port());
    certificates.ifPresent(files -> client.auth(SENTINEL_PASSWORD));
    return client;
  }

  private boolean areComplete() {
    return sentinels.stream().allMatch(this::isComplete);
  }

  private boolean isComplete(RedisServer sentinel) {
    try (Jedis client = client(sentinel)) {
      Map<String, String> known = client.sentinelMaster(MASTER);
      return known.get("num-slaves").equals("1")
          && known.get("num-other-sentinels").equals("2")
          && client.sentinelReplicas(MASTER).get(0).get("master-link-status").equals("ok");
    }
  }

  /** For {@code crond.redis.url}. */
  public String url() {
    return sentinels.stream()
        .map(sentinel -> "127.0.0.1:" + shownPort(sentinel))
        .collect(
            Collectors.joining(
                ",",
                certificates.isPresent()
                    ? "rediss-sentinel://:" + PASSWORD + "@"
                    : "redis-sentinel://",
                "/" + MASTER + "/0"));
  }

  /** The port of the master that the first sentinel names. */
  public int masterPort() {
    try (Jedis client = client(sentinels.get(0))) {
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
