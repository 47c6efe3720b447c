// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class NextCommandTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-03-28T12:00:00Z"), ZoneId.of("Europe/Berlin"));

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void showsOffsetAndMarksWhatAClockChangeMoves() {
    assertThat(run("30 2 * * 0", "-n", "2")).isZero();

    assertThat(out.toString())
        .isEqualTo(
            """
            30 2 * * 0  (Europe/Berlin)
              warning: 2026-03-29 02:30 is skipped in zone Europe/Berlin, fires at 03:00 instead
              warning: 2026-10-25 02:30 occurs twice in zone Europe/Berlin, fires the first time only
              2026-03-29T03:00:00+02:00  moved: 2026-03-29T02:30 is skipped by a clock change
              2026-04-05T02:30:00+02:00
            """);
  }

  @Test
  void printsJsonForPrograms() {
    assertThat(run("30 2 1 * *", "0 0 30 2 *", "--zone", "UTC", "-n", "2", "--json")).isZero();

    assertThat(out.toString().lines())
        .first()
        .isEqualTo(
            "{\"schedule\":\"30 2 1 * *\",\"zone\":\"UTC\",\"warnings\":[],"
                + "\"firings\":[\"2026-04-01T02:30:00Z\",\"2026-05-01T02:30:00Z\"]}");
    assertThat(out.toString().lines().toList().get(1))
        .contains("\"warnings\":[\"never fires")
        .endsWith("\"firings\":[]}");
  }

  @Test
  void marksTimesThatComeTwice() {
    run("30 2 * * *", "*/30 2 * * *", "-n2", "--from", "2026-10-25T02:00+02:00");

    assertThat(out.toString())
        .contains(
            "  2026-10-25T02:30:00+02:00  once: this time occurs twice, only the first one fires")
        .contains("  2026-10-25T02:00:00+01:00  again: this time occurs twice");
  }

  @Test
  void takesFiveBareFieldsForOneSchedule() {
    assertThat(run("0", "12", "1", "*", "*", "--zone", "UTC")).isZero();

    assertThat(out.toString()).isEqualTo("0 12 1 * *  (UTC)\n  2026-04-01T12:00:00Z\n");
  }

  @Test
  void takesBareEveryWithItsPeriod() {
    assertThat(run("@every", "1h", "--zone", "UTC")).isZero();

    assertThat(out.toString()).isEqualTo("@every 1h  (UTC)\n  2026-03-28T13:00:00Z\n");
  }

  @Test
  void takesSeveralSchedules() {
    assertThat(run("@daily", "@hourly", "--zone", "UTC")).isZero();

    assertThat(out.toString())
        .isEqualTo(
            "@daily  (UTC)\n  2026-03-29T00:00:00Z\n@hourly  (UTC)\n  2026-03-28T13:00:00Z\n");
  }

  @Test
  void saysNever() {
    assertThat(run("0 0 31 2 *")).isZero();

    assertThat(out.toString()).contains("warning: never fires").endsWith("  NEVER\n");
  }

  @Test
  void saysThatNothingComesAfterTheLast() {
    assertThat(run("@at 2026-12-24T18:00", "-n", "5")).isZero();

    assertThat(out.toString()).endsWith("  2026-12-24T18:00:00+01:00\n  NEVER again\n");
  }

  @Test
  void showsTheGoodAndRefusesTheBad() {
    assertThat(run("99 * * * *", "0 12 * * *")).isEqualTo(1);

    assertThat(err.toString()).isEqualTo("99 * * * *:1: minute 99 is out of range, use 0 to 59\n");
    assertThat(out.toString()).contains("2026-03-29T12:00:00+02:00");
  }

  @Test
  void refusesWrongUse() {
    assertThat(run()).isEqualTo(2);
    assertThat(run("@daily", "-n", "0")).isEqualTo(2);
    assertThat(run("@daily", "--zone", "Mars/Phobos")).isEqualTo(2);
    assertThat(run("@daily", "--from", "tomorrow")).isEqualTo(2);
    assertThat(run("--batch", "@daily")).isEqualTo(2);

    assertThat(err.toString())
        .contains("no schedule given")
        .contains("-n 0 is out of range, use 1 to 10000")
        .contains("zone Mars/Phobos is unknown, did you mean ")
        .contains("--from tomorrow is not a time")
        .contains(
            "--batch reads schedules, zones and times from standard input, remove the"
                + " other arguments");
  }

  @Test
  void answersEachLineOfABatch() {
    int exit =
        run(
            input(
                """
                30 2 * * *\tEurope/Berlin\t2026-03-28T12:00:00+01:00
                0 0 31 2 *\tUTC\t2026-03-28T12:00:00Z
                99 * * * *\tUTC\t2026-03-28T12:00:00Z
                * * * * *\tMars/Phobos\t2026-03-28T12:00:00Z
                * * * * *\tUTC\tnow

                * * * * *\t-06:00\t2026-03-28T12:00:30Z"""),
            "--batch");

    assertThat(exit).isZero();
    assertThat(out.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("2026-03-29T03:00:00+02:00"),
            line -> assertThat(line).isEqualTo("NEVER"),
            line -> assertThat(line).isEqualTo("ERROR: minute 99 is out of range, use 0 to 59"),
            line ->
                assertThat(line).startsWith("ERROR: zone Mars/Phobos is unknown, did you mean "),
            line -> assertThat(line).startsWith("ERROR: now is not a time"),
            line -> assertThat(line).startsWith("ERROR: 1 columns instead of 3"),
            line -> assertThat(line).isEqualTo("2026-03-28T06:01:00-06:00"));
  }

  @Test
  void answersALineBeforeTheNextIsAsked() throws Exception {
    BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    PipedOutputStream questions = new PipedOutputStream();
    PipedInputStream input = new PipedInputStream(questions);
    Thread batch = new Thread(() -> answer(input, answers));
    batch.start();

    questions.write("@daily\tUTC\t2026-03-28T12:00:00Z\n".getBytes(StandardCharsets.UTF_8));
    questions.flush();
    String answer = answers.poll(10, TimeUnit.SECONDS);
    questions.close();
    batch.join();

    assertThat(answer).isEqualTo("2026-03-29T00:00:00Z\n");
  }

  private static void answer(InputStream input, BlockingQueue<String> answers) {
    StringWriter written = new StringWriter();
    PrintWriter out =
        new PrintWriter(written) {
          @Override
          public void flush() {
            answers.add(written.toString());
          }
        };
    try {
      new NextBatch(input, out).answer();
    } catch (IOException broken) {
      answers.add(broken.toString());
    }
  }

  private int run(String... arguments) {
    return run(InputStream.nullInputStream(), arguments);
  }

  private int run(InputStream input, String... arguments) {
    return new CommandLine(new NextCommand(CLOCK, input))
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private static InputStream input(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
