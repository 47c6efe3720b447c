// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import static org.awaitility.Awaitility.await;

import io.github.camelcrond.crontab.CrontabReader;
import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.crontab.Policies.LogForm;
import io.github.camelcrond.crontab.ReaderOptions;
import io.github.camelcrond.disk.RecordLog;
import io.github.camelcrond.process.OutputBudget;
import io.github.camelcrond.schedule.SettableClock;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.UnitOfWorkHelper;
import org.slf4j.event.Level;

/** Jobs, runs and what they need, for tests: nothing happens by itself. */
public final class RunFixture {
  public static final Instant AT = Instant.parse("2026-11-22T00:00:00Z");

  public final SettableClock clock = new SettableClock(AT);
  final HandTimer timer = new HandTimer();
  public final RunTerminator terminator = new RunTerminator(timer);
  public final RunId ids = new RunId(clock);
  final OutputBudget budget = new OutputBudget(10_000);
  public final Runs runs = runs(clock, journal(clock, 1024));
  private final DefaultCamelContext context = new DefaultCamelContext();

  /** The jobs of a crontab, whose lines are {@code lines}. */
  public static List<Job> jobs(String... lines) {
    byte[] crontab = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    return new CrontabReader(ReaderOptions.of(ZoneOffset.UTC), Clock.systemUTC())
        .read(crontab)
        .jobs();
  }

  /** The one job of a crontab. */
  public static Job job(String... lines) {
    return jobs(lines).get(0);
  }

  /** A journal without a log on disk. */
  public static RunJournal journal(Clock clock, int outputLimit) {
    return new RunJournal(RecordLog.inMemory(), "host-a", clock, outputLimit);
  }

  /** A process that sleeps and leads its own process group, as that of a run. */
  static Process sleeper() throws Exception {
    Process sleeper = new ProcessBuilder("setsid", "sleep", "60").start();
    await().until(() -> !ProcessGroups.living(Set.of(sleeper.pid())).isEmpty());
    return sleeper;
  }

  static RunLog log() {
    return new RunLog(LogForm.STRUCTURED, "[{job}]", Level.INFO);
  }

  public Runs runs(Clock other, RunJournal journal) {
    return new Runs(other, journal, log(), "host-a", 1024, budget, terminator);
  }

  public Run run(Job job) {
    return run(job, AT);
  }

  public Run run(Job job, Instant scheduled) {
    return new Run(ids.next(), job, scheduled, Run.Cause.SCHEDULE);
  }

  /** A run that has begun, of a job with {@code lines}. */
  Run begun(String... lines) {
    Run run = run(job(lines));
    runs.begin(run);
    return run;
  }

  public Exchange exchange(Run run) {
    Exchange exchange = new DefaultExchange(context);
    exchange.setVariable("run", run);
    return exchange;
  }

  /** Ends an exchange as a route does. */
  public static void complete(Exchange exchange) {
    UnitOfWorkHelper.doneSynchronizations(
        exchange, exchange.getExchangeExtension().handoverCompletions());
  }
}
