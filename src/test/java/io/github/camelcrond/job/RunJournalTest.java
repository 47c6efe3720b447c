// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.camelcrond.crontab.CrontabReader;
import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.crontab.ReaderOptions;
import io.github.camelcrond.process.OutputBudget;
import io.github.camelcrond.process.OutputCapture;
import io.github.camelcrond.process.StandardStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a daemon that was killed leaves behind. */
class RunJournalTest {
  private static final Instant AT = Instant.parse("2026-11-22T00:00:00Z");
  private final Clock clock = Clock.systemUTC();
  @TempDir Path folder;

  @Test
  void leavesNothingAtFirst() {
    assertThat(journal().recover()).isEmpty();
  }

  @Test
  void recoversARunInFlightAsInterrupted() {
    journal().started(run("r1"), AT.plusMillis(3), 0);
    RunEnd end = only(journal().recover());
    assertThat(end.outcome()).isEqualTo("interrupted");
    assertThat(end.job()).isEqualTo("a");
    assertThat(end.run()).isEqualTo("r1");
    assertThat(end.cause()).isEqualTo("catch-up");
    assertThat(end.scheduled()).isEqualTo(AT);
    assertThat(end.started()).contains(AT.plusMillis(3));
    assertThat(end.host()).isEqualTo("host-a");
    assertThat(end.reason()).hasValue("the daemon was killed while it ran");
  }

  @Test
  void recoversARunThatWaitedForItsTurnAsInterruptedAndToBeMadeUpFor() {
    RunJournal killed = journal();
    killed.waiting(run("r1"));
    killed.waiting(run("r1"));
    RunJournal journal = journal();
    RunEnd end = only(journal.recover());
    assertThat(end.outcome()).isEqualTo("interrupted");
    assertThat(end.reason()).hasValue("the daemon was killed before it started");
    assertThat(end.scheduled()).isEqualTo(AT);
    assertThat(end.started()).isEmpty();
    assertThat(end.attempt()).isZero();
    assertThat(journal.settled()).isEmpty();
    assertThat(journal().recover()).containsExactly(end);
  }

  @Test
  void recoversNoWaitOfARunThatStartedEndedOrWasLeft() {
    RunJournal killed = journal();
    for (String id : List.of("r1", "r2", "r3")) {
      killed.waiting(run(id));
    }
    killed.started(run("r1"), AT, 0);
    killed.ended(end("r2", ""), Optional.empty());
    killed.left(run("r3"));
    assertThat(journal().recover())
        .extracting(RunEnd::run, RunEnd::outcome)
        .containsExactly(tuple("r2", "succeeded"), tuple("r1", "interrupted"));
  }

  @Test
  void recoversTheSameInterruptedEndUntilItIsStored() {
    journal().started(run("r1"), AT, 0);
    RunEnd first = only(journal().recover());
    assertThat(journal().recover()).containsExactly(first);
    journal().stored("r1");
    assertThat(journal().recover()).isEmpty();
  }

  @Test
  void recoversEndsThatWereNotStored() {
    RunJournal journal = journal();
    journal.started(run("r1"), AT, 0);
    journal.started(run("r2"), AT, 0);
    journal.ended(end("r1", "x"), Optional.empty());
    journal.ended(end("r2", "y"), Optional.empty());
    journal.stored(List.of("r1"));
    assertThat(journal().recover()).containsExactly(end("r2", "y"));
  }

  @Test
  void recoversTheEndOfARunThatNeverStarted() {
    journal().ended(end("r1", ""), Optional.empty());
    assertThat(journal().recover()).containsExactly(end("r1", ""));
  }

  @Test
  void ignoresATornLastLineAndWritesBehindIt() throws IOException {
    journal().ended(end("r1", ""), Optional.empty());
    Files.writeString(file(), "{\"event\":\"ended\",\"end\":{\"ru", StandardOpenOption.APPEND);
    RunJournal journal = journal();
    assertThat(journal.recover()).containsExactly(end("r1", ""));
    journal.ended(end("r2", ""), Optional.empty());
    assertThat(journal().recover()).containsExactly(end("r1", ""), end("r2", ""));
  }

  @Test
  void ignoresDamageInTheMiddle() throws IOException {
    journal().ended(end("r1", ""), Optional.empty());
    Files.write(
        file(), new byte[] {0, 1, (byte) 0xff, '\n', '{', '}', '\n'}, StandardOpenOption.APPEND);
    journal().ended(end("r2", ""), Optional.empty());
    assertThat(journal().recover()).hasSize(2);
  }

  @Test
  void saysWhetherTheProcessOfAnInterruptedRunStillLives() throws Exception {
    Process sleeper = new ProcessBuilder("setsid", "sleep", "60").start();
    try {
      RunJournal journal = journal();
      journal.started(run("r1"), clock.instant(), 0);
      journal.running("r1", sleeper.pid());
      journal.started(
          run("r2"), clock.instant().minus(Duration.ofHours(1)), sleeper.pid() + 100_000);
      List<RunEnd> ends = journal().recover();
      assertThat(ends.get(0).reason())
          .hasValue("the daemon was killed while it ran, it still runs");
      assertThat(ends.get(1).reason()).hasValue("the daemon was killed while it ran");
    } finally {
      sleeper.destroyForcibly().waitFor();
    }
  }

  @Test
  void takesNoOtherProcessForThatOfARun() throws Exception {
    Process other = new ProcessBuilder("setsid", "sleep", "60").start();
    try {
      journal().started(run("r1"), clock.instant().minus(Duration.ofHours(1)), other.pid());
      assertThat(only(journal().recover()).reason()).hasValue("the daemon was killed while it ran");
    } finally {
      other.destroyForcibly().waitFor();
    }
  }

  @Test
  void keepsTheFileSmallWhenAllIsStored() throws IOException {
    RunJournal journal = journal();
    for (int i = 0; i < 2_000; i++) {
      journal.started(run("r" + i), AT, 0);
      journal.ended(end("r" + i, "x".repeat(1_000)), Optional.empty());
      journal.stored("r" + i);
    }
    assertThat(Files.size(file())).isLessThan(1 << 20);
  }

  @Test
  void keepsWhatIsOpenWhenItMakesTheFileSmaller() throws IOException {
    RunJournal journal = journal();
    journal.waiting(run("waiting"));
    journal.started(run("flying"), AT, 0);
    journal.ended(end("owed", "y"), Optional.empty());
    for (int i = 0; i < 2_000; i++) {
      journal.ended(end("r" + i, "x".repeat(1_000)), Optional.empty());
      journal.stored("r" + i);
    }
    assertThat(journal().recover())
        .extracting(RunEnd::run)
        .containsExactly("owed", "flying", "waiting");
  }

  @Test
  void writesTheSmallerFileBesideAndNotThroughALinkThatSomebodyLeft() throws IOException {
    Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "kept");
    Files.createSymbolicLink(folder.resolve("runs.journal.new"), elsewhere);
    RunJournal journal = journal();
    for (int i = 0; i < 2_000; i++) {
      journal.ended(end("r" + i, "x".repeat(1_000)), Optional.empty());
      journal.stored("r" + i);
    }
    assertThat(elsewhere).hasContent("kept");
    assertThat(Files.isSymbolicLink(file())).isFalse();
  }

  @Test
  void leavesARunThatAWorkerWasAskedForToWhoIsAskedNext() {
    Run asked = new Run("r1", run("r1").job(), AT, Run.Cause.SCHEDULE, 1);
    journal().started(asked, AT.plusMillis(3), 0);
    RunJournal next = journal();
    assertThat(next.recover()).isEmpty();
    assertThat(next.owed()).isZero();
  }

  @Test
  void knowsOfWhichEndsNobodyWasTold() {
    RunJournal killed = journal();
    killed.started(run("r1"), AT, 0);
    killed.ended(end("r2", ""), Optional.empty());
    killed.ended(end("r3", ""), Optional.empty());
    killed.told("r3");
    RunJournal journal = journal();
    assertThat(journal.recover())
        .filteredOn(journal::untold)
        .extracting(RunEnd::run)
        .containsExactly("r2", "r1");
    journal.told("r1");
    journal.told("r2");
    RunJournal next = journal();
    assertThat(next.recover()).hasSize(3).noneMatch(next::untold);
  }

  @Test
  void givesAllEndsThatNobodyWasToldOf() {
    RunJournal killed = journal();
    for (int i = 0; i < 1_002; i++) {
      killed.ended(end("r" + i, ""), Optional.empty());
    }
    killed.told("r1000");
    RunJournal journal = journal();
    assertThat(journal.recover()).filteredOn(journal::untold).hasSize(1_001);
    assertThat(journal.untold(end("r1000", ""))).isFalse();
  }

  @Test
  void givesBackWhatIsOwed() {
    RunJournal journal = journal();
    for (int i = 0; i < 10; i++) {
      journal.ended(end("r" + i, ""), Optional.empty());
    }
    journal.stored(List.of("r0", "r1"));
    assertThat(journal.owed()).isEqualTo(8);
    assertThat(journal.owed(3, "r2"::equals))
        .extracting(RunEnd::run)
        .containsExactly("r3", "r4", "r5");
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
    assertThat(OutputCut.of(cut, 1_024)).isSameAs(cut);
  }

  @Test
  void onceMoreCutOutputHasOneMarkThatCountsAll() {
    OutputCapture capture = new OutputCapture(4_000, OutputBudget.ofHeap());
    byte[] printed = "ä€".repeat(2_000).getBytes(StandardCharsets.UTF_8);
    capture.write(StandardStream.STDOUT, printed, 0, printed.length);
    RunEnd whole = end("r1", capture.text()).withOutput(capture.text(), true);
    String kept = OutputCut.of(whole, 1_024).output();
    Matcher mark = Pattern.compile("\n\\[… (\\d+) bytes omitted …]\n").matcher(kept);
    assertThat(kept).hasSizeLessThanOrEqualTo(1_024).startsWith("ä€").endsWith("ä€");
    assertThat(mark.results()).hasSize(1);
    String left = mark.reset().replaceFirst("");
    assertThat(mark.reset().results().mapToInt(m -> Integer.parseInt(m.group(1))).sum())
        .isEqualTo(printed.length - left.getBytes(StandardCharsets.UTF_8).length);
  }

  @Test
  void tellsOfEveryEndThatNobodyKnowsHoweverManyAreOwed() {
    RunJournal killed = journal();
    for (int i = 0; i < 1_500; i++) {
      killed.ended(end("told-" + i, ""), Optional.empty());
      killed.told("told-" + i);
    }
    killed.ended(end("untold", "x"), Optional.of("rabbitmq:y"));
    RunJournal journal = journal();
    List<RunEnd> ends = journal.recover();
    assertThat(ends).hasSize(1_001).filteredOn(journal::untold).containsExactly(end("untold", "x"));
    assertThat(journal.output(end("untold", "x"))).isEqualTo("rabbitmq:y");
  }

  @Test
  void goesOnWithoutAFile() throws IOException {
    Path nowhere = folder.resolve("missing/runs.journal");
    RunJournal journal = RunJournal.open(nowhere, "host-a", clock, 1_024);
    assertThat(journal.recover()).isEmpty();
    journal.started(run("r1"), AT, 0);
    assertThat(journal.kept()).isFalse();
    Files.createDirectories(nowhere.getParent());
    journal.started(run("r2"), AT, 0);
    assertThat(journal.kept()).isTrue();
  }

  @Test
  void keepsNothingWhenThereIsNoFolder() {
    RunJournal journal = RunJournal.none("host-a", clock, 1_024);
    journal.started(run("r1"), AT, 0);
    assertThat(journal.ended(end("r1", "x"), Optional.empty())).isEqualTo(end("r1", "x"));
    assertThat(journal.recover()).isEmpty();
    assertThat(journal.kept()).isFalse();
  }

  @Test
  void isReadableByItsOwnerOnly() throws IOException {
    journal().started(run("r1"), AT, 0);
    assertThat(Files.getPosixFilePermissions(file()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  private Path file() {
    return folder.resolve("runs.journal");
  }

  private RunJournal journal() {
    return RunJournal.open(file(), "host-a", clock, 1_024);
  }

  private static RunEnd only(List<RunEnd> ends) {
    assertThat(ends).hasSize(1);
    return ends.get(0);
  }

  static Run run(String id) {
    byte[] crontab = "CRON_NAME=a\n* * * * * root true\n".getBytes(StandardCharsets.UTF_8);
    Job job =
        new CrontabReader(ReaderOptions.of(ZoneOffset.UTC), Clock.systemUTC())
            .read(crontab)
            .jobs()
            .get(0);
    return new Run(id, job, AT, Run.Cause.CATCH_UP);
  }

  static RunEnd end(String run, String output) {
    return new RunEnd(
        "a",
        run,
        "succeeded",
        Optional.of(0),
        Optional.empty(),
        Optional.empty(),
        "schedule",
        AT,
        Optional.of(AT),
        AT.plusSeconds(1),
        "host-a",
        1,
        false,
        output);
  }
}
