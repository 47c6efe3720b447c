// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs commands as other users with one of the programs that can do that. If that fails, the
 * command fails; it never runs as root instead.
 */
public final class UserSwitch {
  private static final Logger LOG = LoggerFactory.getLogger("crond.process");
  private static final long ROOT = 0;
  private static final long TRIAL_SECONDS = 10;
  private static final int LONGEST_REFUSAL = 1024;

  /** Bits of capabilities(7). */
  private static final long SETGID_AND_SETUID = 1 << 6 | 1 << 7;

  private static final String REMEDY =
      ", or set crond.run.user-switch = off to run all jobs as root";

  private final long self;
  private final boolean off;
  private final Optional<Program> program;
  private final Optional<String> impossible;

  private UserSwitch(
      long self, boolean off, Optional<Program> program, Optional<String> impossible) {
    this.self = self;
    this.off = off;
    this.program = program;
    this.impossible = impossible;
  }

  /** A switch that does nothing: all commands run as the user of the daemon. */
  public static UserSwitch off() {
    return new UserSwitch(ownUser(), true, Optional.empty(), Optional.empty());
  }

  /**
   * Finds the first program that can switch users on this system, by trying it with user 65534.
   * Logs a warning if the daemon is root and cannot switch users.
   */
  public static UserSwitch find(ProgramPath programs, ProcessLauncher launcher) {
    return find(programs, launcher, ownUser(), Path.of("/proc/self/status"));
  }

  /**
   * @param self uid of this process
   * @param status file with the capabilities of this process, proc_pid_status(5)
   */
  static UserSwitch find(ProgramPath programs, ProcessLauncher launcher, long self, Path status) {
    if (self != ROOT) {
      return impossible(
          self,
          "running commands of other users requires root and the capabilities SETUID and"
              + " SETGID");
    }
    if (!hasCapabilities(status)) {
      return refused("root lacks the capabilities SETUID and SETGID, add them" + REMEDY);
    }
    Optional<Program> unproven = Optional.empty();
    boolean found = false;
    for (Kind kind : Kind.values()) {
      Optional<Program> candidate = programs.find(kind.file).map(file -> new Program(kind, file));
      if (candidate.isEmpty()) {
        continue;
      }
      found = true;
      Trial trial = trial(candidate.get(), launcher);
      if (trial.result == Result.WORKS) {
        return new UserSwitch(self, false, candidate, Optional.empty());
      }
      LOG.atWarn()
          .addKeyValue("program", candidate.get().file)
          .addKeyValue("reason", trial.reason)
          .log("test of switching users failed");
      if (trial.result == Result.FAILED) {
        unproven = unproven.or(() -> candidate);
      }
    }
    if (unproven.isPresent()) {
      // The trials were inconclusive. A run that cannot switch users fails.
      return new UserSwitch(self, false, unproven, Optional.empty());
    }
    return refused(
        found
            ? "root is not permitted to switch users here, allow it" + REMEDY
            : "none of setpriv, runuser, su-exec, gosu is installed, install util-linux" + REMEDY);
  }

  private static UserSwitch refused(String why) {
    LOG.atWarn().addKeyValue("reason", why).log("jobs of users other than root do not run");
    return impossible(ROOT, why);
  }

  private static UserSwitch impossible(long self, String why) {
    return new UserSwitch(self, false, Optional.empty(), Optional.of(why));
  }

  private static boolean hasCapabilities(Path status) {
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("CapEff:"))
          .map(line -> Long.parseUnsignedLong(line.substring(line.indexOf(':') + 1).strip(), 16))
          .allMatch(bits -> (bits & SETGID_AND_SETUID) == SETGID_AND_SETUID);
    } catch (IOException | UncheckedIOException | NumberFormatException e) {
      // The trial will show it.
      return true;
    }
  }

  /**
   * Why commands of other users cannot run; empty if they can, or if all run as the daemon's user.
   */
  public Optional<String> impossible() {
    return impossible;
  }

  /**
   * The program and arguments to put before a command so that it runs as that user, with all groups
   * of the user. Empty for the user of the daemon, and for all users with {@link #off}.
   *
   * @param name as in passwd(5)
   * @throws IllegalStateException if users cannot be switched
   */
  public List<String> prefix(String name, long uid, long gid) {
    if (uid == self || off) {
      return List.of();
    }
    return program
        .map(found -> found.prefix(name, uid, gid))
        .orElseThrow(
            () -> new IllegalStateException("user " + name + ": " + impossible.orElseThrow()));
  }

  private enum Result {
    WORKS,
    FORBIDDEN,
    FAILED
  }

  private record Trial(Result result, String reason) {}

  private static Trial trial(Program program, ProcessLauncher launcher) {
    List<String> argv = new ArrayList<>(program.trial());
    argv.addAll(List.of("/bin/sh", "-c", ":"));
    OutputCapture output =
        new OutputCapture(LONGEST_REFUSAL, new OutputBudget(4 * LONGEST_REFUSAL));
    try {
      ExitStatus status =
          launcher
              .start(new ProcessRequest(argv, Map.of(), Path.of("/"), new byte[0]), output)
              .ended()
              .get(TRIAL_SECONDS, TimeUnit.SECONDS);
      String said = output.text().strip().replace('\n', ' ');
      // The text of EPERM, which is in English without LANG.
      return new Trial(
          status.success()
              ? Result.WORKS
              : said.contains("Operation not permitted") ? Result.FORBIDDEN : Result.FAILED,
          said.isEmpty() ? "exit code " + status.code() : said);
    } catch (LaunchException e) {
      boolean unusable = e.reason() == LaunchException.Reason.NO_PERMISSION;
      return new Trial(unusable ? Result.FORBIDDEN : Result.FAILED, e.getMessage());
    } catch (ExecutionException e) {
      return new Trial(Result.FAILED, String.valueOf(e.getCause().getMessage()));
    } catch (TimeoutException e) {
      return new Trial(Result.FAILED, "timed out after " + TRIAL_SECONDS + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Trial(Result.FAILED, "interrupted");
    }
  }

  private static long ownUser() {
    try {
      return ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
    } catch (IOException e) {
      throw new IllegalStateException("cannot determine the own user, mount /proc", e);
    }
  }

  /** The supported programs, best first. */
  private enum Kind {
    SETPRIV("setpriv"),
    RUNUSER("runuser"),
    SU_EXEC("su-exec"),
    GOSU("gosu");

    private final String file;

    Kind(String file) {
      this.file = file;
    }
  }

  private record Program(Kind kind, Path file) {
    private static final String NOBODY = "65534";

    List<String> prefix(String name, long uid, long gid) {
      return switch (kind) {
        case SETPRIV -> argv("--reuid=" + uid, "--regid=" + gid, "--init-groups", "--");
        case RUNUSER -> argv("-u", name, "--");
        case SU_EXEC, GOSU -> argv(name);
      };
    }

    /** As {@link #prefix}, for a user that needs no passwd entry if the program permits that. */
    List<String> trial() {
      return switch (kind) {
        case SETPRIV -> argv("--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--");
        case RUNUSER -> argv("-u", "nobody", "--");
        case SU_EXEC, GOSU -> argv(NOBODY + ":" + NOBODY);
      };
    }

    private List<String> argv(String... options) {
      return Stream.concat(Stream.of(file.toString()), Stream.of(options)).toList();
    }
  }
}
