// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses how processes are started, and logs the choice. */
public final class ProcessLaunchers {
  private static final Logger LOG = LoggerFactory.getLogger("crond.process");

  /** Longer than it takes until the launcher knows the pid of a process that it has started. */
  private static final Duration ORPHAN_AGE = Duration.ofSeconds(2);

  private ProcessLaunchers() {}

  /**
   * The fastest launcher that works on this system.
   *
   * @param grace how long the end of a process is delayed while another one holds its output open
   * @param programs where {@code setsid} is searched
   * @throws IOException if none works; the message names what is missing
   */
  public static ProcessLauncher best(Duration grace, ProgramPath programs) throws IOException {
    try {
      ProcessLauncher launcher = new PosixSpawnLauncher(grace);
      LOG.atInfo().log("using posix_spawn to start processes");
      return launcher;
    } catch (LinkageError e) {
      String missing = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      LOG.atWarn()
          .addKeyValue("reason", missing)
          .log("posix_spawn is not available, using the slower JDK launcher");
      return jdk(programs);
    }
  }

  /**
   * Reaps the orphans of processes of {@code launcher}; empty if they are assigned to another
   * process. Also empty, with a warning, for the JDK launcher: reaping needs the functions of the C
   * library that it does without.
   */
  public static Optional<OrphanReaper> reaper(ProcessLauncher launcher, Clock clock) {
    if (!OrphanReaper.needed()) {
      return Optional.empty();
    }
    if (launcher instanceof PosixSpawnLauncher spawner) {
      return Optional.of(new OrphanReaper(spawner::owns, ORPHAN_AGE, clock));
    }
    LOG.atWarn()
        .log(
            "orphans of jobs are not reaped, start the container with an init (docker"
                + " run --init)");
    return Optional.empty();
  }

  /**
   * The launcher that works with any C library.
   *
   * @throws IOException if there is no {@code setsid}
   */
  static ProcessLauncher jdk(ProgramPath programs) throws IOException {
    Path setsid =
        programs
            .find("setsid")
            .orElseThrow(
                () -> new IOException("setsid not found on " + programs + ", install util-linux"));
    return new JdkLauncher(setsid);
  }
}
