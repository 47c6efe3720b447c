// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import io.github.camelcrond.schedule.ParsedSchedule;
import io.github.camelcrond.schedule.RebootSchedule;
import io.github.camelcrond.schedule.Schedule;
import io.github.camelcrond.schedule.ScheduleException;
import io.github.camelcrond.schedule.ScheduleWarnings;
import io.github.camelcrond.schedule.Warning;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One crontab while it is read, line by line. */
final class CrontabParse {
  private final ReaderOptions options;
  private final Instant now;
  private final boolean thorough;
  private final ProblemCollector findings = new ProblemCollector();
  private final Variables variables;
  private final EndpointRule endpoints;
  private final Schedules schedules = new Schedules();
  private final JobIds ids = new JobIds();
  private final JobNames names;
  private final Map<String, Optional<String>> refusals = new HashMap<>();
  private final Map<Schedule, List<Warning>> oddities = new HashMap<>();
  private final List<Job> jobs = new ArrayList<>();
  private Optional<BadZone> badZone = Optional.empty();

  /**
   * @param now from which on schedules are expected to fire
   * @param thorough whether to look a year ahead for schedules that a clock change touches
   */
  CrontabParse(ReaderOptions options, Instant now, boolean thorough) {
    this.thorough = thorough;
    this.options = options;
    this.now = now;
    this.variables = new Variables(options, findings);
    this.endpoints = new EndpointRule(options);
    this.names = new JobNames(findings);
  }

  /** Takes the next line. */
  void take(TextLine line) {
    String text = line.text();
    int start = Characters.skipBlanks(text, 0);
    if (start == text.length() || text.charAt(start) == '#') {
      return;
    }
    Optional<Assignment> assignment = Assignment.of(text, start);
    if (assignment.isPresent()) {
      assign(line, assignment.get());
    } else {
      schedule(line, start);
    }
  }

  /** Reports {@code line} as an error. */
  void refuse(TextLine line, String message) {
    findings.error(line, 0, message);
  }

  /** What was read. */
  Crontab end() {
    names.end();
    closeZone();
    return findings.crontab(jobs);
  }

  private void assign(TextLine line, Assignment written) {
    Assignment assignment =
        line.fault().isEmpty() ? written : written.withFault(line.fault(), line.faultAt());
    switch (assignment.name()) {
      case "CRON_NAME" -> names.set(line, assignment, ids);
      case "CRON_TZ" -> assignZone(line, assignment);
      default -> variables.set(line, assignment);
    }
  }

  private void assignZone(TextLine line, Assignment assignment) {
    closeZone();
    try {
      variables.setZone(assignment);
    } catch (LineException e) {
      badZone = Optional.of(new BadZone(line, e.index(), e.getMessage(), 0, 0));
    }
  }

  private void closeZone() {
    badZone.ifPresent(bad -> findings.error(bad.line(), bad.index(), bad.report()));
    badZone = Optional.empty();
  }

  private void schedule(TextLine line, int start) {
    // Consumed whatever becomes of the line, so that a mistake does not name the job after it.
    Optional<String> name = names.take();
    try {
      if (!line.fault().isEmpty()) {
        throw new LineException(line.faultAt(), line.fault());
      }
      job(line, JobLine.of(line.text(), start, options.format()), name);
    } catch (LineException e) {
      findings.error(line, e.index(), e.getMessage());
    }
  }

  private void job(TextLine line, JobLine parts, Optional<String> name) throws LineException {
    String text = Characters.singleSpaced(parts.schedule());
    String id =
        name.orElseGet(
            () -> ids.free(ids.hash(variables.zoneText(), text, parts.user(), parts.raw())));
    ParsedSchedule schedule = parse(parts, id);
    checkUser(parts);
    LineCommand command = LineCommand.of(parts, endpoints);
    if (badZone.isPresent()) {
      badZone = badZone.map(bad -> bad.without(line));
      return;
    }
    Map<String, String> environment = variables.environment(name, parts.scheduleAt());
    ids.take(id, line.number());
    jobs.add(
        new Job(
            id,
            line.number(),
            schedule.schedule(),
            text,
            parts.user(),
            command.text(),
            command.stdin(),
            command.endpoint(),
            environment,
            variables.policies(),
            parts.raw()));
    warn(line, parts.scheduleAt(), schedule);
    if (command.endpoint()) {
      endpoints
          .missing(command.text())
          .ifPresent(what -> findings.warning(line, parts.rawAt(), what));
    }
  }

  private ParsedSchedule parse(JobLine parts, String id) throws LineException {
    try {
      return schedules.get(parts.schedule(), variables.zone(), id);
    } catch (ScheduleException e) {
      throw new LineException(parts.scheduleAt() + e.column() - 1, e.getMessage());
    }
  }

  private void checkUser(JobLine parts) throws LineException {
    if (options.format() == CrontabFormat.USER) {
      return;
    }
    Optional<String> refusal = refusals.computeIfAbsent(parts.user(), options.users()::refusal);
    if (refusal.isPresent()) {
      throw new LineException(parts.userAt(), refusal.get());
    }
  }

  private void warn(TextLine line, int at, ParsedSchedule parsed) {
    for (Warning warning : parsed.warnings()) {
      findings.warning(line, at + warning.column() - 1, warning.message());
    }
    for (Warning warning : oddities.computeIfAbsent(parsed.schedule(), this::oddities)) {
      findings.warning(line, at + warning.column() - 1, warning.message());
    }
  }

  /** All that is odd about a schedule if asked for, else only that it never fires. */
  private List<Warning> oddities(Schedule schedule) {
    boolean told =
        thorough || !(schedule instanceof RebootSchedule) && schedule.next(now).isEmpty();
    return told ? ScheduleWarnings.of(schedule, now) : List.of();
  }
}
