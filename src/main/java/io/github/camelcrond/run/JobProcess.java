// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import io.github.camelcrond.crontab.DaemonUser;
import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.crontab.Passwd;
import io.github.camelcrond.crontab.Users;
import io.github.camelcrond.process.ProcessRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The parameters of a process: shell, environment, user, working directory and standard input.
 * Source: crontab(5).
 */
public final class JobProcess {
  /** Environment variables with JVM options, meant for the daemon only. */
  private static final Set<String> JAVA =
      Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "_JAVA_SR_SIGNUM");

  /**
   * Changes the directory with the permissions of the user. That cd sets OLDPWD is an unwanted side
   * effect.
   */
  private static final String ENTER =
      "cd \"$1\" 2>/dev/null || cd /; unset OLDPWD; shift; exec \"$@\"";

  private static final Path ROOT = Path.of("/");

  private final Map<String, String> inherited;
  private final DaemonUser self;
  private final Users users;
  private final Function<Passwd, List<String>> switchTo;

  /**
   * @param container the environment of the daemon
   * @param self the user that the daemon runs as
   * @param switchTo the program and arguments that precede the shell in order to switch to another
   *     user
   */
  public JobProcess(
      Map<String, String> container,
      DaemonUser self,
      Users users,
      Function<Passwd, List<String>> switchTo) {
    this.inherited = new HashMap<>(container);
    // The daemon's settings may hold passwords, and the crontab alone chooses a job's shell.
    inherited.keySet().removeIf(JobProcess::isDaemons);
    this.self = self;
    this.users = users;
    this.switchTo = switchTo;
  }

  private static boolean isDaemons(String name) {
    return name.startsWith("CROND_") || JAVA.contains(name) || name.equals("SHELL");
  }

  /**
   * The process of {@code run}.
   *
   * @throws IllegalStateException if the user cannot be looked up or switched to, or the shell
   *     cannot be used
   */
  public ProcessRequest of(Run run) {
    Job job = run.job();
    boolean own = self.isOwn(job.user());
    Optional<Passwd> user = own ? self.passwd() : users.byName(job.user());
    Map<String, String> environment = environment(run, user);
    List<String> shell = List.of(shell(environment.get("SHELL")), "-c", job.command());
    byte[] stdin = job.stdin().orElse("").getBytes(StandardCharsets.UTF_8);
    Path home = Path.of(environment.get("HOME"));
    if (own) {
      Path folder = folder(home);
      // As a shell would set it; the entry may have none.
      environment.put("PWD", folder.toString());
      return new ProcessRequest(shell, environment, folder, stdin);
    }
    // Checked when the crontab was read, but the user may have been removed since.
    Passwd other = user.orElseThrow(() -> new IllegalStateException(users.missing(job.user())));
    List<String> argv = new ArrayList<>(switchTo.apply(other));
    environment.put("PWD", ROOT.toString());
    if (home.isAbsolute() && !home.equals(ROOT)) {
      argv.addAll(List.of("/bin/sh", "-c", ENTER, "sh", home.toString()));
    }
    argv.addAll(shell);
    return new ProcessRequest(argv, environment, ROOT, stdin);
  }

  private Map<String, String> environment(Run run, Optional<Passwd> user) {
    Map<String, String> environment = new HashMap<>(inherited);
    user.ifPresent(
        u -> {
          environment.put("HOME", u.home());
          environment.put("LOGNAME", u.name());
          environment.put("USER", u.name());
        });
    run.job()
        .environment()
        .forEach(
            (name, value) -> {
              if (!name.equals("LOGNAME") && !name.equals("USER")) {
                environment.put(name, value);
              }
            });
    environment.putIfAbsent("HOME", "/");
    environment.merge("SHELL", "/bin/sh", (given, standard) -> given.isEmpty() ? standard : given);
    environment.put("CRON_JOB_ID", run.job().id());
    environment.put("CRON_RUN_ID", run.id());
    environment.put("CRON_SCHEDULED_AT", run.scheduled().toString());
    if (run.fence() > 0) {
      environment.put("CRON_FENCE", String.valueOf(run.fence()));
    }
    return environment;
  }

  /**
   * Checked here, as a program that precedes the shell would report a missing shell by an exit code
   * of its own.
   */
  private static String shell(String path) {
    if (!path.startsWith("/")) {
      throw new IllegalStateException(
          "SHELL = " + path + " is not an absolute path, use e.g. /bin/sh");
    }
    if (!Files.exists(Path.of(path))) {
      throw new IllegalStateException("SHELL = " + path + " does not exist");
    }
    if (!Files.isExecutable(Path.of(path)) || Files.isDirectory(Path.of(path))) {
      throw new IllegalStateException("SHELL = " + path + " is not executable: permission denied");
    }
    return path;
  }

  private static Path folder(Path home) {
    boolean enters = home.isAbsolute() && Files.isDirectory(home) && Files.isExecutable(home);
    return enters ? home : ROOT;
  }
}
