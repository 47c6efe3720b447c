// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Starts a burst of processes and prints how long it takes until the last has ended, and how much
 * processor time this JVM and the processes use. Run by {@code bench/spawn}.
 */
final class SpawnBench {
  private static final int BURSTS = 3;
  private static final double TICKS_PER_SECOND = 100;

  private SpawnBench() {}

  /** Takes the launcher, how many processes, how many starting at once, and the shell command. */
  public static void main(String[] args) throws Exception {
    int count = Integer.parseInt(args[1]);
    int atOnce = Integer.parseInt(args[2]);
    Launchers choice = Launchers.valueOf(args[0]);
    ExecutorService threads = Executors.newFixedThreadPool(atOnce);
    try (ProcessLauncher launcher = choice.open()) {
      for (int burst = 1; burst <= BURSTS; burst++) {
        long ticks = ticks();
        long begin = System.nanoTime();
        int failed = burst(launcher, threads, count, args[3]);
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf(
            Locale.ROOT,
            "launcher=%s burst=%d processes=%d at-once=%d failed=%d wall=%.2fs cpu=%.2fs%n",
            choice,
            burst,
            count,
            atOnce,
            failed,
            seconds,
            (ticks() - ticks) / TICKS_PER_SECOND);
      }
    }
    threads.shutdown();
  }

  private static int burst(
      ProcessLauncher launcher, ExecutorService threads, int count, String command)
      throws Exception {
    List<CompletableFuture<ExitStatus>> ends = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ends.add(
          CompletableFuture.supplyAsync(() -> start(launcher, command), threads)
              .thenCompose(RunningProcess::ended));
    }
    int failed = 0;
    for (CompletableFuture<ExitStatus> end : ends) {
      failed += end.get().success() ? 0 : 1;
    }
    return failed;
  }

  private static RunningProcess start(ProcessLauncher launcher, String command) {
    try {
      OutputSink output =
          new OutputLines((stream, line) -> {}, 16384, OutputBudget.ofHeap())
              .and(new OutputCapture(1 << 20, OutputBudget.ofHeap()));
      return launcher.start(Shell.request(command), output);
    } catch (LaunchException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Own and waited-for children's user and system time, from proc(5). */
  private static long ticks() throws Exception {
    String stat = Files.readString(Path.of("/proc/self/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long ticks = 0;
    for (int field = 11; field <= 14; field++) {
      ticks += Long.parseLong(fields[field]);
    }
    return ticks;
  }
}
