// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.observe;

import io.github.camelcrond.config.CheckResult;
import io.github.camelcrond.crontab.Crontab;
import io.github.camelcrond.crontab.CrontabFiles;
import io.github.camelcrond.crontab.Problem;
import io.github.camelcrond.job.CrontabLoad;
import io.github.camelcrond.store.CrontabRecovery;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;

/** Checks whether a crontab is in force and the routes of the daemon are running. */
public final class CrontabChecks {
  private static final int NAMED = 10;
  private static final Duration SLOW = Duration.ofMinutes(1);

  private final CrontabLoad load;
  private final CrontabFiles files;
  private final CrontabRecovery recovery;
  private final CamelContext context;

  /** Creates checks of the given objects and of the routes of {@code context}. */
  public CrontabChecks(
      CrontabLoad load, CrontabFiles files, CrontabRecovery recovery, CamelContext context) {
    this.load = load;
    this.files = files;
    this.recovery = recovery;
    this.context = context;
  }

  /**
   * Down while a load takes too long, and until a crontab has been read; one without jobs does not
   * count until the store has answered whether it has another. Invalid lines are reported by
   * number, but the check stays up.
   */
  public CheckResult crontab() {
    Duration running = load.running();
    if (running.compareTo(SLOW) > 0) {
      return CheckResult.down("the crontab has been loading for " + running.toSeconds() + " s");
    }
    if (load.loads() == 0) {
      String trouble = files.trouble();
      return CheckResult.down(trouble.isEmpty() ? "not read yet" : trouble);
    }
    Crontab crontab = load.crontab();
    if (crontab.jobs().isEmpty() && !recovery.over()) {
      return CheckResult.down("no jobs, and the store has not responded yet");
    }
    String message = crontab.jobs().size() + " jobs";
    if (!crontab.errors().isEmpty()) {
      message += ", invalid lines: " + lines(crontab);
    }
    if (!load.failure().isEmpty()) {
      message += ", the last load failed: " + load.failure();
    }
    String trouble = files.trouble();
    return CheckResult.up(trouble.isEmpty() ? message : message + ", now " + trouble);
  }

  private static String lines(Crontab crontab) {
    List<String> lines = crontab.errors().stream().map(CrontabChecks::line).distinct().toList();
    int all = lines.size();
    String named = lines.stream().limit(NAMED).collect(Collectors.joining(" "));
    return all > NAMED ? named + " and " + (all - NAMED) + " more" : named;
  }

  private static String line(Problem problem) {
    return problem.file().isEmpty()
        ? String.valueOf(problem.line())
        : problem.file() + ":" + problem.line();
  }

  /**
   * Down if a route that starts with the daemon is not up, unless {@code waits} accepts it because
   * it is retried until its broker or server can be reached.
   */
  public CheckResult routes(Predicate<String> waits) {
    int all = 0;
    int waiting = 0;
    for (Route route : context.getRoutes()) {
      all++;
      String id = route.getRouteId();
      ServiceStatus status = context.getRouteController().getRouteStatus(id);
      if (status == ServiceStatus.Started || Boolean.FALSE.equals(route.isAutoStartup())) {
        continue;
      }
      if (!waits.test(id)) {
        return CheckResult.down("route " + id + " is " + status);
      }
      waiting++;
    }
    return CheckResult.up(
        all + " routes" + (waiting == 0 ? "" : ", " + waiting + " not started yet"));
  }
}
