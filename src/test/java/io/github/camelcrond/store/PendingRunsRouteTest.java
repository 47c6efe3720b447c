// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelcrond.run.RunJournal;
import io.github.camelcrond.run.RunJournalTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the routes do with ended runs. */
class PendingRunsRouteTest {
  @TempDir Path folder;

  @Test
  void asksWhatWasMissedBeforeItStoresWhatHasRun() {
    try (StoreFixture daemon = StoreFixture.start(StoreFixture.settings(folder))) {
      daemon.end(Runs.end("a", 1));
      await().until(() -> daemon.runs("a") == 1);
      assertThat(daemon.last).isNotEmpty();
      assertThat(daemon.last.get(0)).isEmpty();
    }
  }

  @Test
  void publishesOnceWhatAKilledDaemonHadNotPublished() throws IOException {
    Files.createDirectories(folder.resolve("store"));
    RunJournal killed = RunJournalTest.open(folder.resolve("store"), Clock.systemUTC(), 100);
    killed.ended(Runs.end("a", 1), Optional.empty());
    killed.ended(Runs.end("a", 2), Optional.empty());
    killed.ended(Runs.end("a", 3), Optional.of("none"));
    killed.notePublished(Runs.end("a", 1).run());
    try (StoreFixture daemon = StoreFixture.start(StoreFixture.settings(folder))) {
      daemon.store().send("runs-recover", "");
      assertThat(daemon.published)
          .containsExactly(Map.entry("", Runs.end("a", 2)), Map.entry("none", Runs.end("a", 3)));
      await().until(() -> daemon.runs("a") == 3);
    }
  }

  @Test
  void publishesAllHoweverManyThereAre() throws IOException {
    Files.createDirectories(folder.resolve("store"));
    RunJournal killed = RunJournalTest.open(folder.resolve("store"), Clock.systemUTC(), 100);
    IntStream.rangeClosed(1, 1_200).forEach(n -> killed.ended(Runs.end("a", n), Optional.empty()));
    try (StoreFixture daemon = StoreFixture.start(StoreFixture.settings(folder))) {
      daemon.store().send("runs-recover", "");
      await().until(() -> daemon.published.size() >= 1_200);
      assertThat(daemon.published).doesNotHaveDuplicates().hasSize(1_200);
    }
  }
}
