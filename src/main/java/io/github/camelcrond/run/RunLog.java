// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import io.github.camelcrond.config.Durations;
import io.github.camelcrond.config.Settings;
import io.github.camelcrond.crontab.Policies.LogForm;
import io.github.camelcrond.log.LogSetup;
import io.github.camelcrond.process.OutputBudget;
import io.github.camelcrond.process.OutputLines;
import io.github.camelcrond.process.OutputSink;
import io.github.camelcrond.process.RawLines;
import io.github.camelcrond.process.StandardStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** Logs the start, the output lines and the end of runs. */
public final class RunLog {
  /** The logger for output lines, by which the layout recognizes them. */
  static final Logger OUTPUT = LoggerFactory.getLogger("crond.output");

  private static final Logger LOG = LoggerFactory.getLogger("crond.run");

  /**
   * The maximum length of a line in bytes; longer ones are cut in the log, or passed on in parts.
   */
  private static final int LONGEST_LINE = 16 * 1024;

  private final LogForm form;
  private final String prefix;
  private final Level stderr;

  /**
   * @param form how output is logged for jobs without {@code CRON_LOG}
   * @param prefix text before lines in the form {@code prefixed}; {@code {job}}, {@code {run}} and
   *     {@code {stream}} are replaced
   * @param stderr level of lines on standard error
   */
  RunLog(LogForm form, String prefix, Level stderr) {
    this.form = form;
    this.prefix = prefix;
    this.stderr = stderr;
  }

  /**
   * The log that {@code settings} describe.
   *
   * @throws io.github.camelcrond.config.SettingsException if a setting is invalid
   */
  public static RunLog of(Settings settings) {
    String form = settings.oneOf("crond.log.output", "structured", "raw", "prefixed", "false");
    String level = settings.oneOf("crond.log.stderr-level", "info", "warn", "error");
    return new RunLog(
        LogForm.valueOf(form.toUpperCase(Locale.ROOT)),
        settings.text("crond.log.output-prefix"),
        Level.valueOf(level.toUpperCase(Locale.ROOT)));
  }

  /** Logs that an attempt has started. */
  public void started(Run run, int attempt) {
    LoggingEventBuilder event =
        of(LOG.atInfo(), run)
            .addKeyValue("line", run.job().line())
            .addKeyValue("scheduled", run.scheduled());
    if (attempt > 1) {
      event = event.addKeyValue("attempt", attempt);
    }
    event.log("job started");
  }

  /**
   * A sink for the output of {@code run}, used by one thread at a time.
   *
   * @param first called before each line
   * @param budget memory for incomplete lines
   */
  OutputSink output(Run run, Runnable first, OutputBudget budget) {
    return switch (form(run)) {
      case FALSE -> OutputSink.NONE;
      case STRUCTURED ->
          new OutputLines(
              (stream, line) -> {
                first.run();
                line(run, stream, line);
              },
              LONGEST_LINE,
              budget);
      case RAW -> raw(stream -> "", first, budget);
      case PREFIXED -> raw(stream -> prefix(run, stream), first, budget);
    };
  }

  /** A sink that writes lines unchanged to the standard output or error of the daemon. */
  private static OutputSink raw(
      Function<StandardStream, String> prefix, Runnable first, OutputBudget budget) {
    return new RawLines(
        (stream, lines) -> {
          first.run();
          LogSetup.raw(stream == StandardStream.STDERR, lines);
        },
        stream -> prefix.apply(stream).getBytes(StandardCharsets.UTF_8),
        LONGEST_LINE,
        budget);
  }

  private String prefix(Run run, StandardStream stream) {
    String text =
        prefix
            .replace("{job}", run.job().id())
            .replace("{run}", run.id())
            .replace("{stream}", name(stream));
    return text + " ";
  }

  private LogForm form(Run run) {
    String own = run.job().environment().getOrDefault("CRON_LOG", "");
    return own.isEmpty() ? form : LogForm.valueOf(own.toUpperCase(Locale.ROOT));
  }

  private void line(Run run, StandardStream stream, String line) {
    Level level = stream == StandardStream.STDERR ? stderr : Level.INFO;
    of(OUTPUT.atLevel(level), run).addKeyValue("stream", name(stream)).log(line);
  }

  private static String name(StandardStream stream) {
    return stream.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Logs how the run ended: INFO for success and for deliberate skips, WARN for what deserves
   * attention.
   */
  public void ended(RunEnd end) {
    Outcome outcome = Outcome.of(end.outcome());
    Level level =
        outcome == Outcome.SUCCEEDED || outcome == Outcome.SKIPPED ? Level.INFO : Level.WARN;
    LoggingEventBuilder event =
        LOG.atLevel(level).addKeyValue("job", end.job()).addKeyValue("run", end.run());
    end.exitCode().ifPresent(c -> event.addKeyValue("exit-code", c));
    end.signal().ifPresent(s -> event.addKeyValue("signal", s));
    if (end.started().isPresent()) {
      event.addKeyValue("duration", Durations.format(end.duration()));
    }
    end.reason().ifPresent(r -> event.addKeyValue("reason", r));
    event.log("job " + end.outcome());
  }

  /** Logs that {@code end} could not be published. */
  void unpublished(RunEnd end, Exception cause) {
    LOG.atError()
        .addKeyValue("job", end.job())
        .addKeyValue("run", end.run())
        .addKeyValue("reason", cause.getMessage())
        .log("cannot publish run end");
  }

  private static LoggingEventBuilder of(LoggingEventBuilder event, Run run) {
    return event.addKeyValue("job", run.job().id()).addKeyValue("run", run.id());
  }
}
