// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.io.IOException;
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

/** Runs commands as other users, by whichever program for that is installed. */
public final class UserSwitch {
  private static final Logger LOG = LoggerFactory.getLogger(UserSwitch.class);
  private static final long ROOT = 0;
  private static final long TRIAL_SECONDS = 10;
  private static final int LONGEST_REFUSAL = 1024;

  private final long self;
  private final Optional<Program> program;

  private UserSwitch(long self, Optional<Program> program) {
    this.self = self;
    this.program = program;
  }

  /** One that never switches: everything runs as the daemon's own user. */
  public static UserSwitch off() {
    return new UserSwitch(ownUser(), Optional.empty());
  }

  /**
   * Finds the first program that can switch users here, by trying it as user 65534. Says in the log
   * why there is none, if there is none and the daemon is root.
   */
  public static UserSwitch find(ProgramPath programs, ProcessLauncher launcher) {
    long self = ownUser();
    if (self != ROOT) {
      return new UserSwitch(self, Optional.empty());
    }
    List<String> refusals = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      Optional<Program> found = programs.find(kind.file).map(file -> new Program(kind, file));
      if (found.isPresent() && works(found.get(), launcher, refusals)) {
        return new UserSwitch(self, found);
      }
    }
    String reason =
        refusals.isEmpty()
            ? "none of setpriv, runuser, su-exec, gosu is installed"
            : refusals.get(0);
    LOG.warn("all jobs run as root, users cannot be switched reason={}", reason);
    return new UserSwitch(self, Optional.empty());
  }

  /** Whether commands can run as other users. */
  public boolean possible() {
    return program.isPresent();
  }

  /**
   * What to put before a command so that it runs as that user, with all groups of the user. Empty
   * for the daemon's own user, and where users cannot be switched.
   *
   * @param name as in the passwd file
   */
  public List<String> prefix(String name, long uid, long gid) {
    if (uid == self) {
      return List.of();
    }
    return program.map(found -> found.prefix(name, uid, gid)).orElse(List.of());
  }

  private static boolean works(Program program, ProcessLauncher launcher, List<String> refusals) {
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
      if (status.success()) {
        return true;
      }
      refusals.add(output.text().strip().replace('\n', ' '));
    } catch (IOException | ExecutionException | TimeoutException e) {
      if (e instanceof TimeoutException
          || e instanceof LaunchException failed && failed.transientFailure()) {
        // Nothing was learnt of it. A job that then cannot switch fails, which is better than root.
        return true;
      }
      refusals.add(program.file + ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  private static long ownUser() {
    try {
      return ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
    } catch (IOException e) {
      throw new IllegalStateException("own user unknown, mount /proc", e);
    }
  }

  /** The programs that are known to switch users, best first. */
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

    /** As {@link #prefix}, for a user that needs no passwd entry where the program allows that. */
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
