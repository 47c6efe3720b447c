// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.chaos;

import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import io.github.camelcrond.daemon.RealDaemon;
import io.github.camelcrond.rabbitmq.RabbitNode;
import io.github.camelcrond.store.RedisServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The real daemon, with Redis and RabbitMQ behind connections that fail and its store folder on a
 * disk that fills up, is killed, stopped and edited at random. Afterwards each run that its job has
 * noted must have one start, one message, one record, and the messages of a job must be in the
 * order of their ends. {@code src/it/chaos} runs it for as long as one likes.
 */
final class Chaos implements AutoCloseable {
  private static final int JOBS = 10;
  private static final String QUEUE = "crond.runs";

  private final Path folder;
  private final Random random;
  private final long seed;
  private final RedisServer redis;
  private final RabbitNode broker;
  private final FaultyLink toRedis;
  private final FaultyLink toBroker;
  private final RealDaemon daemon;
  private final Path disk;
  private final boolean smallDisk;
  private final Map<String, Integer> faults = new LinkedHashMap<>();
  private final Evidence evidence;
  private int edits;

  /** How it ended: what was lost, doubled or out of order, by name; empty if nothing was. */
  record Outcome(int firings, Map<String, List<String>> wrong) {
    boolean right() {
      return wrong.values().stream().allMatch(List::isEmpty);
    }
  }

  private interface Fault {
    void inject() throws Exception;
  }

  /** Starts the servers and the daemon; all that is written is in {@code folder}. */
  Chaos(Path folder, long seed) throws Exception {
    this.folder = folder;
    this.seed = seed;
    this.random = new Random(seed);
    this.evidence = new Evidence(folder);
    this.redis = RedisServer.start(Files.createDirectories(folder.resolve("redis")));
    this.broker = RabbitNode.with();
    this.toRedis = FaultyLink.to(redis.port());
    this.toBroker = FaultyLink.to(broker.port());
    this.disk = Files.createDirectories(folder.resolve("disk"));
    this.smallDisk =
        exit("mount", "-t", "tmpfs", "-o", "size=16m,mode=0755", "tmpfs", disk.toString()) == 0;
    if (!smallDisk) {
      System.out.println("no tmpfs can be mounted here: the disk does not fill up");
    }
    this.daemon =
        new RealDaemon(Files.createDirectories(folder.resolve("daemon")))
            .set("crond.store.dir", disk.resolve("store").toString())
            .set("crond.store", "redis")
            .set("crond.redis.url", "redis://127.0.0.1:" + toRedis.port())
            .set("crond.redis.timeout", "1s")
            .set("crond.rabbitmq.url", "amqp://guest:guest@127.0.0.1:" + toBroker.port())
            .set("crond.rabbitmq.timeout", "2s")
            .set("crond.history.runs", "10000")
            .set("crond.stop.grace", "5s");
    daemon.crontab(crontab()).start();
    daemon.awaitLog("crontab loaded");
  }

  private static int exit(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
  }

  private String crontab() {
    StringBuilder text = new StringBuilder("# edit " + edits + "\n");
    for (int i = 0; i < JOBS; i++) {
      text.append("CRON_NAME = job").append(i).append('\n');
      // A note of a few bytes is appended as a whole.
      text.append("@every 1s - echo $CRON_RUN_ID >>")
          .append(ran())
          .append("; echo ran; sleep 0.")
          .append(i % 4)
          .append('\n');
    }
    return text.toString();
  }

  private Path ran() {
    return folder.resolve("ran");
  }

  /** Injects faults for {@code time}, heals all, and compares. */
  Outcome run(Duration time) throws Exception {
    Instant end = Instant.now().plus(time);
    while (Instant.now().isBefore(end)) {
      TimeUnit.MILLISECONDS.sleep(500 + random.nextInt(2_500));
      injectOne();
    }
    settle();
    return compare();
  }

  private void injectOne() throws Exception {
    FaultyLink.Fault[] onLinks = FaultyLink.Fault.values();
    FaultyLink.Fault onLink = onLinks[1 + random.nextInt(onLinks.length - 1)];
    switch (random.nextInt(8)) {
      case 0, 1 -> inject("kill -9", this::killAndStart);
      case 2 -> inject("SIGSTOP for 2 s", this::pause);
      case 3 -> inject("disk full for 4 s", this::fillDisk);
      case 4 -> inject("Redis: " + onLink, () -> fail(toRedis, onLink));
      case 5 -> inject("RabbitMQ: " + onLink, () -> fail(toBroker, onLink));
      case 6 -> inject("kill -9 while RabbitMQ is cut", this::killWithoutBroker);
      default -> inject("crontab edited", this::edit);
    }
  }

  private void inject(String name, Fault fault) throws Exception {
    faults.merge(name, 1, Integer::sum);
    evidence.note("begin of " + name);
    fault.inject();
    evidence.note("end of " + name);
  }

  private void killAndStart() throws Exception {
    daemon.kill9();
    evidence.note("killed");
    evidence.keep(daemon.log(), disk.resolve("store"));
    daemon.start();
    daemon.awaitLog("crontab loaded");
  }

  private void pause() throws Exception {
    daemon.signal("STOP");
    TimeUnit.SECONDS.sleep(2);
    daemon.signal("CONT");
  }

  /** No kill meanwhile: what cannot be written is in memory only, as the daemon says. */
  private void fillDisk() throws Exception {
    if (!smallDisk) {
      return;
    }
    Path filler = disk.resolve("filler");
    exit("dd", "if=/dev/zero", "of=" + filler, "bs=64k");
    TimeUnit.SECONDS.sleep(4);
    Files.delete(filler);
    // Writing is retried each second.
    TimeUnit.MILLISECONDS.sleep(2_500);
  }

  private void fail(FaultyLink link, FaultyLink.Fault fault) throws Exception {
    link.set(fault);
    TimeUnit.MILLISECONDS.sleep(1_000 + random.nextInt(5_000));
    link.set(FaultyLink.Fault.NONE);
  }

  private void killWithoutBroker() throws Exception {
    toBroker.set(FaultyLink.Fault.CUT);
    TimeUnit.SECONDS.sleep(2);
    killAndStart();
    toBroker.set(FaultyLink.Fault.NONE);
  }

  private void edit() throws Exception {
    edits++;
    daemon.crontab(crontab());
  }

  /** Ends the jobs, then lets a daemon without jobs hand over all that is left. */
  private void settle() throws Exception {
    daemon.stop();
    evidence.note("stopped");
    evidence.keep(daemon.log(), disk.resolve("store"));
    daemon.crontab("@yearly - true\n").start();
    daemon.awaitLog("crontab loaded");
    Set<String> ran = new HashSet<>(notes());
    Instant end = Instant.now().plusSeconds(60);
    Set<String> known = new HashSet<>();
    while (!known.containsAll(ran) && Instant.now().isBefore(end)) {
      TimeUnit.SECONDS.sleep(1);
      known = records().keySet();
    }
    TimeUnit.SECONDS.sleep(2);
    daemon.stop();
    evidence.keep(daemon.log(), disk.resolve("store"));
  }

  private List<String> notes() throws IOException {
    return Files.exists(ran()) ? Files.readAllLines(ran()) : List.of();
  }

  private Outcome compare() throws Exception {
    Map<String, Integer> starts = new HashMap<>();
    notes().forEach(run -> starts.merge(run, 1, Integer::sum));
    Map<String, Integer> records = records();
    Map<String, List<String>> wrong = new LinkedHashMap<>();
    wrong.put("started twice", several(starts));
    List<GetResponse> messages = messages();
    Set<String> published = new HashSet<>();
    messages.forEach(message -> published.add(message.getProps().getMessageId()));
    wrong.put("message lost", missing(starts, published));
    wrong.put("message of no run", missing(published, records.keySet()));
    wrong.put("record lost", missing(starts, records.keySet()));
    wrong.put("recorded twice", several(records));
    wrong.put("out of order", outOfOrder(messages));
    print(starts.size(), messages.size(), wrong);
    return new Outcome(starts.size(), wrong);
  }

  private static List<String> several(Map<String, Integer> counts) {
    return counts.entrySet().stream().filter(e -> e.getValue() > 1).map(Map.Entry::getKey).toList();
  }

  private static List<String> missing(Map<String, Integer> wanted, Set<String> there) {
    return missing(wanted.keySet(), there);
  }

  private static List<String> missing(Set<String> wanted, Set<String> there) {
    return wanted.stream().filter(run -> !there.contains(run)).sorted().toList();
  }

  /** Messages of a job that end earlier than one before them; a repeated one does not count. */
  private static List<String> outOfOrder(List<GetResponse> messages) {
    List<String> found = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    Map<String, Instant> last = new HashMap<>();
    for (GetResponse message : messages) {
      String run = message.getProps().getMessageId();
      Map<String, Object> headers = message.getProps().getHeaders();
      if (!seen.add(run)) {
        continue;
      }
      String job = headers.get("job").toString();
      Instant ended = Instant.parse(headers.get("ended").toString());
      if (last.containsKey(job) && ended.isBefore(last.get(job))) {
        found.add(job + " " + run + " ended " + Duration.between(ended, last.get(job)) + " before");
      }
      last.put(job, ended);
    }
    return found;
  }

  private List<GetResponse> messages() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setPort(broker.port());
    List<GetResponse> all = new ArrayList<>();
    try (var connection = factory.newConnection();
        var channel = connection.createChannel()) {
      for (GetResponse m = channel.basicGet(QUEUE, true);
          m != null;
          m = channel.basicGet(QUEUE, true)) {
        all.add(m);
      }
    }
    return all;
  }

  /** How many records Redis has of each run. */
  private Map<String, Integer> records() throws IOException, InterruptedException {
    Map<String, Integer> found = new TreeMap<>();
    for (int i = 0; i < JOBS; i++) {
      Process cli =
          new ProcessBuilder(
                  "redis-cli", "-p", "" + redis.port(), "LRANGE", "crond:runs:job" + i, "0", "-1")
              .start();
      String text = new String(cli.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      cli.waitFor();
      Files.writeString(folder.resolve("records-job" + i), text);
      text.lines()
          .map(line -> line.replaceFirst(".*?\"run\":\"([^\"]+)\".*", "$1"))
          .filter(run -> run.matches("\\w+"))
          .forEach(run -> found.merge(run, 1, Integer::sum));
    }
    return found;
  }

  private void print(int ran, int messages, Map<String, List<String>> wrong) throws IOException {
    System.out.printf("%nseed %d%n", seed);
    faults.forEach((name, count) -> System.out.printf("%-32s %6d%n", name, count));
    System.out.printf("%-32s %6d%n%-32s %6d%n", "runs", ran, "messages", messages);
    for (Map.Entry<String, List<String>> kind : wrong.entrySet()) {
      System.out.printf("%-32s %6d%n", kind.getKey(), kind.getValue().size());
      for (String found : kind.getValue().stream().limit(10).toList()) {
        System.out.println("  " + found);
        // Of a line about the order, the second word.
        String run = found.replaceFirst("^\\S+ (\\w{26}) .*", "$1");
        evidence.about(run).forEach(line -> System.out.println("    " + line));
      }
    }
  }

  @Override
  public void close() throws IOException {
    daemon.close();
    toRedis.close();
    toBroker.close();
    broker.close();
    redis.close();
    if (smallDisk) {
      new ProcessBuilder("umount", "-l", disk.toString()).start();
    }
  }
}
