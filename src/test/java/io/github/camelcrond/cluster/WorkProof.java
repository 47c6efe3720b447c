// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.daemon.RealDaemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Two schedulers ask for 3,000 runs that three workers run, while workers, broker and Redis are
 * killed and started again in turn. No run may be lost or left at its beginning, and each that ran
 * again was on a worker that was killed meanwhile.
 */
public final class WorkProof {
  private static final int JOBS = 25;
  private static final Duration EVERY = Duration.ofSeconds(1);
  // From the end of a run until the broker has its answer.
  private static final Duration ANSWERED = Duration.ofSeconds(10);
  // A command whose worker is killed before it asks for its parent finds process 1.
  private static final String ORPHAN = "-1";

  private final Site site;
  private final Path ledger;
  private final List<RealDaemon> workers = new ArrayList<>();
  private final Map<String, Instant> deaths = new HashMap<>();
  private final Map<String, List<String>> records = new HashMap<>();

  private record Start(String instance, Instant at) {}

  private WorkProof(Site site, Path ledger) {
    this.site = site;
    this.ledger = ledger;
  }

  /** Arguments: a folder, the number of runs. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[0])).toAbsolutePath();
    int seconds = Integer.parseInt(arguments[1]) / JOBS;
    try (Site site = Site.in(folder)) {
      boolean right = new WorkProof(site, folder.resolve("ledger")).run(seconds);
      System.out.println(right ? "as promised" : "BROKEN");
      System.exit(right ? 0 : 1);
    }
  }

  private String crontab() {
    StringBuilder text = new StringBuilder();
    for (int n = 1; n <= JOBS; n++) {
      // The instance is the worker's process: a job's parent.
      text.append("CRON_NAME=job-" + n + "\n@every " + EVERY.toSeconds() + "s - ")
          .append("echo $CRON_JOB_ID:$CRON_SCHEDULED_AT $CRON_RUN_ID $WORKER-$PPID ")
          .append("$(date +\\%s.\\%N) >>" + ledger + "; sleep 0.2\n");
    }
    return text.toString();
  }

  private boolean run(int seconds) throws Exception {
    for (int i = 1; i <= 3; i++) {
      workers.add(Site.start(site.daemon("w" + i, "worker").set("crond.worker.slots", "20")));
    }
    List<RealDaemon> schedulers = new ArrayList<>();
    for (int i = 1; i <= 2; i++) {
      schedulers.add(site.daemon("s" + i, "scheduler").crontab(crontab()).start());
    }
    for (RealDaemon scheduler : schedulers) {
      scheduler.awaitLog("crontab loaded");
    }
    Instant from = Instant.now();
    int kills = kills(from, seconds);
    Instant to = Instant.now();
    for (RealDaemon scheduler : schedulers) {
      scheduler.stop();
    }
    drain();
    for (RealDaemon worker : workers) {
      worker.stop();
    }
    System.out.printf("%n2 schedulers, 3 workers, %d s, %d kills%n", seconds, kills);
    return print(from, to);
  }

  /** Every ten seconds one of: a worker, the broker, a worker, Redis. */
  private int kills(Instant from, int seconds) throws Exception {
    int kills = 0;
    for (int second = 10; second < seconds; second += 10) {
      Thread.sleep(
          Math.max(0, Duration.between(Instant.now(), from.plusSeconds(second)).toMillis()));
      switch (kills % 4) {
        case 1 -> {
          site.broker().kill();
          site.broker().start();
        }
        case 3 -> {
          site.redis().kill();
          site.redis().start();
        }
        default -> {
          RealDaemon worker = workers.get(kills / 2 % workers.size());
          String instance = "w" + (kills / 2 % workers.size() + 1) + "-" + worker.pid();
          worker.kill9();
          deaths.put(instance, Instant.now());
          worker.start("run", worker.crontab().toString());
        }
      }
      kills++;
    }
    Thread.sleep(
        Math.max(0, Duration.between(Instant.now(), from.plusSeconds(seconds)).toMillis()));
    return kills;
  }

  /** Waits until nothing has started for a while. */
  private void drain() throws Exception {
    int before = -1;
    while (before != starts().size() || site.waiting(".work") > 0) {
      before = starts().size();
      Thread.sleep(10_000);
    }
  }

  private Map<String, List<Start>> starts() throws IOException {
    Map<String, List<Start>> starts = new TreeMap<>();
    for (String line : Files.readAllLines(ledger)) {
      String[] words = line.split(" ");
      String[] time = words[3].split("\\.");
      Instant at = Instant.ofEpochSecond(Long.parseLong(time[0]), Long.parseLong(time[1]));
      starts.computeIfAbsent(words[0], f -> new ArrayList<>()).add(new Start(words[2], at));
    }
    return starts;
  }

  private boolean print(Instant from, Instant to) throws IOException {
    Map<String, List<Start>> starts = starts();
    List<String> lost = new ArrayList<>();
    List<String> odd = new ArrayList<>();
    int firings = 0;
    int once = 0;
    int skipped = 0;
    int again = 0;
    for (Instant at = from.plusSeconds(1); at.isBefore(to); at = at.plusSeconds(1)) {
      Instant second = Instant.ofEpochSecond(at.getEpochSecond());
      for (int n = 1; n <= JOBS; n++) {
        String firing = "job-" + n + ":" + second;
        List<Start> ran = starts.getOrDefault(firing, List.of());
        firings++;
        if (ran.isEmpty() && wasRecorded(firing, "skipped")) {
          skipped++;
        } else if (ran.isEmpty() || !wasRecorded(firing, "succeeded")) {
          lost.add(firing + " " + ran);
        } else {
          once++;
        }
        for (Start first : ran.subList(0, Math.max(0, ran.size() - 1))) {
          again++;
          if (!explained(first)) {
            odd.add(firing + " " + ran);
          }
        }
      }
    }
    System.out.printf("firings                                %6d%n", firings);
    System.out.printf("ran                                    %6d%n", once);
    System.out.printf("skipped and recorded: Redis was down   %6d%n", skipped);
    System.out.printf("lost, or begun and never ended         %6d%n", lost.size());
    System.out.printf("ran again: the worker was killed       %6d%n", again - odd.size());
    System.out.printf("ran again: not explained               %6d%n", odd.size());
    lost.stream().limit(10).forEach(f -> System.out.println("  lost " + f));
    odd.stream().limit(10).forEach(f -> System.out.println("  again " + f));
    return lost.isEmpty() && odd.isEmpty() && once > 0;
  }

  private boolean explained(Start start) {
    if (start.instance().endsWith(ORPHAN)) {
      String worker = start.instance().substring(0, start.instance().length() - 1);
      return deaths.entrySet().stream()
          .filter(death -> death.getKey().startsWith(worker))
          .map(death -> Duration.between(death.getValue(), start.at()).abs())
          .anyMatch(apart -> apart.compareTo(ANSWERED) < 0);
    }
    Instant death = deaths.get(start.instance());
    return death != null && start.at().plus(ANSWERED).isAfter(death);
  }

  /** Whether a record says how the firing ended, {@code skipped} if it could not be claimed. */
  private boolean wasRecorded(String firing, String outcome) {
    int colon = firing.indexOf(':');
    String scheduled = "\"scheduled\":\"" + firing.substring(colon + 1) + "\"";
    return records.computeIfAbsent(firing.substring(0, colon), site::records).stream()
        .anyMatch(r -> r.contains(scheduled) && r.contains("\"outcome\":\"" + outcome + "\""));
  }
}
