// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.daemon.RealDaemon;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * Three replicas with 40 jobs that start every second: one is killed every 15 s, one is stopped for
 * 20 s, the clock of one is 30 s ahead; then all are replaced one after the other. No firing may
 * run twice, and each that did not run was claimed by a replica that was killed at that moment.
 */
public final class ReplicasProof {
  private static final int JOBS = 40;
  private static final int STOPPED = 1;
  private static final int SHIFTED = 2;
  // One that is neither dead nor stopped, and whose clock is right, is left at any time.
  private static final int[] VICTIMS = {SHIFTED, 0, SHIFTED, STOPPED};
  private static final Duration SLACK = Duration.ofSeconds(2);
  // A firing is claimed up to 30 s ahead by the one whose clock is ahead.
  private static final Duration AHEAD = Duration.ofSeconds(30);

  private ReplicasProof() {}

  /** Arguments: a folder, seconds, a path of shift.so. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[0])).toAbsolutePath();
    int seconds = Integer.parseInt(arguments[1]);
    boolean right;
    try (Replicas replicas =
        Replicas.of(Files.createDirectories(folder.resolve("kills")), 3, JOBS)) {
      replicas.shift(SHIFTED, AHEAD, arguments[2]);
      right = kills(replicas, seconds);
    }
    try (Replicas replicas =
        Replicas.of(Files.createDirectories(folder.resolve("roll")), 3, JOBS)) {
      right &= rolls(replicas);
    }
    System.out.println(right ? "as promised" : "BROKEN");
    System.exit(right ? 0 : 1);
  }

  private static boolean kills(Replicas replicas, int seconds) throws Exception {
    replicas.start();
    Instant from = Instant.now();
    Instant pace = from;
    int kills = 0;
    for (int second = 1; second <= seconds; second++) {
      Duration early = Duration.between(Instant.now(), pace.plusSeconds(second));
      Thread.sleep(Math.max(0, early.toMillis()));
      if (second % 60 == 5) {
        pace = pace.plus(awaitAnother(replicas, STOPPED));
        say("SIGSTOP replica " + STOPPED);
        replicas.daemon(STOPPED).signal("STOP");
      }
      if (second % 60 == 25) {
        say("SIGCONT replica " + STOPPED);
        replicas.daemon(STOPPED).signal("CONT");
      }
      if (second % 15 == 0) {
        int victim = VICTIMS[kills % VICTIMS.length];
        pace = pace.plus(awaitAnother(replicas, victim));
        say("kill and start replica " + victim + ", it had " + loads(replicas, victim));
        replicas.kill(victim);
        replicas.daemon(victim).start();
        kills++;
      }
    }
    Instant to = Instant.now();
    settle(replicas);
    System.out.printf(
        "%n3 replicas, %d jobs, %d s: %d kills, clock of one +30 s%n",
        JOBS, Duration.between(from, to).toSeconds(), kills);
    return print(replicas.outcome(from.plus(AHEAD), to, SLACK));
  }

  /**
   * Waits until there is one whose clock is right besides {@code victim}: nothing is promised of a
   * time when all are away. Returns how long that took.
   */
  private static Duration awaitAnother(Replicas replicas, int victim) {
    Instant from = Instant.now();
    Replicas.awaitLoad(replicas.daemon(victim == 0 ? STOPPED : 0));
    return Duration.between(from, Instant.now());
  }

  private static String loads(Replicas replicas, int number) {
    return replicas.daemon(number).log("crontab loaded").isEmpty()
        ? "not loaded its crontab yet"
        : "loaded its crontab";
  }

  private static void say(String what) {
    System.out.println(Instant.now() + " " + what);
  }

  private static boolean rolls(Replicas replicas) throws Exception {
    replicas.start();
    Instant from = Instant.now();
    int stops = 0;
    for (int round = 0; round < 4; round++) {
      for (int i = 0; i < replicas.count(); i++) {
        RealDaemon daemon = replicas.daemon(i);
        daemon.stop();
        daemon.start();
        Replicas.awaitLoad(daemon);
        stops++;
      }
    }
    Instant to = Instant.now();
    settle(replicas);
    System.out.printf("%nrolling update, %d stops%n", stops);
    return print(replicas.outcome(from, to, SLACK)) && replicas.starts().size() > 0;
  }

  private static void settle(Replicas replicas) throws Exception {
    Thread.sleep(3_000);
    for (int i = 0; i < replicas.count(); i++) {
      Replicas.awaitLoad(replicas.daemon(i));
      replicas.daemon(i).stop();
    }
  }

  private static boolean print(Replicas.Outcome outcome) {
    System.out.printf("firings                          %6d%n", outcome.firings());
    System.out.printf("ran once                         %6d%n", outcome.once());
    System.out.printf("ran twice                        %6d%n", outcome.twice().size());
    System.out.printf("did not run: claimer was killed  %6d%n", outcome.killed().size());
    System.out.printf("did not run: not explained       %6d%n", outcome.open().size());
    outcome.twice().stream().limit(10).forEach(f -> System.out.println("  twice " + f));
    outcome.open().stream().limit(10).forEach(f -> System.out.println("  open " + f));
    return outcome.explained();
  }
}
