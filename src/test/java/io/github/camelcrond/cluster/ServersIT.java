// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.github.camelcrond.daemon.RealDaemon;
import io.github.camelcrond.rabbitmq.RabbitNode;
import io.github.camelcrond.rabbitmq.TestDaemon;
import io.github.camelcrond.servers.ServerRoot;
import io.github.camelcrond.store.RedisCluster;
import io.github.camelcrond.store.RedisServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.Jedis;

/**
 * What the daemon needs of Redis and RabbitMQ, tried with each version that {@code
 * src/it/servers/fetch} has fetched; all other tests use the servers of the machine.
 */
class ServersIT {
  @TempDir Path folder;

  /**
   * The machine's servers, of which all other tests are the proof, and a name for what is missing.
   */
  static Stream<ServerRoot> roots() {
    List<ServerRoot> fetched = ServerRoot.fetched();
    if (fetched.isEmpty()) {
      System.out.println(
          "no other versions of Redis, Valkey and RabbitMQ are tried: src/it/servers/fetch gets"
              + " them");
      return Stream.of(ServerRoot.machine());
    }
    return fetched.stream();
  }

  /** The same, and those of the machine in any case. */
  static Stream<ServerRoot> allRoots() {
    return Stream.concat(Stream.of(ServerRoot.machine()), ServerRoot.fetched().stream());
  }

  private static Optional<List<String>> redis(ServerRoot root, String program) {
    return root.program("/usr/bin/" + program).map(root::command);
  }

  private static void report(ServerRoot root, String program, boolean there) {
    System.out.println(
        (root.suite().isEmpty() ? "machine" : root.suite())
            + ": "
            + program
            + (there ? " is tried" : " is not there"));
  }

  @ParameterizedTest
  @MethodSource("roots")
  void firingsAreClaimedAndRecordedOnceByRedisAndValkey(ServerRoot root) throws Exception {
    for (String program : List.of("redis-server", "valkey-server")) {
      Optional<List<String>> command = redis(root, program);
      report(root, program, command.isPresent());
      if (command.isPresent()) {
        tryStore(command.get(), folder.resolve(program));
      }
    }
  }

  private static void tryStore(List<String> program, Path folder) throws Exception {
    try (RedisServer server = RedisServer.start(program, made(folder.resolve("redis")));
        TestDaemon one = replica(server.url(), made(folder.resolve("one")));
        TestDaemon other = replica(server.url(), made(folder.resolve("other")));
        Jedis redis = new Jedis("127.0.0.1", server.port())) {
      waitUntil(() -> redis.llen("crond:runs:a") >= 3);
      List<String> records = redis.lrange("crond:runs:a", 0, -1);

      assertThat(scheduled(records)).doesNotHaveDuplicates();
      assertThat(redis.keys("crond:claims:a:*")).hasSizeGreaterThanOrEqualTo(records.size());
      assertThat(one.records("a").size()).isGreaterThanOrEqualTo(records.size());
      assertThat(redis.hkeys("crond:routes")).containsExactly("a");
      assertThat(other.logged("store is down")).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("allRoots")
  void firingsAreClaimedInAClusterWhoseSlotMoves(ServerRoot root) throws Exception {
    for (String program : List.of("redis-server", "valkey-server")) {
      Optional<List<String>> command = redis(root, program);
      if (command.isPresent()) {
        tryCluster(command.get(), folder.resolve(program));
      }
    }
  }

  private static void tryCluster(List<String> program, Path folder) throws Exception {
    String key = "{crond}:routes";
    try (RedisCluster cluster = RedisCluster.start(program, made(folder.resolve("nodes")));
        TestDaemon one = replica(cluster.url(), made(folder.resolve("one")));
        TestDaemon other = replica(cluster.url(), made(folder.resolve("other")))) {
      waitUntil(() -> clusterRecords(cluster).size() >= 2);
      RedisServer owner = cluster.owner(key);
      RedisServer next =
          cluster.masters().stream().filter(node -> node != owner).findFirst().orElseThrow();
      cluster.moveSlot(key, next);
      int before = clusterRecords(cluster).size();
      waitUntil(() -> clusterRecords(cluster).size() >= before + 3);

      assertThat(cluster.owner(key)).isSameAs(next);
      assertThat(scheduled(clusterRecords(cluster))).doesNotHaveDuplicates();
      for (TestDaemon daemon : List.of(one, other)) {
        assertThat(daemon.logged("job skipped")).isEmpty();
      }
    }
  }

  private static List<String> clusterRecords(RedisCluster cluster) {
    return cluster.ask("{crond}", redis -> redis.lrange("{crond}:runs:a", 0, -1));
  }

  /** The instants of runs; a replica that starts late may record a firing as missed besides. */
  private static List<String> scheduled(List<String> records) {
    return records.stream()
        .filter(record -> record.contains("\"outcome\":\"succeeded\""))
        .map(record -> record.replaceFirst(".*\"scheduled\":\"([^\"]+).*", "$1"))
        .toList();
  }

  private static TestDaemon replica(String url, Path folder) throws Exception {
    return TestDaemon.start(
        folder,
        Map.of(
            "crond.store", "redis",
            "crond.claims", "redis",
            "crond.redis.url", url),
        "CRON_NAME=a",
        "@every 1s - echo done");
  }

  @ParameterizedTest
  @MethodSource("roots")
  void runsGoThroughTheQueueOfRabbitMqAndAreNotLostToItsTimeOuts(ServerRoot root) throws Exception {
    boolean there = RabbitNode.isIn(root);
    report(root, "rabbitmq-server", there);
    if (!there) {
      return;
    }
    try (Site site = Site.in(folder, root)) {
      site.fresh("tried").store("CRON_NAME=long\n@daily echo begin; sleep 5; echo end\n");
      site.broker().control("eval", "application:set_env(rabbit, channel_tick_interval, 500).");
      site.broker().control("eval", "application:set_env(rabbit, consumer_timeout, 1500).");
      RealDaemon worker = site.daemon("w1", "worker");
      Site.start(worker.set("crond.worker.slots", "1"));
      site.request("long", "r-long");
      worker.awaitLog("job started");
      site.request("long", "r-late");
      waitUntil(() -> site.waiting(".work") == 1);
      site.returnOften("tried.work");
      waitUntil(() -> site.records("long").size() == 2);

      assertThat(site.records("long"))
          .allMatch(r -> r.contains("\"outcome\":\"succeeded\"") && r.contains("end"));
      waitUntil(() -> site.unanswered(".work") == 0);
      assertThat(worker.log("job started")).hasSize(2);
      // Published with mandatory and a confirm, to the quorum queue that the daemon has declared.
      ConnectionFactory factory = new ConnectionFactory();
      factory.setUri(site.broker().url());
      try (Connection connection = factory.newConnection();
          Channel channel = connection.createChannel()) {
        waitUntil(() -> channel.queueDeclarePassive("crond.runs").getMessageCount() == 2);
        site.returnOften("crond.runs");
        waitUntil(() -> channel.basicGet("crond.runs", true) != null);
        assertThat(site.broker().control("list_queues", "--quiet", "name", "type"))
            .containsPattern("crond.runs\\s+quorum")
            .containsPattern("tried.work\\s+quorum");
      }
      worker.stop();
    }
  }

  @ParameterizedTest
  @MethodSource("allRoots")
  void retryThatIsNotDueOccupiesASlotOnlyIfTheBrokerCannotDelayIt(ServerRoot root)
      throws Exception {
    if (!RabbitNode.isIn(root)) {
      return;
    }
    try (Site site = Site.in(folder, root)) {
      Path failed = folder.resolve("failed");
      site.fresh("later")
          .store(
              "CRON_RETRIES=1\nCRON_RETRY_DELAY=9s\nCRON_RETRY_ON=other\nCRON_NAME=fails\n"
                  + ("@daily test -e %s || { touch %s; false; }\n".formatted(failed, failed))
                  + "CRON_NAME=quick\n@daily true\n");
      RealDaemon worker = site.worker("w1", 1);
      site.request("fails", "r-fails");
      worker.awaitLog("retry left to another worker");
      site.request("quick", "r-quick");
      waitUntil(() -> site.records("fails").size() == 1 && site.records("quick").size() == 1);

      boolean delayed = site.brokerVersion().matches("4[.][3-9].*");
      Instant retried = WorkRunsIT.instant(site.records("fails").get(0), "ended");
      Instant between = WorkRunsIT.instant(site.records("quick").get(0), "ended");
      assertThat(between.isBefore(retried)).as(root.suite()).isEqualTo(delayed);
      assertThat(site.records("fails").get(0)).contains("\"succeeded\"", "\"attempt\":2");
      assertThat(
              Duration.between(
                  WorkRunsIT.instant(site.records("fails").get(0), "started"), retried))
          .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(12));
      waitUntil(() -> site.unanswered(".work") == 0);
      worker.stop();
    }
  }

  @ParameterizedTest
  @MethodSource("allRoots")
  void endsOfRunsAndCopiesOfTheirOutputGoToStreams(ServerRoot root) throws Exception {
    if (!RabbitNode.isIn(root)) {
      return;
    }
    ConnectionFactory factory = new ConnectionFactory();
    try (RabbitNode node = RabbitNode.in(root)) {
      factory.setUri(node.url());
      try (Connection connection = factory.newConnection();
          Channel channel = connection.createChannel()) {
        for (String stream : List.of("archive", "crond.runs")) {
          channel.queueDeclare(stream, true, false, false, Map.of("x-queue-type", "stream"));
        }
        try (TestDaemon daemon =
            TestDaemon.start(
                made(folder.resolve("daemon")),
                Map.of("crond.rabbitmq.url", node.url()),
                "CRON_NAME = a",
                "CRON_OUTPUT = rabbitmq:default?routingKey=archive",
                "@yearly - echo one")) {
          List<String> runs = List.of(daemon.run("a"), daemon.run("a"));

          List<String> archive = read(channel, "archive", 2);
          assertThat(archive).containsExactlyInAnyOrderElementsOf(runs);
          assertThat(read(channel, "archive", 2)).as("again").isEqualTo(archive);
          assertThat(read(channel, "crond.runs", 2)).isEqualTo(archive);
          assertThat(daemon.logged("delivery failing")).isEmpty();
          assertThat(daemon.logged("queue exists with another type")).hasSize(1);
        }
      }
    }
  }

  /** The ids of the first messages of a stream. */
  private static List<String> read(Channel channel, String stream, int count) throws Exception {
    List<String> ids = new CopyOnWriteArrayList<>();
    channel.basicQos(10);
    String tag =
        channel.basicConsume(
            stream,
            false,
            Map.of("x-stream-offset", "first"),
            (name, message) -> {
              ids.add(message.getProperties().getMessageId());
              channel.basicAck(message.getEnvelope().getDeliveryTag(), false);
            },
            name -> {});
    waitUntil(() -> ids.size() == count);
    channel.basicCancel(tag);
    return ids;
  }

  private static Path made(Path folder) throws Exception {
    return Files.createDirectories(folder);
  }

  private static void waitUntil(Callable<Boolean> condition) {
    await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50)).until(condition);
  }
}
