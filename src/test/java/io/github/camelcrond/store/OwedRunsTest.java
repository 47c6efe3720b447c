// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.job.RunEnd;
import io.github.camelcrond.job.RunJournal;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ended runs while the store is down: none is lost, and memory is bounded. */
class OwedRunsTest {
  private static final int ROOM_FOR_TEN = 10 * 1_100;
  @TempDir Path folder;

  @Test
  void fetchesFromTheJournalWhatMemoryCouldNotHold() {
    RunJournal journal = journal();
    OwedRuns owed = new OwedRuns(journal, ROOM_FOR_TEN);
    List<RunEnd> admitted = end(journal, owed, 35);
    assertThat(admitted).hasSizeBetween(9, 11);
    List<RunEnd> stored = new ArrayList<>();
    for (List<RunEnd> batch = admitted; !batch.isEmpty(); batch = owed.fetch()) {
      stored.addAll(batch);
      owed.stored(batch);
    }
    assertThat(stored).extracting(RunEnd::run).containsExactlyElementsOf(ids(35));
    assertThat(journal.owed()).isZero();
  }

  @Test
  void fetchesNothingWhileOthersAreOnTheirWay() {
    RunJournal journal = journal();
    OwedRuns owed = new OwedRuns(journal, ROOM_FOR_TEN);
    List<RunEnd> admitted = end(journal, owed, 35);
    assertThat(owed.fetch()).isEmpty();
    owed.stored(admitted.subList(0, 5));
    assertThat(owed.fetch()).isEmpty();
  }

  @Test
  void takesARunInOnce() {
    RunJournal journal = journal();
    OwedRuns owed = new OwedRuns(journal, ROOM_FOR_TEN);
    assertThat(owed.admit(Runs.end("a", 1))).isTrue();
    assertThat(owed.admit(Runs.end("a", 1))).isFalse();
  }

  @Test
  void handsOverWhatAnEarlierDaemonOwedInPortions() {
    RunJournal earlier = journal();
    for (int i = 0; i < 1_200; i++) {
      earlier.ended(Runs.end("a", i), Optional.empty());
      earlier.told(Runs.end("a", i).run());
    }
    RunJournal journal = journal();
    OwedRuns owed = new OwedRuns(journal, 100 * ROOM_FOR_TEN);
    List<RunEnd> stored = new ArrayList<>();
    List<RunEnd> first = owed.recover().stream().filter(owed::admit).toList();
    assertThat(first).hasSizeLessThanOrEqualTo(1_000);
    for (List<RunEnd> batch = first; !batch.isEmpty(); batch = owed.fetch()) {
      stored.addAll(batch);
      owed.stored(batch);
    }
    assertThat(stored).extracting(RunEnd::run).doesNotHaveDuplicates().hasSize(1_200);
  }

  @Test
  void saysThatRecordsAreLostIfThereIsNoJournal() {
    RunJournal none = RunJournal.none("host-a", Clock.systemUTC(), 100);
    OwedRuns owed = new OwedRuns(none, ROOM_FOR_TEN);
    try (LogCapture log = new LogCapture()) {
      assertThat(end(none, owed, 35)).hasSizeBetween(9, 11);
      assertThat(log.warnings()).hasSize(1);
      assertThat(log.warnings().get(0)).contains("run records are lost");
    }
  }

  private static List<RunEnd> end(RunJournal journal, OwedRuns owed, int count) {
    List<RunEnd> admitted = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      RunEnd end = journal.ended(Runs.end("a", i), Optional.empty());
      if (owed.admit(end)) {
        admitted.add(end);
      }
    }
    return admitted;
  }

  private static List<String> ids(int count) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(Runs.end("a", i).run());
    }
    return ids;
  }

  private RunJournal journal() {
    return RunJournal.open(folder.resolve("runs.journal"), "host-a", Clock.systemUTC(), 100);
  }
}
