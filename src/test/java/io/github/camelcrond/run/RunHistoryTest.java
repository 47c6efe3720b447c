// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import static io.github.camelcrond.run.RunEndJson.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.crontab.CrontabReader;
import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.crontab.ReaderOptions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RunHistoryTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final List<Job> JOBS =
      new CrontabReader(ReaderOptions.of(ZoneOffset.UTC), Clock.fixed(NOON, ZoneOffset.UTC))
          .read("CRON_NAME=a\n* * * * * root x\nCRON_NAME=b\n* * * * * root y\n")
          .jobs();

  private final RunHistory history = new RunHistory(false);

  private static RunEnd end(int number, String outcome) {
    Instant at = NOON.plusSeconds(number);
    return new RunEnd(
        "a",
        String.format("01J%023d", number),
        outcome,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "schedule",
        at,
        Optional.of(at),
        at.plusSeconds(1),
        "host",
        1,
        false,
        "output " + number,
        Optional.empty());
  }

  private void ends(int number, String outcome) {
    RunEnd end = end(number, outcome);
    history.ended(new Run(end.run(), JOBS.get(0), end.scheduled(), Run.Cause.SCHEDULE), end);
  }

  @Test
  void countsFailuresSinceTheLastSuccess() {
    ends(1, "failed");
    ends(2, "succeeded");
    ends(3, "failed");
    ends(4, "skipped");
    ends(5, "interrupted");
    ends(6, "timed-out");
    assertThat(history.of("a").failures()).isEqualTo(2);
    assertThat(history.of("a").lastSuccess()).hasValue(NOON.plusSeconds(3));
  }

  @Test
  void holdsTheNewestTwenty() {
    IntStream.range(0, 30).forEach(i -> ends(i, "succeeded"));
    assertThat(history.of("a").ends()).hasSize(20);
    assertThat(history.of("a").last()).hasValue(end(29, "succeeded").withoutOutput());
  }

  @Test
  void holdsFewerEndsOfEachTheMoreJobsThereAre() {
    // Room for twelve ends and as much output.
    RunHistory small = new RunHistory(false, 7_200);
    List<Run> runs = new ArrayList<>();
    for (String job : List.of("a", "b", "a", "a", "a", "a", "a", "b", "b")) {
      RunEnd end = end(runs.size(), job.equals("a") ? "failed" : "succeeded");
      runs.add(new Run(end.run(), job(job), end.scheduled(), Run.Cause.SCHEDULE));
      small.ended(runs.get(runs.size() - 1), end);
    }
    assertThat(small.of("a").ends()).hasSize(5);
    for (int i = 0; i < 20; i++) {
      RunEnd end = end(100 + i, "succeeded");
      small.ended(new Run(end.run(), job("c" + i), end.scheduled(), Run.Cause.SCHEDULE), end);
    }
    assertThat(small.of("a").ends()).hasSize(1);
    assertThat(small.of("a").last().orElseThrow().run()).isEqualTo(runs.get(6).id());
    assertThat(small.of("a").failures()).isEqualTo(6);
    assertThat(small.of("b").lastSuccess()).hasValue(NOON.plusSeconds(9));
    // The store is behind: it neither takes back failures nor a success.
    small.learn("a", List.of(text(end(0, "failed"))));
    assertThat(small.of("a").failures()).isEqualTo(6);
    small.learn("b", List.of(text(end(1, "skipped"))));
    assertThat(small.of("b").lastSuccess()).hasValue(NOON.plusSeconds(9));
  }

  private static Job job(String name) {
    return RunFixture.job("CRON_NAME=" + name, "* * * * * root true");
  }

  @Test
  void keepsTheOutputOfTheNewestOnly() {
    ends(1, "succeeded");
    ends(2, "succeeded");
    assertThat(history.whole(end(2, "").run())).hasValue(end(2, "succeeded"));
    assertThat(history.whole(end(1, "").run())).isEmpty();
    assertThat(history.jobOf(end(1, "").run())).hasValue("a");
  }

  @Test
  void putsWhatTheStoreKnowsBehindWhatItSawItself() {
    ends(5, "failed");
    history.learn(
        "a",
        List.of(
            text(end(5, "failed")), "damaged", text(end(4, "failed")), text(end(3, "succeeded"))));
    assertThat(history.of("a").ends()).extracting(RunEnd::ended).hasSize(3);
    assertThat(history.of("a").failures()).isEqualTo(2);
    assertThat(history.of("a").lastSuccess()).hasValue(NOON.plusSeconds(4));
  }

  @Test
  void remembersTheLastSuccessThatIsNoLongerListed() {
    ends(1, "succeeded");
    IntStream.range(2, 30).forEach(i -> ends(i, "skipped"));
    history.learn("a", List.of(text(end(29, "skipped")), text(end(28, "skipped"))));
    assertThat(history.of("a").lastSuccess()).hasValue(NOON.plusSeconds(2));
  }

  @Test
  void asksForEachJobOnceAndForgetsThoseThatAreGone() {
    assertThat(history.jobsToLearn(JOBS)).containsExactlyInAnyOrder("a", "b");
    ends(1, "failed");
    history.learn("a", List.of());
    assertThat(history.jobsToLearn(JOBS)).containsExactly("b");
    assertThat(history.jobsToLearn(JOBS.subList(1, 2))).containsExactly("b");
    assertThat(history.of("a").ends()).isEmpty();
  }

  @Test
  void skipsStoredRecordsThatItCannotRead() {
    history.learn("a", List.of(text(end(2, "deferred")), "{", text(end(1, "failed"))));
    assertThat(history.of("a").ends()).containsExactly(end(1, "failed").withoutOutput());
  }

  @Test
  void itsRevisionChangesWithWhatItHolds() {
    long before = history.revision();
    ends(1, "failed");
    assertThat(history.revision()).isGreaterThan(before);
  }

  @Test
  void asksAgainAndAgainWhereOthersWriteToTheStore() {
    RunHistory shared = new RunHistory(true);
    shared.learn("a", List.of());
    shared.learn("b", List.of());
    assertThat(shared.jobsToLearn(JOBS)).containsExactly("a", "b");
    shared.learn("a", List.of(text(end(1, "failed"))));
    shared.learn("a", List.of(text(end(2, "succeeded")), text(end(1, "failed"))));
    assertThat(shared.of("a").ends()).hasSize(2);
    assertThat(shared.of("a").failures()).isZero();
  }
}
