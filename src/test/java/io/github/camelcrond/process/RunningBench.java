// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Prints what this JVM holds before, with and after many running processes, and the largest it was
 * while one process printed much. Run by {@code bench/running}.
 */
final class RunningBench {
  private RunningBench() {}

  /** Takes the launcher, how many processes, and how many megabytes one of them prints. */
  public static void main(String[] args) throws Exception {
    Launchers choice = Launchers.valueOf(args[0]);
    int count = Integer.parseInt(args[1]);
    try (ProcessLauncher launcher = choice.open()) {
      start(launcher, "echo warm").ended().get();
      print("running=0");
      List<RunningProcess> processes = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        processes.add(start(launcher, "exec sleep 1000"));
      }
      print("running=" + count);
      for (RunningProcess process : processes) {
        process.kill();
      }
      for (RunningProcess process : processes) {
        process.ended().get();
      }
      print("running=0");
      long begin = System.nanoTime();
      start(
              launcher,
              "yes 'a line of some length, as a job would print it' | head -c "
                  + args[2]
                  + "000000")
          .ended()
          .get();
      print("printed=" + args[2] + "MB in=" + Duration.ofNanos(System.nanoTime() - begin));
    }
  }

  private static RunningProcess start(ProcessLauncher launcher, String command) throws Exception {
    OutputLines lines = new OutputLines((stream, line) -> {}, 16 * 1024, OutputBudget.ofHeap());
    return launcher.start(
        Shell.request(command), lines.and(new OutputCapture(1 << 20, OutputBudget.ofHeap())));
  }

  private static void print(String what) throws Exception {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"));
        Stream<Path> threads = Files.list(Path.of("/proc/self/task"));
        Stream<String> memory = Files.lines(Path.of("/proc/self/smaps_rollup"))) {
      String pss = memory.filter(line -> line.startsWith("Pss:")).findFirst().orElseThrow();
      System.out.println(
          what
              + " files="
              + files.count()
              + " threads="
              + threads.count()
              + " "
              + pss.replaceAll("\\s+", ""));
    }
  }
}
