// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.bench;

import io.github.camelcrond.schedule.Schedule;
import io.github.camelcrond.schedule.ScheduleException;
import io.github.camelcrond.schedule.ScheduleParser;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** How long the next instant and the reading of an expression take. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 7, time = 1)
public class ScheduleBenchmark {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final int INSTANTS = 1024;

  private static final List<String> USUAL =
      List.of("* * * * *", "*/5 * * * *", "30 2 * * *", "0 9-17 * * mon-fri", "0 0 1 * *");

  private final Instant[] spread = new Instant[INSTANTS];
  private final Instant[] inOrder = new Instant[INSTANTS];
  private Schedule[] usual;
  private Schedule rare;
  private Schedule never;
  private int turn;

  /** Reads the schedules and draws the instants. */
  @Setup
  public void prepare() throws ScheduleException {
    usual = new Schedule[USUAL.size()];
    for (int i = 0; i < usual.length; i++) {
      usual[i] = parse(USUAL.get(i));
    }
    rare = parse("0 0 29 2 */7");
    never = parse("0 0 31 2 *");
    Random random = new Random(1);
    Instant start = Instant.parse("2026-01-01T00:00:00Z");
    for (int i = 0; i < INSTANTS; i++) {
      spread[i] = start.plusSeconds(random.nextInt(20 * 365 * 86_400));
      inOrder[i] = start.plusSeconds(i * 3_600L);
    }
  }

  private static Schedule parse(String expression) throws ScheduleException {
    return ScheduleParser.parse(expression, BERLIN, "job").schedule();
  }

  /** As the daemon asks: one moment after the other. */
  @Benchmark
  public Optional<Instant> nextUsual() {
    turn = (turn + 1) % INSTANTS;
    return usual[turn % usual.length].next(inOrder[turn]);
  }

  /** Any moment of twenty years, so that nearly each asks for another clock change. */
  @Benchmark
  public Optional<Instant> nextUsualSpread() {
    turn = (turn + 1) % INSTANTS;
    return usual[turn % usual.length].next(spread[turn]);
  }

  /** 29 February on a Sunday (as rare as on a Monday), once in 28 years. */
  @Benchmark
  public Optional<Instant> nextRare() {
    turn = (turn + 1) % INSTANTS;
    return rare.next(spread[turn]);
  }

  /** 31 February. */
  @Benchmark
  public Optional<Instant> nextNever() {
    turn = (turn + 1) % INSTANTS;
    return never.next(spread[turn]);
  }

  /** A line of each of the usual kinds in turn. */
  @Benchmark
  public Object parseUsual() throws ScheduleException {
    turn = (turn + 1) % INSTANTS;
    return parse(USUAL.get(turn % USUAL.size()));
  }

  /** A line with everything in it. */
  @Benchmark
  public Object parseLong() throws ScheduleException {
    return parse("5,10-20/2,30~40 1-5,22-23 1,15W,L jan-jun/2,OCT,dec mon-wed,fri#2,5L");
  }

  /** Runs the benchmarks and prints their table. */
  public static void main(String[] args) throws RunnerException {
    new Runner(new OptionsBuilder().include(ScheduleBenchmark.class.getSimpleName()).build()).run();
  }
}
