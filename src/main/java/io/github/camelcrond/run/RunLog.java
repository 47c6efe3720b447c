// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import io.github.camelcrond.config.Durations;
import io.github.camelcrond.process.LineSink;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** Logs the start, the output lines and the end of runs. */
public final class RunLog {
  /** The logger for output lines, by which the layout recognizes them. */
  static final Logger OUTPUT = LoggerFactory.getLogger("crond.output");

  private static final Logger LOG = LoggerFactory.getLogger("crond.run");

  private final boolean withOutput;

  /**
   * @param withOutput whether the lines that jobs print are logged
   */
  public RunLog(boolean withOutput) {
    this.withOutput = withOutput;
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

  /** A sink that logs the output lines of {@code run}. */
  public LineSink lines(Run run) {
    if (!withOutput) {
      return (stream, line) -> {};
    }
    return (stream, line) ->
        of(OUTPUT.atInfo(), run)
            .addKeyValue("stream", stream.name().toLowerCase(Locale.ROOT))
            .log(line);
  }

  /**
   * Says how the run ended: INFO for success and what was done on purpose, WARN for what to look
   * at.
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
