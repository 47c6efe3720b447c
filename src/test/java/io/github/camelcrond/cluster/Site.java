// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.crontab.JobJson;
import io.github.camelcrond.daemon.RealDaemon;
import io.github.camelcrond.rabbitmq.RabbitNode;
import io.github.camelcrond.servers.ServerRoot;
import io.github.camelcrond.store.RedisServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import redis.clients.jedis.Jedis;

/** Schedulers and workers with a RabbitMQ and a Redis of their own; all of them real processes. */
final class Site implements AutoCloseable {
  private final Path folder;
  private final RedisServer redis;
  private final RabbitNode broker;
  private final List<RealDaemon> daemons = new ArrayList<>();
  private String prefix = "crond";

  private Site(Path folder, RedisServer redis, RabbitNode broker) {
    this.folder = folder;
    this.redis = redis;
    this.broker = broker;
  }

  /** Starts the two servers. */
  static Site in(Path folder) throws IOException {
    return in(folder, ServerRoot.chosen());
  }

  /** The same with the RabbitMQ of {@code root}. */
  static Site in(Path folder, ServerRoot root) throws IOException {
    RedisServer redis = RedisServer.start(folder, "--appendonly", "yes", "--appendfsync", "always");
    return new Site(folder, redis, RabbitNode.in(root));
  }

  /** Gives the daemons to come a part of Redis and queues that nobody has used. */
  Site fresh(String name) {
    prefix = name;
    return this;
  }

  /** A daemon that is not started yet. */
  RealDaemon daemon(String name, String role) throws IOException {
    Path own = Files.createDirectories(folder.resolve(prefix).resolve(name));
    RealDaemon daemon =
        new RealDaemon(own)
            .variable("WORKER", name)
            .set("crond.store", "redis")
            .set("crond.store.prefix", prefix)
            .set("crond.redis.url", redis.url())
            .set("crond.redis.timeout", "1s")
            .set("crond.rabbitmq.url", broker.url())
            .set("crond.http.enabled", "false")
            .set("crond.history.runs", "10000")
            .set("crond.run.mode", "queue")
            .set("crond.worker.lease", "3s")
            .set("crond.stop.grace", "1s")
            .set("crond.role", role);
    daemons.add(daemon);
    return daemon;
  }

  /** A worker with {@code slots} slots, started; it has no crontab. */
  RealDaemon worker(String name, int slots) throws IOException {
    RealDaemon worker = daemon(name, "worker").set("crond.worker.slots", String.valueOf(slots));
    return start(worker);
  }

  /** Starts a worker and waits until it is there. */
  static RealDaemon start(RealDaemon worker) throws IOException {
    worker.start("run", worker.crontab().toString());
    worker.awaitLog("worker takes requests");
    return worker;
  }

  /** Declares a durable queue of this part. */
  void declare(String queue, Map<String, Object> arguments) throws Exception {
    try (Connection connection = connect();
        Channel channel = connection.createChannel()) {
      channel.queueDeclare(prefix + queue, true, false, false, arguments);
    }
  }

  /** The version of RabbitMQ. */
  String brokerVersion() throws Exception {
    try (Connection connection = connect()) {
      return String.valueOf(connection.getServerProperties().get("version"));
    }
  }

  /** Puts the jobs of {@code crontab} (without users) into Redis, as a scheduler does. */
  void store(String crontab) {
    try (Jedis client = jedis()) {
      for (Job job : Requests.jobs(crontab)) {
        client.hset(prefix + ":routes", job.id(), JobJson.write(job, Instant.now()));
      }
    }
  }

  /** Asks for a run, as a scheduler does. */
  void request(String job, String run) throws Exception {
    request(job, List.of(run));
  }

  /** The same for several. */
  void request(String job, List<String> runs) throws Exception {
    request(job, runs, Instant.now());
  }

  /** The same for requests that were sent at {@code requested}. */
  void request(String job, List<String> runs, Instant requested) throws Exception {
    try (Connection connection = connect();
        Channel channel = connection.createChannel()) {
      channel.confirmSelect();
      for (String run : runs) {
        WorkRequest request =
            new WorkRequest(
                job, run, Instant.now(), "schedule", "0".repeat(64), requested, Optional.empty());
        byte[] body = request.json().getBytes(StandardCharsets.UTF_8);
        channel.basicPublish("", prefix + ".work", null, body);
      }
      channel.waitForConfirmsOrDie(60_000);
    }
  }

  /** Takes a message out of a queue of this part. */
  Optional<String> message(String queue) throws Exception {
    try (Connection connection = connect();
        Channel channel = connection.createChannel()) {
      return Optional.ofNullable(channel.basicGet(prefix + queue, true))
          .map(GetResponse::getBody)
          .map(body -> new String(body, StandardCharsets.UTF_8));
    }
  }

  /** Takes the first message of {@code queue} and returns it, more often than RabbitMQ 4 allows. */
  void returnOften(String queue) throws Exception {
    try (Connection connection = connect();
        Channel channel = connection.createChannel()) {
      for (int i = 0; i < 25; i++) {
        GetResponse message = channel.basicGet(queue, false);
        channel.basicNack(message.getEnvelope().getDeliveryTag(), false, true);
      }
    }
  }

  /** How many messages of a queue no worker has. */
  int waiting(String queue) throws Exception {
    try (Connection connection = connect();
        Channel channel = connection.createChannel()) {
      return channel.queueDeclarePassive(prefix + queue).getMessageCount();
    }
  }

  /** How many messages of a queue nobody has answered for, taken or not. */
  int unanswered(String queue) throws Exception {
    return broker
        .control("list_queues", "--quiet", "--no-table-headers", "name", "messages")
        .lines()
        .map(line -> line.split("\\s+"))
        .filter(line -> line[0].equals(prefix + queue))
        .mapToInt(line -> Integer.parseInt(line[1]))
        .sum();
  }

  /** The tags of the consumers of a queue. */
  Set<String> consumers(String queue) throws Exception {
    return broker
        .control("list_consumers", "--quiet", "--no-table-headers", "queue_name", "consumer_tag")
        .lines()
        .map(line -> line.split("\\s+"))
        .filter(line -> line[0].equals(prefix + queue))
        .map(line -> line[1])
        .collect(Collectors.toSet());
  }

  private Connection connect() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(broker.url());
    return factory.newConnection("test");
  }

  /** The records of a job, newest first. */
  List<String> records(String job) {
    try (Jedis client = jedis()) {
      return client.lrange(prefix + ":runs:" + job, 0, -1);
    }
  }

  /** Who has claimed a firing ({@code job:instant}). */
  Optional<String> claim(String firing) {
    try (Jedis client = jedis()) {
      return Optional.ofNullable(client.get(prefix + ":claims:" + firing));
    }
  }

  Jedis jedis() {
    return new Jedis("127.0.0.1", redis.port());
  }

  RedisServer redis() {
    return redis;
  }

  RabbitNode broker() {
    return broker;
  }

  @Override
  public void close() {
    daemons.forEach(RealDaemon::close);
    broker.close();
    redis.close();
  }
}
