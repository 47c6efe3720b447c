// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reaps orphans, which the system assigns to process 1 when their parent ends. Processes that this
 * daemon started are left alone, as their exit codes are collected elsewhere: those of {@link
 * PosixSpawnLauncher} are known by pid, and the JDK collects those of its own at once, so that only
 * a zombie of a certain age is an orphan.
 */
public final class OrphanReaper {
  private static final Logger LOG = LoggerFactory.getLogger("crond.process");
  private static final int P_ALL = 0;
  private static final int P_PID = 1;
  private static final int WEXITED = 4;
  private static final int WNOWAIT = 0x0100_0000;
  private static final int SIGINFO_SIZE = 128;
  private static final int SI_PID = 16;

  private final LongPredicate ours;
  private final Duration age;
  private final Clock clock;
  private Map<Integer, Instant> firstSeen = new HashMap<>();

  /**
   * Creates a reaper.
   *
   * @param ours whether a pid belongs to a process whose exit code is collected elsewhere
   * @param age how long a process must have been a zombie to count as an orphan
   */
  public OrphanReaper(LongPredicate ours, Duration age, Clock clock) {
    this.ours = ours;
    this.age = age;
    this.clock = clock;
  }

  /** Whether orphans are assigned to this process, as it is process 1 of its container. */
  public static boolean needed() {
    return ProcessHandle.current().pid() == 1;
  }

  /**
   * Reaps the orphans that are old enough. Takes one system call if there are no zombies.
   *
   * @return the number of processes reaped
   */
  public synchronized int sweep() {
    if (!ended(P_ALL, 0)) {
      firstSeen.clear();
      return 0;
    }
    Instant now = clock.instant();
    Map<Integer, Instant> waiting = new HashMap<>();
    int reaped = 0;
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        int pid = Integer.parseInt(process.getFileName().toString());
        if (ours.test(pid) || !ended(P_PID, pid)) {
          continue;
        }
        Instant since = firstSeen.getOrDefault(pid, now);
        if (since.plus(age).isAfter(now)) {
          waiting.put(pid, since);
        } else {
          LibC.waitpid(pid, 0, LibC.WNOHANG);
          reaped++;
        }
      }
    } catch (IOException e) {
      LOG.atError().setCause(e).log("cannot reap orphans: /proc is not readable");
    }
    firstSeen = waiting;
    return reaped;
  }

  /** Whether the last sweep has left orphans that were not old enough. */
  public synchronized boolean seesOrphans() {
    return !firstSeen.isEmpty();
  }

  /** Whether such a child is a zombie; does not reap it. */
  private static boolean ended(int type, int id) {
    try (Memory info = new Memory(SIGINFO_SIZE)) {
      info.clear();
      int options = WEXITED | WNOWAIT | LibC.WNOHANG;
      return LibC.waitid(type, id, Pointer.nativeValue(info), options) == 0
          && info.getInt(SI_PID) != 0;
    }
  }
}
