// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelcrond.daemon.Http;
import io.github.camelcrond.daemon.RealDaemon;
import io.github.camelcrond.rabbitmq.RabbitNode;
import io.github.camelcrond.store.RedisServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

@EnabledIf(value = "brokerIsInstalled", disabledReason = "rabbitmq-server is not installed")
class WorkRunsIT {
  private static Site site;

  static boolean brokerIsInstalled() {
    return RabbitNode.isInstalled();
  }

  @BeforeAll
  static void startServers(@TempDir Path folder) throws Exception {
    site = Site.in(folder);
  }

  @AfterAll
  static void stopServers() {
    site.close();
  }

  @Test
  void runsWhatASchedulerAsksForThoughTheBrokerIsDownMeanwhile() throws Exception {
    site.fresh("asked");
    RealDaemon worker = site.worker("w1", 2);
    int port = RedisServer.freePort();
    RealDaemon scheduler =
        site.daemon("s1", "scheduler")
            .set("crond.http.enabled", "true")
            .set("crond.http.port", String.valueOf(port));
    scheduler
        .crontab(
            "CRON_NAME=one\n@every 1s - echo secret $WORKER\n"
                + "CRON_QUEUE=gpu\nCRON_NAME=two\n@every 1s - echo secret\n")
        .start();
    waitUntil(() -> site.records("one").size() >= 3);

    site.broker().kill();
    scheduler.awaitLog("broker is down, messages queued");
    worker.awaitLog("broker is down, no run requests received");
    site.broker().start();
    int before = site.records("one").size();
    waitUntil(() -> site.records("one").size() >= before + 8);
    waitUntil(() -> Http.metric(port, "crond_queue_depth{queue=\"asked.work.gpu\"") > 0);
    assertThat(Http.metric(port, "crond_queue_age_seconds{queue=\"asked.work.gpu\"")).isPositive();
    waitUntil(() -> Http.metric(port, "crond_queue_slots{queue=\"asked.work\"") == 2);
    scheduler.stop();
    worker.stop();

    List<String> instants = scheduled(site.records("one"));
    assertThat(instants)
        .as("%s", site.records("one"))
        .doesNotHaveDuplicates()
        .allMatch(i -> i.endsWith("Z"));
    assertThat(gaps(instants)).isEmpty();
    assertThat(site.records("one").get(0)).contains("secret w1").doesNotContain("delivery");
    assertThat(worker.log()).noneMatch(line -> line.startsWith("\tat "));
    assertThat(site.message(".work.gpu").orElseThrow())
        .contains("\"job\":\"two\"", "\"digest\":\"")
        .doesNotContain("secret");
  }

  @Test
  void followsARunOfAWorkerThroughAScheduler(@TempDir Path folder) throws Exception {
    site.fresh("follow");
    int port = RedisServer.freePort();
    RealDaemon worker = site.worker("w1", 1);
    RealDaemon scheduler =
        site.daemon("s1", "scheduler")
            .set("crond.http.enabled", "true")
            .set("crond.http.port", String.valueOf(port))
            .set("crond.http.token", "t0ken")
            .crontab(
                "CRON_NAME=slow\n@yearly - echo begun; until [ -e %s/go ]; do sleep 0.1; done; echo went\n"
                    .formatted(folder));
    scheduler.start();
    scheduler.awaitLog("HTTP server listening");
    scheduler.awaitLog("crontab loaded");
    RealDaemon follow = new RealDaemon(folder);
    follow.start(
        "run-now", "slow", "--follow", "--url", "http://127.0.0.1:" + port, "--token", "t0ken");

    follow.awaitLog("begun");
    assertThat(site.records("slow")).as("still in progress").isEmpty();
    Files.createFile(folder.resolve("go"));
    assertThat(follow.exitCode()).isZero();
    assertThat(follow.log()).containsExactly("begun", "went");
    scheduler.stop();
    worker.stop();
  }

  @Test
  void givesARunWhoseWorkerDiesToAnotherOrDropsIt() throws Exception {
    site.fresh("died")
        .store(
            "CRON_NAME=again\n@daily echo on $WORKER; test $WORKER = w2 || sleep 60\n"
                + "CRON_ON_CRASH=drop\nCRON_NAME=dropped\n@daily sleep 60\n");
    RealDaemon dies = site.worker("w1", 2);
    site.request("again", "r-again");
    site.request("dropped", "r-dropped");
    dies.awaitLogs(2, "job started");
    RealDaemon lives = site.worker("w2", 2);
    dies.kill9();
    // What it left in its journal is not for it to record.
    Site.start(dies.set("crond.worker.queue", "other"));

    waitUntil(() -> site.records("again").size() == 1 && site.records("dropped").size() == 1);
    dies.stop();

    lives.awaitLog("job restarted: its worker died", "run=r-again", "delivery=2");
    assertThat(site.records("again").get(0))
        .contains("\"outcome\":\"succeeded\"", "on w2", "\"delivery\":2");
    assertThat(site.records("dropped").get(0))
        .contains("\"outcome\":\"interrupted\"", "its worker died");
    lives.stop();
  }

  @Test
  void skipsARunWhoseJobRunsOnAnotherWorker() throws Exception {
    site.fresh("overlap")
        .store("CRON_OVERLAP=skip\nCRON_NAME=alone\n@daily echo fence $CRON_FENCE; sleep 3\n");
    RealDaemon one = site.worker("w1", 1);
    RealDaemon other = site.worker("w2", 1);
    site.request("alone", List.of("r-1", "r-2"));

    waitUntil(() -> site.records("alone").size() == 2);
    one.stop();
    other.stop();

    assertThat(one.log("job started").size() + other.log("job started").size()).isEqualTo(1);
    assertThat(site.records("alone"))
        .anyMatch(r -> r.matches(".*\"succeeded\".*fence [0-9]+.*"))
        .anyMatch(r -> r.matches(".*\"skipped\".*still in progress: run r-[12] on .*"));
  }

  @Test
  void putsARequestAwayWhoseWorkersAllDie() throws Exception {
    site.fresh("poison").store("CRON_NAME=bad\n@daily kill -9 $PPID\n");
    RealDaemon first = site.daemon("w1", "worker").set("crond.worker.max-deliveries", "1");
    RealDaemon second = site.daemon("w2", "worker").set("crond.worker.max-deliveries", "1");
    Site.start(first);
    site.request("bad", "r-bad");
    first.exitCode();
    Site.start(second);

    waitUntil(() -> site.records("bad").size() == 1);
    waitUntil(() -> site.message(".work-dead").filter(m -> m.contains("r-bad")).isPresent());

    assertThat(site.records("bad").get(0))
        .contains("\"outcome\":\"interrupted\"", "workers died, 1 times");
    assertThat(second.isAlive()).isTrue();
    second.stop();
  }

  @Test
  void neitherRepeatsNorCutsOffARunLongerThanTheBrokerWaitsForAnAnswer() throws Exception {
    site.fresh("long").store("CRON_NAME=long\n@daily echo on $WORKER; sleep 8; echo end\n");
    site.broker().control("eval", "application:set_env(rabbit, channel_tick_interval, 500).");
    site.broker().control("eval", "application:set_env(rabbit, consumer_timeout, 2000).");
    RealDaemon one = site.worker("w1", 1);
    RealDaemon other = site.worker("w2", 1);
    Set<String> consumers = site.consumers(".work");
    site.request("long", "r-long");

    waitUntil(() -> site.records("long").size() > 0);
    // RabbitMQ closes the channel of a consumer that does not answer; from 4.3 on it cancels the
    // consumer. In both cases the worker consumes again.
    waitUntil(() -> !consumers.containsAll(site.consumers(".work")));
    waitUntil(() -> site.consumers(".work").size() == 2);
    site.broker().control("eval", "application:set_env(rabbit, consumer_timeout, 1800000).");
    one.stop();
    other.stop();

    assertThat(one.log("job started").size() + other.log("job started").size()).isEqualTo(1);
    assertThat(site.records("long")).hasSize(1);
    assertThat(site.records("long").get(0)).contains("\"outcome\":\"succeeded\"", "end");
    // What was given to another worker meanwhile is no further run.
    RealDaemon last = site.worker("w3", 1);
    waitUntil(() -> site.unanswered(".work") == 0);
    last.stop();
    assertThat(last.log("job started")).isEmpty();
    assertThat(site.records("long")).hasSize(1);
  }

  @Test
  void givesBackWhatHasNotBegunWhenAWorkerStops() throws Exception {
    site.fresh("stops")
        .store("CRON_OVERLAP=queue\nCRON_NAME=turns\n@daily echo $WORKER; sleep 2\n");
    RealDaemon stops = site.worker("w1", 2);
    site.request("turns", "r-1");
    stops.awaitLog("job started", "r-1");
    site.request("turns", "r-2");
    waitUntil(() -> site.waiting(".work") == 0);
    stops.stop();
    RealDaemon other = site.worker("w2", 2);

    waitUntil(() -> site.records("turns").size() == 2);

    assertThat(site.records("turns").get(0))
        .contains("\"run\":\"r-2\"", "\"outcome\":\"succeeded\"", "w2")
        .doesNotContain("delivery");
    assertThat(site.records("turns").get(1)).contains("\"run\":\"r-1\"", "w1");
    other.stop();
  }

  /** Counts its attempts in {@code ledger}, fails the first time, and then on the same worker. */
  private static String failing(Path ledger, String variables) {
    return "%s\nCRON_NAME=fails\n@daily %s\n"
        .formatted(
            variables,
            "f=%s-$CRON_RUN_ID; w=$(tail -n1 $f); echo $WORKER >>$f; test ${w:-$WORKER} != $WORKER"
                .formatted(ledger));
  }

  private RealDaemon retrying(String name, int port) throws Exception {
    return Site.start(
        site.daemon(name, "worker")
            .set("crond.host", name)
            .set("crond.http.enabled", "true")
            .set("crond.http.port", String.valueOf(port))
            .set("crond.worker.slots", "3"));
  }

  private RealDaemon retrying(String name) throws Exception {
    return retrying(name, RedisServer.freePort());
  }

  private static List<String> attempts(Path ledger, String run) throws Exception {
    Path file = Path.of(ledger + "-" + run);
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  @Test
  void retriesOnAnotherWorkerWithTheSameAttemptsDelayAndPlaces(@TempDir Path folder)
      throws Exception {
    Path ledger = folder.resolve("ran");
    site.fresh("retry")
        .store(
            failing(ledger, "CRON_RETRIES=3\nCRON_RETRY_DELAY=2s\nCRON_RETRY_ON=other")
                + failing(ledger, "CRON_RETRY_DELAY=8s\nCRON_OVERLAP=skip")
                    .replace("fails", "alone"));
    List<Integer> ports = List.of(RedisServer.freePort(), RedisServer.freePort());
    List<RealDaemon> workers = List.of(retrying("w1", ports.get(0)), retrying("w2", ports.get(1)));
    for (int port : ports) {
      waitUntil(() -> Http.metric(port, "crond_queue_slots{queue=\"retry.work\"") == 6);
    }
    // Each worker has a slot that is free.
    List<String> runs = List.of("r-1", "r-2", "r-3");
    site.request("fails", runs);
    site.request("alone", "a-1");
    waitUntil(() -> attempts(ledger, "a-1").size() == 1);
    site.request("alone", "a-2");

    waitUntil(() -> site.records("fails").size() == 3 && site.records("alone").size() == 2);
    waitUntil(() -> site.unanswered(".work") == 0);
    for (RealDaemon worker : workers) {
      worker.stop();
    }

    for (String run : runs) {
      assertThat(attempts(ledger, run)).as(run).hasSize(2).doesNotHaveDuplicates();
    }
    assertThat(site.records("fails"))
        .allMatch(r -> r.contains("\"succeeded\"") && r.contains("\"attempt\":2"))
        .noneMatch(r -> r.contains("\"delivery\""))
        .allMatch(r -> duration(r).compareTo(Duration.ofSeconds(2)) >= 0)
        .allMatch(r -> duration(r).compareTo(Duration.ofSeconds(10)) < 0);
    assertThat(site.records("alone").get(1)).contains("a-2", "\"skipped\"", "run a-1 on w");
    assertThat(site.records("alone").get(0)).contains("a-1", "\"succeeded\"");
    try (Jedis redis = site.jedis()) {
      assertThat(redis.keys("retry.work:failed:*")).isEmpty();
      assertThat(redis.keys("retry:places:job:*")).isEmpty();
    }
  }

  @Test
  void retriesAsOftenAsItMayAlsoWhenAWorkerIsKilledOrStoppedMeanwhile(@TempDir Path folder)
      throws Exception {
    Path ledger = folder.resolve("ran");
    String variables = "CRON_RETRIES=2\nCRON_RETRY_DELAY=4s\nCRON_RETRY_ON=other";
    site.fresh("killed").store(failing(ledger, variables).replace("test ${w", "false ${w"));
    RealDaemon first = retrying("w1");
    site.request("fails", "r");
    first.awaitLog("retry left to another worker", "r");
    // It is alone and takes its request again; a kill while it waits loses and doubles nothing.
    waitUntil(() -> site.waiting(".work") == 0);
    first.kill9();
    RealDaemon second = retrying("w2");
    waitUntil(() -> attempts(ledger, "r").size() == 2);
    second.awaitLogs(1, "retry left to another worker");
    waitUntil(() -> site.waiting(".work") == 0);
    second.stop();
    assertThat(site.records("fails")).as("a worker that stops returns the request").isEmpty();
    RealDaemon third = retrying("w3");

    waitUntil(() -> site.records("fails").size() == 1);
    waitUntil(() -> site.unanswered(".work") == 0);
    third.stop();

    assertThat(attempts(ledger, "r")).containsExactly("w1", "w2", "w3");
    assertThat(site.records("fails").get(0))
        .contains("\"failed\"", "\"attempt\":3", "\"host\":\"w3\"");
    assertThat(duration(site.records("fails").get(0))).isGreaterThan(Duration.ofSeconds(12));
  }

  @Test
  void recordsARequestWhoseJobIsGoneAndIsDoneWithIt() throws Exception {
    site.fresh("gone").store("CRON_NAME=a\n@daily true\n");
    RealDaemon worker = site.worker("w1", 1);
    site.request("b", List.of("r-gone"), Instant.now().minusSeconds(61));
    site.request("a", "r");

    waitUntil(() -> site.records("a").size() == 1 && site.records("b").size() == 1);
    waitUntil(() -> site.unanswered(".work") == 0);
    worker.stop();
    assertThat(site.records("b").get(0))
        .contains("r-gone", "\"skipped\"", "the job is not in the store");
  }

  @Test
  void runsNoRequestAgainThatComesLate() throws Exception {
    site.fresh("late").store("CRON_NAME=a\n@daily true\n");
    RealDaemon worker = site.worker("w1", 1);
    site.request("a", "r");
    waitUntil(() -> site.records("a").size() == 1);
    try (Jedis redis = site.jedis()) {
      waitUntil(() -> "ended".equals(redis.get("late.work:lease:r")));
      redis.del("late.work:lease:r");
    }
    site.request("a", List.of("r"), Instant.now().minusSeconds(3_700));
    waitUntil(() -> site.unanswered(".work") == 0);
    worker.stop();

    assertThat(worker.log("job started")).hasSize(1);
    assertThat(site.records("a")).hasSize(1);
  }

  @Test
  void usesAQueueOfRequestsThatExistsAsItIs() throws Exception {
    site.fresh("foreign").store("CRON_NAME=a\n@daily true\n");
    site.declare(".work", Map.of());
    site.declare(".work-dead", Map.of());
    RealDaemon worker = site.worker("w1", 1);
    site.request("a", "r");
    waitUntil(() -> site.records("a").size() == 1);

    assertThat(worker.log("queue not declared, used as it is"))
        .hasSize(2)
        .anyMatch(line -> line.contains("foreign.work ") && line.contains("another type"));
    assertThat(worker.log("broker is down")).isEmpty();
    worker.stop();
  }

  /** Those of docs/redis-rabbitmq.md. */
  @Test
  void needsThePermissionsThatTheManualNames() throws Exception {
    String permissions = Files.readString(Path.of("docs/redis-rabbitmq.md"));
    String acl = permissions.replaceFirst("(?s).*`(~crond[^`]+)`.*", "$1");
    String rabbit = permissions.replaceFirst("(?s).*set_permissions USER ([^`\n]+).*", "$1");
    List<String> user = new ArrayList<>(List.of("reset", "on", ">s3cret"));
    user.addAll(List.of(acl.split(" ")));
    try (Jedis redis = site.jedis()) {
      redis.aclSetUser("limited", user.toArray(String[]::new));
    }
    site.broker().control("add_user", "limited", "s3cret");
    List<String> set = new ArrayList<>(List.of("set_permissions", "limited"));
    Stream.of(rabbit.split(" ")).map(word -> word.replace("'", "")).forEach(set::add);
    site.broker().control(set.toArray(String[]::new));
    RealDaemon both = site.fresh("crond").daemon("both", "all");
    both.set("crond.redis.url", "redis://limited:s3cret@127.0.0.1:" + site.redis().port())
        .set("crond.rabbitmq.url", "amqp://limited:s3cret@127.0.0.1:" + site.broker().port())
        .set("crond.worker.slots", "3")
        .crontab("CRON_OVERLAP = skip\nCRON_NAME=a\n@every 1s - echo done\n")
        .start();
    waitUntil(() -> site.records("a").size() >= 2);
    waitUntil(() -> site.waiting(".runs") >= 2);
    assertThat(both.stop()).isZero();

    assertThat(both.log("store is down")).isEmpty();
    assertThat(both.log("broker is down")).isEmpty();
    assertThat(both.log("delivery failing")).isEmpty();
    both.start("store", "copy", "redis", "file");
    assertThat(both.exitCode()).as("%s", both.log()).isZero();
  }

  private static Duration duration(String record) {
    return Duration.between(instant(record, "started"), instant(record, "ended"));
  }

  static Instant instant(String record, String name) {
    return Instant.parse(record.replaceFirst(".*\"" + name + "\":\"([^\"]+).*", "$1"));
  }

  private static List<String> scheduled(List<String> records) {
    return records.stream()
        .map(r -> r.replaceFirst(".*\"scheduled\":\"([^\"]+).*", "$1"))
        .sorted()
        .toList();
  }

  private static List<String> gaps(List<String> instants) {
    return IntStream.range(1, instants.size())
        .filter(
            i ->
                !Instant.parse(instants.get(i - 1))
                    .plusSeconds(1)
                    .equals(Instant.parse(instants.get(i))))
        .mapToObj(instants::get)
        .toList();
  }

  private static void waitUntil(Callable<Boolean> condition) {
    await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50)).until(condition);
  }
}
