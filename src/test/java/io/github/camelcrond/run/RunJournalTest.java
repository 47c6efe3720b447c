// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.camelcrond.crontab.CrontabReader;
import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.crontab.ReaderOptions;
import io.github.camelcrond.disk.FileLayer;
import io.github.camelcrond.disk.RecordLog;
import io.github.camelcrond.process.OutputBudget;
import io.github.camelcrond.process.OutputCapture;
import io.github.camelcrond.process.StandardStream;
import io.github.camelcrond.store.LogCapture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a daemon that was killed leaves behind. */
public class RunJournalTest {
  private static final Instant AT = Instant.parse("2026-11-22T00:00:00Z");
  private static final Duration CLOCK_SET_BACK = Duration.ofHours(1);
  private final Clock clock = Clock.systemUTC();
  @TempDir Path folder;

  @Test
  void leavesNothingAtFirst() {
    assertThat(recovered(journal())).isEmpty();
  }

  @Test
  void recoversARunInFlightAsInterrupted() {
    journal().started(run("r1"), AT.plusMillis(3));
    RunEnd end = only(recovered(journal()));
    assertThat(end.outcome()).isEqualTo("interrupted");
    assertThat(end.job()).isEqualTo("a");
    assertThat(end.run()).isEqualTo("r1");
    assertThat(end.cause()).isEqualTo("catch-up");
    assertThat(end.scheduled()).isEqualTo(AT);
    assertThat(end.started()).contains(AT.plusMillis(3));
    assertThat(end.host()).isEqualTo("host-a");
    assertThat(end.reason())
        .hasValue("the daemon was killed before the run ended, it may not have started");
    assertThat(end.accountsForFiring()).isTrue();
  }

  @Test
  void recoversWhatAWaitingRunStandsFor() {
    journal().waiting(run("r1").noting("daemon was down: 2 firings missed"));
    assertThat(only(recovered(journal())).reason())
        .hasValue(
            "daemon was down: 2 firings missed; the daemon was killed before the run started");
  }

  @Test
  void recoversARunThatWaitedForItsTurnAsInterruptedAndToBeMadeUpFor() {
    RunJournal killed = journal();
    killed.waiting(run("r1"));
    killed.waiting(run("r1"));
    RunJournal journal = journal();
    RunEnd end = only(recovered(journal));
    assertThat(end.outcome()).isEqualTo("interrupted");
    assertThat(end.reason()).hasValue("the daemon was killed before the run started");
    assertThat(end.scheduled()).isEqualTo(AT);
    assertThat(end.started()).isEmpty();
    assertThat(end.attempt()).isZero();
    assertThat(journal.accountedFor()).isEmpty();
    assertThat(recovered(journal())).containsExactly(end);
  }

  @Test
  void recoversNoWaitOfARunThatStartedEndedOrWasLeft() {
    RunJournal killed = journal();
    for (String id : List.of("r1", "r2", "r3")) {
      killed.waiting(run(id));
    }
    killed.started(run("r1"), AT);
    killed.ended(end("r2", ""), Optional.empty());
    killed.left(run("r3"));
    assertThat(recovered(journal()))
        .extracting(RunEnd::run, RunEnd::outcome)
        .containsExactly(tuple("r2", "succeeded"), tuple("r1", "interrupted"));
  }

  @Test
  void recoversTheSameInterruptedEndUntilItIsStored() {
    journal().started(run("r1"), AT);
    RunEnd first = only(recovered(journal()));
    assertThat(recovered(journal())).containsExactly(first);
    RunJournal journal = journal();
    recovered(journal);
    stored(journal, "r1");
    assertThat(recovered(journal())).isEmpty();
  }

  @Test
  void recoversEndsThatWereNotStored() {
    RunJournal journal = journal();
    journal.started(run("r1"), AT);
    journal.started(run("r2"), AT);
    journal.ended(end("r1", "x"), Optional.empty());
    journal.ended(end("r2", "y"), Optional.empty());
    stored(journal, "r1");
    assertThat(recovered(journal())).containsExactly(end("r2", "y"));
  }

  @Test
  void recoversTheEndOfARunThatNeverStarted() {
    journal().ended(end("r1", ""), Optional.empty());
    assertThat(recovered(journal())).containsExactly(end("r1", ""));
  }

  @Test
  void saysWhetherTheProcessOfAnInterruptedRunStillLives() throws Exception {
    Process sleeper = RunFixture.sleeper();
    try {
      RunJournal journal = journal();
      journal.started(run("r1"), clock.instant().plus(CLOCK_SET_BACK));
      journal.running("r1", sleeper.pid());
      journal.started(run("r2"), clock.instant());
      journal.running("r2", sleeper.pid() + 100_000);
      List<RunEnd> ends = recovered(journal());
      assertThat(ends.get(0).reason())
          .hasValue("the daemon was killed during the run, its process is still running");
      assertThat(ends.get(1).reason()).hasValue("the daemon was killed during the run");
    } finally {
      sleeper.destroyForcibly().waitFor();
    }
  }

  @Test
  void leavesARunThatAWorkerWasAskedForToWhoIsAskedNext() {
    Run asked = new Run("r1", run("r1").job(), AT, Run.Cause.SCHEDULE, 1);
    journal().started(asked, AT.plusMillis(3));
    RunJournal next = journal();
    assertThat(recovered(next)).isEmpty();
    assertThat(next.pendingCount()).isZero();
  }

  @Test
  void cutsTheOutputToWhatIsKept() {
    RunEnd cut = journal().ended(end("r1", "ab".repeat(5_000)), Optional.empty());
    assertThat(cut.truncated()).isTrue();
    assertThat(cut.output())
        .hasSizeLessThanOrEqualTo(1_024)
        .startsWith("abab")
        .endsWith("abab")
        .contains("[… 9003 bytes omitted …]");
    assertThat(OutputTruncation.of(cut, 1_024)).isSameAs(cut);
  }

  @Test
  void onceMoreCutOutputHasOneMarkThatCountsAll() {
    OutputCapture capture = new OutputCapture(4_000, OutputBudget.ofHeap());
    byte[] printed = "ä€".repeat(2_000).getBytes(StandardCharsets.UTF_8);
    capture.write(StandardStream.STDOUT, printed, 0, printed.length);
    RunEnd whole = end("r1", capture.text()).withOutput(capture.text(), true);
    String kept = OutputTruncation.of(whole, 1_024).output();
    Matcher mark = Pattern.compile("\n\\[… (\\d+) bytes omitted …]\n").matcher(kept);
    assertThat(kept).hasSizeLessThanOrEqualTo(1_024).startsWith("ä€").endsWith("ä€");
    assertThat(mark.results()).hasSize(1);
    String left = mark.reset().replaceFirst("");
    assertThat(mark.reset().results().mapToInt(m -> Integer.parseInt(m.group(1))).sum())
        .isEqualTo(printed.length - left.getBytes(StandardCharsets.UTF_8).length);
  }

  @Test
  void givesTheEndsThatMayNotBePublished() {
    RunJournal killed = journal();
    killed.started(run("r1"), AT);
    killed.ended(end("r2", ""), Optional.of("rabbitmq:y"));
    killed.ended(end("r3", ""), Optional.empty());
    killed.notePublished("r3");
    RunJournal journal = journal();
    assertThat(recovered(journal)).extracting(RunEnd::run).containsExactly("r2", "r1");
    assertThat(journal.outputEndpoint(end("r2", ""))).isEqualTo("rabbitmq:y");
    assertThat(journal.outputEndpoint(end("r1", ""))).isEqualTo("none");
    journal.notePublished("r1");
    journal.notePublished("r2");
    RunJournal next = journal();
    assertThat(recovered(next)).isEmpty();
    assertThat(next.pendingEnds()).hasSize(3);
  }

  @Test
  void givesTheStoreNoEndBeforeItIsPublished() {
    RunJournal killed = journal();
    for (String id : List.of("r1", "r2", "r3")) {
      killed.ended(end(id, ""), Optional.empty());
    }
    killed.notePublished("r3");
    killed.notePublished("r2");
    assertThat(killed.pendingEnds()).containsExactly(end("r3", ""), end("r2", ""));
    killed.noteStored(killed.pendingEnds());
    assertThat(killed.pendingEnds()).isEmpty();
    assertThat(killed.pendingCount()).isEqualTo(1);
    assertThat(recovered(journal())).containsExactly(end("r1", ""));
  }

  @Test
  void givesAllEndsThatMayNotBePublishedHoweverManyThereAre() {
    RunJournal killed = journal();
    for (int i = 0; i < 1_002; i++) {
      killed.ended(end("r" + i, ""), Optional.empty());
    }
    killed.notePublished("r1000");
    assertThat(recovered(journal())).hasSize(1_001).extracting(RunEnd::run).doesNotContain("r1000");
  }

  @Test
  void givesPendingEndsInBatchesTheOldestFirst() {
    RunJournal earlier = journal();
    for (int i = 0; i < 1_200; i++) {
      earlier.ended(end("r" + i, ""), Optional.empty());
      earlier.notePublished("r" + i);
    }
    RunJournal journal = journal();
    assertThat(recovered(journal)).isEmpty();
    assertThat(journal.pendingCount()).isEqualTo(1_200);
    List<String> runs = new ArrayList<>();
    for (List<RunEnd> batch = journal.pendingEnds();
        !batch.isEmpty();
        batch = journal.pendingEnds()) {
      assertThat(batch).hasSizeLessThanOrEqualTo(500);
      batch.forEach(end -> runs.add(end.run()));
      journal.noteStored(batch);
    }
    assertThat(runs)
        .containsExactlyElementsOf(IntStream.range(0, 1_200).mapToObj(i -> "r" + i).toList());
    assertThat(journal.pendingCount()).isZero();
    assertThat(journal().pendingEnds()).isEmpty();
  }

  @Test
  void takesLinearTimeToGivePendingEndsAndHoldsUpNoRunMeanwhile() throws Exception {
    int first = timed(4_000);
    int second = timed(16_000);
    assertThat(second).as("ms for 16,000; 4,000 took %s ms", first).isLessThan(12 * first + 500);
  }

  /** Milliseconds until as many pending ends are given back and forgotten. */
  private int timed(int count) throws IOException {
    try (RunJournal journal = open(Files.createTempDirectory(folder, "timed"), clock, 1_024)) {
      for (int i = 0; i < count; i++) {
        journal.ended(end("r" + i, "x".repeat(200)), Optional.empty());
        journal.notePublished("r" + i);
      }
      long start = System.nanoTime();
      for (List<RunEnd> batch = journal.pendingEnds();
          !batch.isEmpty();
          batch = journal.pendingEnds()) {
        journal.noteStored(batch);
      }
      return (int) ((System.nanoTime() - start) / 1_000_000);
    }
  }

  @Test
  void losesNothingToAKillBetweenTheEndAndTheRemovalOfTheStart() throws IOException {
    RecordLog log = RecordLog.open(folder.resolve("journal"), RecordLog.Options.of(9_999, clock));
    log.add(
        JournalLine.of(new JournalEvent.Started("r1", "a", AT, "schedule", AT, "host-a", 0, 0, 0)));
    log.add(JournalLine.of(new JournalEvent.Ended(end("r1", ""), Optional.empty())));
    log.close();
    RunJournal journal = journal();
    assertThat(recovered(journal)).containsExactly(end("r1", ""));
    assertThat(journal.pendingCount()).isEqualTo(1);
    stored(journal, "r1");
    assertThat(recovered(journal())).isEmpty();
  }

  @Test
  void inMemoryItKeepsWhatFitsAndSaysSoWhenItLosesTheRest() {
    RunJournal journal = RunFixture.journal(clock, 100_000);
    journal.started(run("r"), AT);
    try (LogCapture log = new LogCapture()) {
      for (int i = 0; i < 1_000; i++) {
        journal.ended(end("r" + i, "x".repeat(90_000)), Optional.empty());
        journal.notePublished("r" + i);
      }
      assertThat(log.warnings()).hasSize(1);
      assertThat(log.warnings().get(0)).contains("too many pending run records");
    }
    assertThat(journal.pendingCount()).isBetween(10, 400);
    assertThat(journal.pendingEnds()).startsWith(end("r0", "x".repeat(90_000)));
  }

  private RunJournal journal() {
    return open(folder, clock, 1_024);
  }

  /** The journal in {@code folder}, as the next daemon opens it after a kill of the last one. */
  public static RunJournal open(Path folder, Clock clock, int outputLimit) {
    try {
      RecordLog log =
          RecordLog.open(folder.resolve("journal"), RecordLog.Options.of(100_000, clock));
      return new RunJournal(log, "host-a", clock, outputLimit);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The records, as JSON, of the journal that a running daemon keeps in {@code folder}. */
  public static List<String> records(Path folder) {
    return records(folder, "journal");
  }

  /** The records, as text, of the log {@code name} that a daemon keeps in {@code folder}. */
  public static List<String> records(Path folder, String name) {
    try {
      Path copy = Files.createTempDirectory("records-");
      for (Path segment : FileLayer.LOCAL.list(folder, name + ".")) {
        Files.copy(segment, copy.resolve(segment.getFileName()));
      }
      List<String> records = new ArrayList<>();
      try (RecordLog log =
          RecordLog.open(copy.resolve(name), RecordLog.Options.of(1 << 20, Clock.systemUTC()))) {
        log.forEach((id, record) -> records.add(new String(record, StandardCharsets.UTF_8)));
      }
      return records;
    } catch (NoSuchFileException e) {
      // A segment was deleted meanwhile.
      return records(folder, name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<RunEnd> recovered(RunJournal journal) {
    try {
      List<RunEnd> ends = new ArrayList<>();
      journal.recoverEnds().forEachRemaining(ends::add);
      return ends;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void stored(RunJournal journal, String... runs) {
    journal.noteStored(Stream.of(runs).map(run -> end(run, "")).toList());
  }

  private static RunEnd only(List<RunEnd> ends) {
    assertThat(ends).hasSize(1);
    return ends.get(0);
  }

  public static Run run(String id) {
    byte[] crontab = "CRON_NAME=a\n* * * * * root true\n".getBytes(StandardCharsets.UTF_8);
    Job job =
        new CrontabReader(ReaderOptions.of(ZoneOffset.UTC), Clock.systemUTC())
            .read(crontab)
            .jobs()
            .get(0);
    return new Run(id, job, AT, Run.Cause.CATCH_UP);
  }

  public static RunEnd end(String run, String output) {
    return end(run, AT, output);
  }

  public static RunEnd end(String run, Instant scheduled, String output) {
    return new RunEnd(
        "a",
        run,
        "succeeded",
        Optional.of(0),
        Optional.empty(),
        Optional.empty(),
        "schedule",
        scheduled,
        Optional.of(AT),
        AT.plusSeconds(1),
        "host-a",
        1,
        false,
        output,
        Optional.empty());
  }
}
