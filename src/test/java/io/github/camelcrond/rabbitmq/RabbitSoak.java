// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Many runs while the broker is killed and started again, and the daemon killed: each run that the
 * log tells of has to be told to the queue. Run by {@code bench/soak-rabbitmq}.
 */
public final class RabbitSoak {
  private static final Pattern STARTED = Pattern.compile("job started job=\\S+ run=(\\S+)");
  private static final int JOBS = 50;
  private static final int BROKER_KILLS = 5;
  private static final int DAEMON_KILLS = 2;

  private final Path folder;
  private final RabbitNode node;
  private final List<Path> logs = new ArrayList<>();

  private RabbitSoak(Path folder, RabbitNode node) {
    this.folder = folder;
    this.node = node;
  }

  /** Runs until {@code args[0]} runs have started; exits with 1 if one was lost. */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("rabbitmq-soak-");
    boolean whole;
    try (RabbitNode node = RabbitNode.with()) {
      whole = new RabbitSoak(folder, node).run(Integer.parseInt(args[0]));
    }
    System.exit(whole ? 0 : 1);
  }

  private boolean run(int runs) throws Exception {
    Files.write(folder.resolve("crontab"), crontab());
    Process daemon = daemon();
    int brokerKills = 0;
    int daemonKills = 0;
    int started = 0;
    while (started < runs) {
      TimeUnit.MILLISECONDS.sleep(250);
      started = started().size();
      if (brokerKills < BROKER_KILLS && started > (brokerKills + 1) * runs / (BROKER_KILLS + 1)) {
        brokerKills++;
        System.out.printf("after %d runs: broker killed%n", started);
        node.kill();
        TimeUnit.SECONDS.sleep(2);
        node.start();
      }
      if (daemonKills < DAEMON_KILLS && started > (3 * daemonKills + 2) * runs / 7) {
        daemonKills++;
        System.out.printf("after %d runs: daemon killed%n", started);
        daemon.destroyForcibly().waitFor();
        daemon = daemon();
      }
    }
    daemon.destroy();
    daemon.waitFor();
    // What is left in the spool is sent by a daemon with nothing to do.
    Files.writeString(folder.resolve("crontab"), "@yearly - true\n");
    daemon = daemon();
    Map<String, Integer> received = new HashMap<>();
    Set<String> expected = started();
    long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (!received.keySet().containsAll(expected) && System.nanoTime() < end) {
      receive(received);
      TimeUnit.MILLISECONDS.sleep(200);
    }
    daemon.destroy();
    daemon.waitFor();
    receive(received);
    return report(expected, received);
  }

  private static List<String> crontab() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < JOBS; i++) {
      lines.add("CRON_NAME = job-" + i);
      lines.add("@every 1s - echo $CRON_RUN_ID; sleep 0." + i % 4);
    }
    return lines;
  }

  private Process daemon() throws IOException {
    Path log = folder.resolve("log-" + logs.size());
    logs.add(log);
    ProcessBuilder builder =
        new ProcessBuilder("bin/camel-crond", "run", folder.resolve("crontab").toString());
    builder.environment().put("CROND_STORE_DIR", folder.resolve("store").toString());
    builder.environment().put("CROND_RABBITMQ_URL", node.url());
    builder.environment().put("CROND_LOG_OUTPUT", "false");
    builder.environment().put("CROND_HTTP_ENABLED", "false");
    return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  private Set<String> started() throws IOException {
    Set<String> runs = new TreeSet<>();
    for (Path log : logs) {
      Matcher matcher = STARTED.matcher(Files.readString(log));
      while (matcher.find()) {
        runs.add(matcher.group(1));
      }
    }
    return runs;
  }

  private void receive(Map<String, Integer> received) throws Exception {
    try (Broker broker = Broker.at(node.url())) {
      for (GetResponse message : broker.all("crond.runs")) {
        received.merge(message.getProps().getMessageId(), 1, Integer::sum);
      }
    }
  }

  private static boolean report(Set<String> expected, Map<String, Integer> received) {
    Set<String> lost = new TreeSet<>(expected);
    lost.removeAll(received.keySet());
    int twice = received.values().stream().mapToInt(count -> count - 1).sum();
    System.out.printf(
        "runs=%d told=%d duplicates=%d lost=%d%n",
        expected.size(), received.size(), twice, lost.size());
    lost.stream().limit(10).forEach(run -> System.out.println("lost " + run));
    return lost.isEmpty();
  }
}
