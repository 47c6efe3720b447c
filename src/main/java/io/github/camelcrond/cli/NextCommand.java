// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import io.github.camelcrond.config.Json;
import io.github.camelcrond.schedule.Firing;
import io.github.camelcrond.schedule.ParsedSchedule;
import io.github.camelcrond.schedule.Schedule;
import io.github.camelcrond.schedule.ScheduleException;
import io.github.camelcrond.schedule.ScheduleParser;
import io.github.camelcrond.schedule.ScheduleWarnings;
import io.github.camelcrond.schedule.WallTime;
import io.github.camelcrond.schedule.Warning;
import io.github.camelcrond.schedule.Zones;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code camel-crond next}: shows when schedules fire. */
@Command(
    name = "next",
    description = "Shows the next firings of a schedule.",
    mixinStandardHelpOptions = true)
public final class NextCommand implements Callable<Integer> {
  private static final int FEWEST_FIELDS = 5;
  private static final int MOST_FIELDS = 7;
  private static final int REFUSED = 1;

  private final Clock clock;
  private final InputStream input;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "EXPRESSION",
      arity = "0..*",
      description =
          "Schedules, each quoted as one argument; five to seven unquoted fields form one schedule.")
  private List<String> expressions = List.of();

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description =
          "Time zone of the schedules, such as Europe/Berlin (default: the system time zone).")
  private Optional<String> zone = Optional.empty();

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description =
          "Show firings after this time, such as 2026-03-29T00:00 or 2026-03-29T00:00:00+01:00"
              + " (default: now).")
  private Optional<String> from = Optional.empty();

  @Option(
      names = "-n",
      paramLabel = "N",
      defaultValue = "1",
      description = "Number of firings to show, 1 to 10000 (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--batch",
      description =
          "Read lines of the form EXPRESSION TAB ZONE TAB TIME; for each, print one line: the"
              + " next firing, NEVER, or ERROR: and the reason.")
  private boolean batch;

  @Option(
      names = "--json",
      description = "Print a JSON object a line for each schedule: its zone, warnings and firings.")
  private boolean json;

  /** Reads the system's clock and standard input. */
  public NextCommand() {
    this(Clock.systemDefaultZone(), System.in);
  }

  /**
   * Reads the given clock and input.
   *
   * @param clock gives the current time and the default zone
   * @param input lines of a batch
   */
  public NextCommand(Clock clock, InputStream input) {
    this.clock = clock;
    this.input = input;
  }

  /** Returns 0, or 1 if a schedule is invalid. */
  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (batch) {
      refuseWithBatch();
      new NextBatch(input, out).answer();
      return 0;
    }
    if (expressions.isEmpty()) {
      throw usage("no schedule given, use one such as '30 2 * * *' or use --batch");
    }
    if (count < 1 || count > 10_000) {
      throw usage("-n " + count + " is out of range, use 1 to 10000");
    }
    ZoneId zoneId = zoneId();
    Instant start = start(zoneId);
    int exitCode = 0;
    for (String expression : joined(expressions)) {
      exitCode = Math.max(exitCode, show(expression, zoneId, start, out));
    }
    out.flush();
    return exitCode;
  }

  private void refuseWithBatch() {
    if (!expressions.isEmpty() || zone.isPresent() || from.isPresent() || json) {
      throw usage(
          "--batch reads schedules, zones and times from standard input, remove the"
              + " other arguments");
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private ZoneId zoneId() {
    if (zone.isEmpty()) {
      return clock.getZone();
    }
    try {
      return Zones.of(zone.get());
    } catch (ScheduleException unknown) {
      throw usage(unknown.getMessage());
    }
  }

  private Instant start(ZoneId zoneId) {
    if (from.isEmpty()) {
      return clock.instant();
    }
    try {
      return WallTime.parse(from.get(), zoneId);
    } catch (DateTimeException notATime) {
      throw usage(
          "--from " + from.get() + " is not a time, use one such as 2026-03-29T00:00:00+01:00");
    }
  }

  /** Joins the arguments into one schedule if the shell has split it into words. */
  private static List<String> joined(List<String> arguments) {
    boolean bare = arguments.stream().noneMatch(argument -> argument.contains(" "));
    boolean fields =
        arguments.size() >= FEWEST_FIELDS
            && arguments.size() <= MOST_FIELDS
            && !arguments.get(0).startsWith("@");
    boolean word =
        arguments.size() == 2
            && (arguments.get(0).equalsIgnoreCase("@every")
                || arguments.get(0).equalsIgnoreCase("@at"));
    return bare && (fields || word) ? List.of(String.join(" ", arguments)) : arguments;
  }

  private int show(String expression, ZoneId zoneId, Instant start, PrintWriter out) {
    PrintWriter err = spec.commandLine().getErr();
    ParsedSchedule parsed;
    try {
      parsed = ScheduleParser.parse(expression, zoneId, expression);
    } catch (ScheduleException refused) {
      for (ScheduleException fault : refused.all()) {
        err.println(expression + ":" + fault.column() + ": " + fault.getMessage());
      }
      err.flush();
      return REFUSED;
    }
    Schedule schedule = parsed.schedule();
    if (json) {
      out.println(json(parsed, start));
      return 0;
    }
    out.println(schedule.expression() + "  (" + schedule.zone() + ")");
    parsed.warnings().forEach(warning -> out.println(note(warning)));
    ScheduleWarnings.of(schedule, start).forEach(warning -> out.println(note(warning)));
    Optional<Firing> next = schedule.nextFiring(start);
    for (int i = 0; i < count; i++) {
      if (next.isEmpty()) {
        out.println(i == 0 ? "  NEVER" : "  NEVER again");
        return 0;
      }
      out.println("  " + line(next.get(), schedule));
      next = schedule.nextFiring(next.get().at());
    }
    return 0;
  }

  private String json(ParsedSchedule parsed, Instant start) {
    Schedule schedule = parsed.schedule();
    List<String> warnings = new ArrayList<>();
    parsed.warnings().forEach(warning -> warnings.add(warning.message()));
    ScheduleWarnings.of(schedule, start).forEach(warning -> warnings.add(warning.message()));
    List<String> firings = new ArrayList<>();
    Optional<Instant> next = schedule.next(start);
    while (firings.size() < count && next.isPresent()) {
      firings.add(schedule.format(next.get()));
      next = schedule.next(next.get());
    }
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("schedule", schedule.expression());
    facts.put("zone", schedule.zone().getId());
    facts.put("warnings", warnings);
    facts.put("firings", firings);
    return Json.text(facts);
  }

  private static String note(Warning warning) {
    return "  warning: " + warning.message();
  }

  private static String line(Firing firing, Schedule schedule) {
    String at = schedule.format(firing.at());
    return switch (firing.change()) {
      case NONE -> at;
      case SKIPPED -> at + "  moved: " + firing.wall() + " is skipped by a clock change";
      case ONCE -> at + "  once: this time occurs twice, only the first one fires";
      case AGAIN -> at + "  again: this time occurs twice";
    };
  }
}
