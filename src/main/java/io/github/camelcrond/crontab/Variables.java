// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import io.github.camelcrond.config.ClosestWord;
import io.github.camelcrond.schedule.Zones;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The variables in force while a crontab is read. All of them are passed to the commands, including
 * those that the daemon reads. A value that is rejected is passed as empty, which means the
 * default.
 */
final class Variables {
  private static final int MOST = 1_000;
  private static final int LONGEST_ZONE = 64;
  private static final int SUGGESTED = 20;

  /** Limit of the environments of all jobs together, in characters. */
  private static final long MOST_PASSED_ON = 32L << 20;

  /** Approximate overhead of a variable, in characters. */
  private static final int EACH = 16;

  private static final String PASSED_ON = "; passed to commands unchanged";

  /**
   * The maximum length of a variable in bytes: Linux limits an entry of the environment to this,
   * without its terminating NUL.
   */
  private static final int LONGEST = 131_071;

  private static final List<String> OURS =
      List.of("CRON_JOB_ID", "CRON_RUN_ID", "CRON_SCHEDULED_AT", "CRON_FENCE");
  private static final List<String> KNOWN = known();

  private final ReaderOptions options;
  private final ProblemCollector findings;
  private PolicyValues policies;
  private final Map<String, GroupLimit> groups = new HashMap<>();
  private final Map<String, String> badZones = new HashMap<>();
  private VariableScope values = VariableScope.empty();
  private long size;
  private long passedOn;
  private ZoneId zone;

  private record GroupLimit(int limit, FileLine line) {}

  Variables(ReaderOptions options, ProblemCollector findings) {
    this.options = options;
    this.findings = findings;
    this.policies = new PolicyValues(options.endpoints());
    this.zone = options.zone();
  }

  /** Begins a file: the variables of the previous file are no longer in force. */
  void begin() {
    values = VariableScope.empty();
    size = 0;
    policies = new PolicyValues(options.endpoints());
    zone = options.zone();
  }

  private static List<String> known() {
    List<String> names = new ArrayList<>(PolicyValues.NAMES);
    names.add("CRON_TZ");
    names.add("CRON_NAME");
    return List.copyOf(names);
  }

  /** Sets a variable other than CRON_NAME and CRON_TZ. */
  void set(TextLine line, Assignment written) {
    String name = written.name();
    Assignment assignment =
        Characters.isLonger(name + "=" + written.value(), LONGEST) ? tooLong(written) : written;
    if (PolicyValues.NAMES.contains(name)) {
      setPolicy(line, assignment);
      return;
    }
    if (!assignment.fault().isEmpty()) {
      findings.error(line, assignment.faultAt(), assignment.fault());
      return;
    }
    if (name.equals("LOGNAME") || name.equals("USER")) {
      warning(
          line,
          assignment,
          "fixed-variable",
          name + " cannot be changed, it is always the user that runs the job");
      return;
    }
    if (values.size() >= MOST && !values.containsKey(name)) {
      String message =
          "variable "
              + Characters.shown(name)
              + " exceeds the maximum number of variables, use"
              + " at most "
              + MOST;
      findings.error(line, assignment.nameAt(), message);
      return;
    }
    warnOf(line, assignment);
    put(name, assignment.value());
  }

  private static Assignment tooLong(Assignment written) {
    String message =
        "variable " + Characters.shown(written.name()) + " is too long, use at most 131071 bytes";
    return written.withFault(message, written.valueAt());
  }

  /**
   * Sets CRON_TZ.
   *
   * @throws LineException if the zone is unknown; the previous one stays in force
   */
  void setZone(Assignment assignment) throws LineException {
    if (!assignment.fault().isEmpty()) {
      throw new LineException(assignment.faultAt(), "CRON_TZ: " + assignment.fault());
    }
    zone = zone("CRON_TZ", assignment.value(), assignment.valueAt());
    put("CRON_TZ", assignment.value());
  }

  /**
   * The zone that a line names; the default zone if {@code value} is empty.
   *
   * @param variable the variable that names it
   * @param index index of the zone in the line
   * @throws LineException if the zone is unknown
   */
  ZoneId zone(String variable, String value, int index) throws LineException {
    if (value.length() > LONGEST_ZONE) {
      String instead = " is not a time zone, use one such as Europe/Berlin";
      throw new LineException(index, variable + " " + Characters.shown(value) + instead);
    }
    Optional<ZoneId> found = value.isEmpty() ? Optional.of(options.zone()) : Zones.find(value);
    return found.orElseThrow(() -> new LineException(index, variable + ": " + unknownZone(value)));
  }

  /**
   * Returns the error for an unknown zone, with similar names; for a limited number of zones, as
   * each search takes a millisecond.
   */
  private String unknownZone(String value) {
    if (badZones.size() >= SUGGESTED && !badZones.containsKey(value)) {
      return "zone " + value + " is unknown, use one such as Europe/Berlin";
    }
    return badZones.computeIfAbsent(value, Zones::unknown);
  }

  /** The zone of the following schedules. */
  ZoneId zone() {
    return zone;
  }

  /** The value of CRON_TZ; empty if it is not set. */
  String zoneText() {
    return values.getOrDefault("CRON_TZ", "");
  }

  /** The policies of the following jobs. */
  Policies policies() {
    return policies.policies();
  }

  /**
   * The environment of the next job, with its name if it has one. Jobs without a name get the same
   * map until a variable changes.
   *
   * @param index index in the line, for the error
   * @throws LineException if the environments of all jobs together exceed the limit
   */
  Map<String, String> environment(Optional<String> jobName, int index) throws LineException {
    if (passedOn + size > MOST_PASSED_ON) {
      throw new LineException(
          index,
          "the variables of all jobs are too large in total, use at most "
              + (MOST_PASSED_ON >> 20)
              + " MiB");
    }
    passedOn += size;
    return jobName.<Map<String, String>>map(name -> values.with("CRON_NAME", name)).orElse(values);
  }

  private void setPolicy(TextLine line, Assignment assignment) {
    String name = assignment.name();
    String value = assignment.value();
    try {
      policies.set(name, value);
      if (options.queued() && policies.policies().onEach()) {
        policies.set(name, "");
        throw new LineException(
            0, name + " each is not possible with crond.run.mode = queue, use one");
      }
    } catch (LineException e) {
      findings.error(line, assignment.valueAt() + e.index(), e.getMessage());
      value = "";
    }
    if (!assignment.fault().isEmpty()) {
      findings.error(line, assignment.faultAt(), assignment.fault());
    }
    put(name, value);
    if (name.equals("CRON_OUTPUT")) {
      policies
          .policies()
          .output()
          .flatMap(options.endpoints()::missing)
          .ifPresent(
              what -> findings.warning(line, assignment.valueAt(), "endpoint-not-ready", what));
    }
    if (name.equals("CRON_RETRY_ON")
        && !options.queued()
        && policies.policies().retryOn() == Policies.RetryOn.OTHER) {
      String what = "CRON_RETRY_ON other needs crond.run.mode = queue, the daemon retries itself";
      findings.warning(line, assignment.valueAt(), "retry-without-queue", what);
    }
    if (name.equals("CRON_GROUP")) {
      policies.policies().group().ifPresent(group -> compareLimits(line, assignment, group));
    }
  }

  private void compareLimits(TextLine line, Assignment assignment, Policies.Group group) {
    GroupLimit here = new GroupLimit(group.limit(), new FileLine(findings.file(), line.number()));
    GroupLimit first = groups.putIfAbsent(group.name(), here);
    if (first != null && first.limit() != here.limit()) {
      String message =
          String.format(
              "group %s has limit %d here and %d in %s, use the same",
              group.name(), here.limit(), first.limit(), first.line().seenFrom(here.line().file()));
      findings.warning(line, assignment.valueAt(), "group-limit", message);
    }
  }

  private void warnOf(TextLine line, Assignment assignment) {
    String name = assignment.name();
    if (name.equals("MAILTO")) {
      if (assignment.value().isEmpty()) {
        return;
      }
      String instead = "output goes to the log and to CRON_OUTPUT";
      warning(line, assignment, "mailto", "MAILTO is not supported, " + instead + PASSED_ON);
    } else if (name.equals("TZ")) {
      warning(line, assignment, "tz", "TZ does not affect schedules, use CRON_TZ" + PASSED_ON);
    } else if (OURS.contains(name)) {
      warning(
          line,
          assignment,
          "daemon-variable",
          name + " is set by the daemon for each run, this value is ignored");
    } else if (name.startsWith("CRON_")) {
      String near = ClosestWord.to(name, KNOWN).map(n -> ", did you mean " + n).orElse("");
      warning(
          line,
          assignment,
          "unknown-variable",
          Characters.shown(name) + " is not known" + near + PASSED_ON);
    }
  }

  private void warning(TextLine line, Assignment assignment, String code, String message) {
    findings.warning(line, assignment.nameAt(), code, message);
  }

  private void put(String name, String value) {
    String before = values.get(name);
    if (value.equals(before)) {
      return;
    }
    size +=
        before == null ? name.length() + value.length() + EACH : value.length() - before.length();
    values = values.with(name, value);
  }
}
