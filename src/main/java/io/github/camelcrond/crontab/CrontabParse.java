// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import io.github.camelcrond.crontab.KnownLines.Read;
import io.github.camelcrond.schedule.ParsedSchedule;
import io.github.camelcrond.schedule.RebootSchedule;
import io.github.camelcrond.schedule.Schedule;
import io.github.camelcrond.schedule.ScheduleException;
import io.github.camelcrond.schedule.ScheduleWarnings;
import io.github.camelcrond.schedule.Warning;
import io.github.camelcrond.schedule.ZonePrefix;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The state of reading one crontab, file by file and line by line. */
final class CrontabParse {
  private static final int FIVE = 5;

  private final ReaderOptions options;
  private final Instant now;
  private final boolean thorough;
  private final KnownLines known;
  private final ProblemCollector findings = new ProblemCollector();
  private final Variables variables;
  private final Schedules schedules = new Schedules();
  private LineRules rules;
  private RefusedLine refused;
  private final JobIds ids = new JobIds();
  private final JobNames names;
  private final Map<String, Optional<String>> refusals = new HashMap<>();
  private final Map<Schedule, List<Warning>> oddities = new HashMap<>();
  private final List<Job> jobs = new ArrayList<>();
  private Optional<BadZone> badZone = Optional.empty();
  private CrontabFormat format;

  /** The user of all lines of the file, if the file has no user column. */
  private Optional<String> owner = Optional.empty();

  /** Number of the previous line if it ends in a backslash, else 0. */
  private int backslashIn;

  /**
   * The zone of a line, and the text of the zone, which is part of what a job-id is derived from.
   */
  private record LineZone(String text, ZoneId zone) {}

  /**
   * @param now the instant after which schedules are expected to fire
   * @param thorough whether to look a year ahead for firings that a clock change affects
   * @param known the lines of the text that was read before
   */
  CrontabParse(ReaderOptions options, Instant now, boolean thorough, KnownLines known) {
    this.thorough = thorough;
    this.known = known;
    this.options = options;
    this.now = now;
    this.variables = new Variables(options, findings);
    this.names = new JobNames(findings);
    this.format = options.format();
    this.rules = new LineRules(options);
    this.refused = new RefusedLine(format);
  }

  /**
   * Begins a file.
   *
   * @param file its path; empty if the crontab is a single file
   * @return whether its lines are to be read
   */
  boolean begin(String file) {
    endFile();
    findings.begin(file);
    variables.begin();
    backslashIn = 0;
    owner = CrontabPaths.user(file);
    useFormat(owner.isPresent() ? CrontabFormat.USER : options.format());
    Optional<String> refusal = owner.flatMap(this::refusal);
    refusal.ifPresent(
        why -> refuse(TextLine.of(1, ""), "the name of the file is not that of a user: " + why));
    return refusal.isEmpty();
  }

  private void useFormat(CrontabFormat next) {
    if (next != format) {
      format = next;
      rules = new LineRules(options.withFormat(format));
      refused = new RefusedLine(format);
    }
  }

  /** Reads the next line. */
  void take(TextLine line) {
    String text = line.text();
    int start = Characters.skipBlanks(text, 0);
    if (start == text.length()) {
      return;
    }
    if (text.charAt(start) == '#') {
      findings.silences().comment(line).ifPresent(found -> warn(line, found));
      return;
    }
    findings.silences().line(line);
    Optional<ZonePrefix> zone = ZonePrefix.of(text, start);
    Optional<Assignment> assignment =
        zone.isPresent() ? Optional.empty() : Assignment.of(text, start);
    if (assignment.isPresent()) {
      assign(line, assignment.get());
    } else {
      schedule(line, start, zone);
    }
    backslashIn = LineCommand.endsInBackslash(text) ? line.number() : 0;
  }

  /** Reports {@code line} as an error. */
  void refuse(TextLine line, String message) {
    findings.error(line, 0, message);
  }

  private void endFile() {
    names.end();
    closeZone();
  }

  /** Ends the crontab and returns it. */
  Crontab end() {
    endFile();
    return findings.crontab(jobs);
  }

  private void assign(TextLine line, Assignment written) {
    Assignment assignment =
        line.fault().isEmpty() ? written : written.withFault(line.fault(), line.faultAt());
    if (assignment.fault().isEmpty()) {
      rules.ofVariable(line.text(), assignment).forEach(found -> warn(line, found));
    }
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

  private void schedule(TextLine line, int start, Optional<ZonePrefix> prefix) {
    // Consumed even if the line is invalid, so that the name does not pass to the next job.
    Optional<String> name = names.take();
    try {
      if (!line.fault().isEmpty()) {
        findings.error(line, line.faultAt(), line.fault());
        return;
      }
      job(line, start, prefix, name);
    } catch (LineException e) {
      fault(line, prefix.map(ZonePrefix::end).orElse(start), e);
    }
  }

  private void fault(TextLine line, int at, LineException fault) {
    if (backslashIn == line.number() - 1 && backslashIn > 0) {
      findings.error(
          line,
          at,
          "the line before ends in a backslash, but cron does not join lines, write it on one line");
      return;
    }
    Optional<Found> known = refused.meant(line.text(), at);
    if (known.isPresent()) {
      findings.error(line, known.get().index(), known.get().message(), known.get().mend());
      return;
    }
    Optional<String> mend = refused.withoutQuestionMarks(line.text(), at);
    for (LineException each : fault.all()) {
      findings.error(line, each.index(), each.getMessage(), mend);
    }
  }

  private void job(TextLine line, int start, Optional<ZonePrefix> prefix, Optional<String> name)
      throws LineException {
    String whole = line.text();
    LineZone zone = new LineZone(variables.zoneText(), variables.zone());
    int at = start;
    if (prefix.isPresent()) {
      ZonePrefix own = prefix.get();
      zone = new LineZone(own.zone(), variables.zone("TZ", own.zone(), own.zoneAt()));
      at = own.end();
    }
    String zoneInFront = whole.substring(start, at);
    // A leading - makes cron omit the runs of the job from the log.
    at += whole.charAt(at) == '-' ? 1 : 0;
    Read read = parse(whole, at, zone, name);
    JobLine parts = read.parts();
    LineCommand command = LineCommand.of(parts, options.endpoints());
    if (badZone.isPresent() && prefix.isEmpty()) {
      badZone = badZone.map(bad -> bad.without(line));
      return;
    }
    Map<String, String> environment = variables.environment(name, parts.scheduleAt());
    ids.take(read.id(), new FileLine(findings.file(), line.number()));
    jobs.add(
        new Job(
            read.id(),
            findings.file(),
            line.number(),
            read.schedule().schedule(),
            Characters.singleSpaced(zoneInFront + parts.schedule()),
            parts.user(),
            command.text(),
            command.stdin(),
            command.endpoint(),
            environment,
            variables.policies(),
            parts.raw()));
    warn(line, parts.scheduleAt(), read.schedule());
    if (command.endpoint()) {
      options
          .endpoints()
          .missing(command.text())
          .ifPresent(what -> findings.warning(line, parts.rawAt(), "endpoint-not-ready", what));
    } else {
      rules.ofJob(whole, parts).forEach(found -> warn(line, found));
    }
  }

  /**
   * Parses the line, with the number of fields from the settings or, with {@link
   * ReaderOptions#AUTO}, with the one that makes it valid.
   */
  private Read parse(String line, int at, LineZone zone, Optional<String> name)
      throws LineException {
    int fields = options.fields() == ReaderOptions.AUTO ? FIVE : options.fields();
    LineException fault;
    try {
      Read read = parseWith(fields, line, at, zone, name);
      if (options.fields() != ReaderOptions.AUTO || !rules.isOddUser(read.parts())) {
        return read;
      }
      return parseWithMore(line, at, zone, name).orElse(read);
    } catch (LineException e) {
      fault = e;
    }
    if (at < line.length() && line.charAt(at) == '@') {
      throw fault;
    }
    Optional<Read> more = parseWithMore(line, at, zone, name);
    if (options.fields() == ReaderOptions.AUTO) {
      return more.orElseThrow(() -> fault);
    }
    Optional<Read> other = more.or(() -> tryParse(FIVE, line, at, zone, name));
    if (other.isEmpty()) {
      throw fault;
    }
    int count = other.get().parts().schedule().split("[ \t]+").length;
    throw new LineException(
        at,
        "this line has "
            + count
            + " time fields, but crond.crontab.fields is "
            + fields
            + ", set it to "
            + count
            + " or auto");
  }

  /** The line with seven fields, else with six; empty if it is valid with neither. */
  private Optional<Read> parseWithMore(String line, int at, LineZone zone, Optional<String> name) {
    return tryParse(FIVE + 2, line, at, zone, name)
        .or(() -> tryParse(FIVE + 1, line, at, zone, name));
  }

  private Optional<Read> tryParse(
      int fields, String line, int at, LineZone zone, Optional<String> name) {
    try {
      return Optional.of(parseWith(fields, line, at, zone, name))
          .filter(read -> !rules.isOddUser(read.parts()));
    } catch (LineException e) {
      return Optional.empty();
    }
  }

  private Read parseWith(int fields, String line, int at, LineZone zone, Optional<String> name)
      throws LineException {
    if (name.isPresent()) {
      return parseNew(fields, line, at, zone, name);
    }
    String key = KnownLines.key(line, zone.text(), scope(), fields);
    Optional<Read> same = known.get(key).filter(read -> ids.lineOf(read.id()).isEmpty());
    if (same.isPresent()) {
      checkUser(same.get().parts());
      return same.get();
    }
    Read read = parseNew(fields, line, at, zone, name);
    // The id of a copy depends on the lines before it.
    if (!JobIds.isCopy(read.id())) {
      known.put(key, read);
    }
    return read;
  }

  private Read parseNew(int fields, String line, int at, LineZone zone, Optional<String> name)
      throws LineException {
    JobLine read = JobLine.of(line, at, format, fields);
    JobLine parts = owner.map(read::ofUser).orElse(read);
    String text = Characters.singleSpaced(parts.schedule());
    String id =
        name.orElseGet(
            () -> ids.free(ids.hash(scope(), zone.text(), text, parts.user(), parts.raw())));
    List<LineException> faults = new ArrayList<>(0);
    try {
      ParsedSchedule schedule = schedules.get(parts.schedule(), zone.zone(), id);
      checkUser(parts);
      return new Read(parts, id, schedule);
    } catch (ScheduleException e) {
      for (ScheduleException each : e.all()) {
        faults.add(new LineException(parts.scheduleAt() + each.column() - 1, each.getMessage()));
      }
    }
    try {
      checkUser(parts);
    } catch (LineException e) {
      faults.add(e);
    }
    throw LineException.of(faults);
  }

  /**
   * The file that job-ids are derived from; empty for the main file, whose job-ids do not depend on
   * other files.
   */
  private String scope() {
    return findings.file().equals(options.mainFile()) ? "" : findings.file();
  }

  private Optional<String> refusal(String user) {
    return refusals.computeIfAbsent(user, options.users()::refusal);
  }

  private void checkUser(JobLine parts) throws LineException {
    if (format == CrontabFormat.USER) {
      return;
    }
    Optional<String> refusal = refusal(parts.user());
    if (refusal.isPresent()) {
      throw new LineException(parts.userAt(), refusal.get());
    }
  }

  private void warn(TextLine line, Found found) {
    findings.warning(line, found.index(), found.code(), found.message(), found.mend());
  }

  private void warn(TextLine line, int at, ParsedSchedule parsed) {
    for (Warning warning : parsed.warnings()) {
      findings.warning(line, at + warning.column() - 1, warning.code(), warning.message());
    }
    for (Warning warning : oddities.computeIfAbsent(parsed.schedule(), this::oddities)) {
      findings.warning(line, at + warning.column() - 1, warning.code(), warning.message());
    }
  }

  /** All warnings about a schedule if the check is thorough, else only that it never fires. */
  private List<Warning> oddities(Schedule schedule) {
    boolean all = thorough || !(schedule instanceof RebootSchedule) && schedule.next(now).isEmpty();
    return all ? ScheduleWarnings.of(schedule, now) : List.of();
  }
}
