// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses how processes are started, and says so once. */
public final class ProcessLaunchers {
  private static final Logger LOG = LoggerFactory.getLogger("crond.process");

  /** Longer than any process that was just started here takes to be known as ours. */
  private static final Duration ORPHAN_AGE = Duration.ofSeconds(2);

  /** How processes are started. */
  public enum Choice {
    /** By posix_spawn where the C library has all of it, else by the JDK. */
    AUTO,
    /** By posix_spawn; the daemon does not start where it cannot be had. */
    POSIX_SPAWN,
    /** By the JDK. */
    JDK
  }

  private ProcessLaunchers() {}

  /**
   * The fastest launcher that works here.
   *
   * @param grace how long the output of an ended process is waited for when somebody else holds it
   *     open
   * @param programs where the program {@code setsid} is looked for
   * @throws IOException if none works; the message names what is missing
   */
  public static ProcessLauncher best(Duration grace, ProgramPath programs) throws IOException {
    return of(Choice.AUTO, grace, programs);
  }

  /**
   * The launcher that was asked for; otherwise as {@link #best}.
   *
   * @throws IOException if it does not work here; the message names what is missing
   */
  public static ProcessLauncher of(Choice choice, Duration grace, ProgramPath programs)
      throws IOException {
    if (choice == Choice.JDK) {
      return builder(programs);
    }
    try {
      ProcessLauncher launcher = new PosixSpawnLauncher(grace);
      LOG.atInfo().log("using posix_spawn to start processes");
      return launcher;
    } catch (LinkageError e) {
      String missing = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      if (choice == Choice.POSIX_SPAWN) {
        throw new IOException("posix_spawn is not available: " + missing, e);
      }
      LOG.atWarn()
          .addKeyValue("reason", missing)
          .log("posix_spawn is not available, using the slower JDK launcher");
      return builder(programs);
    }
  }

  /**
   * What reaps the orphans of the jobs of {@code launcher}; empty where they go to another process.
   * The JDK's launcher has none, which is logged: reaping takes the C library that it does without.
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

  private static ProcessLauncher builder(ProgramPath programs) throws IOException {
    Path setsid =
        programs
            .find("setsid")
            .orElseThrow(
                () -> new IOException("setsid not found on " + programs + ", install util-linux"));
    return new JdkLauncher(setsid);
  }
}
