// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

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
import java.util.function.Function;

/**
 * What a run's process is given: shell, environment, user, folder and standard input. Source:
 * crontab(5).
 */
public final class JobProcess {
  private final Map<String, String> inherited;
  private final DaemonUser self;
  private final Users users;
  private final Function<Passwd, List<String>> switchTo;

  /**
   * @param container the daemon's environment
   * @param self whom the daemon runs as
   * @param switchTo the program and arguments in front of the shell that make it run as somebody
   *     else
   */
  public JobProcess(
      Map<String, String> container,
      DaemonUser self,
      Users users,
      Function<Passwd, List<String>> switchTo) {
    this.inherited = new HashMap<>(container);
    // Ours may hold passwords, Java's are meant for us, and a job's shell is the crontab's
    // business.
    inherited.keySet().removeIf(JobProcess::isOurs);
    this.self = self;
    this.users = users;
    this.switchTo = switchTo;
  }

  private static boolean isOurs(String name) {
    return name.startsWith("CROND_")
        || name.startsWith("JAVA_")
        || name.startsWith("JDK_")
        || name.equals("SHELL");
  }

  /** The process of {@code run}. */
  public ProcessRequest of(Run run) {
    Job job = run.job();
    boolean own = self.isOwn(job.user());
    Optional<Passwd> user = own ? self.passwd() : users.byName(job.user());
    Map<String, String> environment = environment(run, user);
    List<String> argv = new ArrayList<>();
    if (!own) {
      // Checked when the crontab was read; the user may have gone since.
      argv.addAll(
          switchTo.apply(
              user.orElseThrow(
                  () -> new IllegalStateException("user " + job.user() + " does not exist"))));
    }
    argv.addAll(List.of(shell(environment.get("SHELL")), "-c", job.command()));
    byte[] stdin = job.stdin().orElse("").getBytes(StandardCharsets.UTF_8);
    Path folder = folder(environment.get("HOME"));
    // As a shell sets it; there may be none.
    environment.put("PWD", folder.toString());
    return new ProcessRequest(argv, environment, folder, stdin);
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
    return environment;
  }

  /** Looked at here, as a program in front of the shell would tell by an exit code of its own. */
  private static String shell(String path) {
    if (!path.startsWith("/")) {
      throw new IllegalStateException("SHELL = " + path + " is not a path, use e.g. /bin/sh");
    }
    if (!Files.exists(Path.of(path))) {
      throw new IllegalStateException("SHELL = " + path + " does not exist");
    }
    if (!Files.isExecutable(Path.of(path)) || Files.isDirectory(Path.of(path))) {
      throw new IllegalStateException("SHELL = " + path + " may not be run");
    }
    return path;
  }

  private static Path folder(String home) {
    Path folder = Path.of(home);
    boolean enters = folder.isAbsolute() && Files.isDirectory(folder) && Files.isExecutable(folder);
    return enters ? folder : Path.of("/");
  }
}
