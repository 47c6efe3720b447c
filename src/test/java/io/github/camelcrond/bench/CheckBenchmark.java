// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.bench;

import io.github.camelcrond.crontab.Crontab;
import io.github.camelcrond.crontab.CrontabFormat;
import io.github.camelcrond.crontab.CrontabReader;
import io.github.camelcrond.crontab.DaemonUser;
import io.github.camelcrond.crontab.EndpointRule;
import io.github.camelcrond.crontab.ProgramRule;
import io.github.camelcrond.crontab.ReaderOptions;
import io.github.camelcrond.crontab.Users;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneId;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** How long a line of a crontab takes, once as the daemon loads it and once as check does. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 7, time = 1)
public class CheckBenchmark {
  private static final int LINES = 10_000;

  /** Usual: all in order; doubtful: each with a warning; wrong: each left out. */
  @Param({"usual", "doubtful", "wrong"})
  private String kind;

  private byte[] text;
  private CrontabReader reader;

  /** Writes a crontab whose lines all differ. */
  @Setup
  public void write() {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < LINES; i++) {
      lines.append(i % 60).append(' ').append(i / 60 % 24).append(' ');
      lines.append(
          switch (kind) {
            case "usual" -> "* * mon-fri root /usr/bin/env job-" + i + " 2>&1 | logger -t job";
            case "doubtful" -> "* * * root /opt/job-" + i + " --day=$(date +%F) \u201call\u201d";
            default -> "0 13 8 root job-" + i;
          });
      lines.append('\n');
    }
    text = lines.toString().getBytes(StandardCharsets.UTF_8);
    reader =
        new CrontabReader(
            new ReaderOptions(
                CrontabFormat.SYSTEM,
                ZoneId.of("Europe/Berlin"),
                EndpointRule.DEFAULT,
                new DaemonUser(0, Users.ofSystem(), false),
                ReaderOptions.AUTO,
                ProgramRule.OF_SYSTEM,
                "",
                false),
            Clock.systemUTC());
  }

  /** A line at the load of the daemon. */
  @Benchmark
  @OperationsPerInvocation(LINES)
  public Crontab load() {
    return reader.read(text);
  }

  /** A line of check, which also looks for clock changes of the next year. */
  @Benchmark
  @OperationsPerInvocation(LINES)
  public Crontab check() {
    return reader.check(text);
  }

  /** Runs the benchmarks and prints their table. */
  public static void main(String[] args) throws RunnerException {
    new Runner(new OptionsBuilder().include(CheckBenchmark.class.getSimpleName()).build()).run();
  }
}
