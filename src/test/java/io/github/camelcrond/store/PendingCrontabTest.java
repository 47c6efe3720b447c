// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.crontab.CrontabReader;
import io.github.camelcrond.crontab.ReaderOptions;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** What the store is to have, and when that is worth a warning. */
class PendingCrontabTest {
  private final PendingCrontab pending = new PendingCrontab(Clock.systemUTC(), "host-a");

  @Test
  void owesNothingAtFirst() {
    assertThat(pending.isPending()).isFalse();
    assertThat(pending.mayWrite(null)).isFalse();
    assertThat(pending.isLost(null, 0)).isFalse();
  }

  @Test
  void owesTheLastThatWasPut() {
    put("# a\n");
    put("CRON_NAME=x\n* * * * * root true\n");
    assertThat(SavedCrontab.parse(pending.crontabToWrite(null)).orElseThrow().text())
        .startsWith("CRON_NAME=x");
    assertThat(pending.routesToWrite()).containsOnlyKeys("x");
  }

  @Test
  void writesWhatIsThereAsItIs() {
    put("# a\n");
    String there = there("# a\n", "host-b").replace("{", "{\"later\":1,");
    assertThat(pending.mayWrite(there)).isTrue();
    assertThat(pending.crontabToWrite(there)).isEqualTo(there);
  }

  @Test
  void warnsOnceOfWhatItReplacesHoweverOftenThatFails() {
    put("# a\n");
    try (LogCapture log = new LogCapture()) {
      assertThat(pending.mayWrite(there("# b\n", "host-b"))).isTrue();
      assertThat(pending.mayWrite(there("# b\n", "host-b"))).isTrue();
      assertThat(log.warnings()).hasSize(1);
      assertThat(log.warnings().get(0))
          .contains("restore 2", "host=host-a", "other-host=host-b", "crond.store.prefix");
    }
  }

  @Test
  void speaksOfNoOtherDaemonOnTheSameHost() {
    put("# a\n");
    try (LogCapture log = new LogCapture()) {
      pending.mayWrite(there("# b\n", "host-a"));
      assertThat(log.warnings().get(0)).contains("restore 2").doesNotContain("crond.store.prefix");
    }
  }

  @Test
  void replacesItsOwnWithoutAWarning() {
    try (LogCapture log = new LogCapture()) {
      put("# a\n");
      written(null);
      put("# b\n");
      written(there("# a\n", "host-a"));
      put("# a\n");
      written(there("# b\n", "host-a"));
      assertThat(log.warnings()).isEmpty();
    }
  }

  @Test
  void noticesThatTheStoreLostIt() {
    put("# a\n");
    assertThat(pending.isLost(null, 0)).isFalse();
    written(null);
    assertThat(pending.isLost(there("# a\n", "host-a"), 0)).isFalse();
    assertThat(pending.isLost(null, 0)).isTrue();
    assertThat(pending.isLost("{\"te", 0)).isTrue();
  }

  @Test
  void leavesWhatAnotherDaemonPutThereAndSaysSoOnceAChange() {
    put("# a\n");
    written(null);
    try (LogCapture log = new LogCapture()) {
      assertThat(pending.isLost(there("# b\n", "host-b"), 0)).isFalse();
      assertThat(pending.isLost(there("# b\n", "host-b"), 0)).isFalse();
      assertThat(log.warnings()).hasSize(1);
      pending.isLost(there("# c\n", "host-b"), 0);
      assertThat(log.warnings()).hasSize(2);
    }
  }

  private void put(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    pending.setPending(
        bytes, new CrontabReader(ReaderOptions.of(ZoneOffset.UTC), Clock.systemUTC()).read(bytes));
  }

  private void written(String there) {
    assertThat(pending.mayWrite(there)).isTrue();
    assertThat(pending.crontabToWrite(there)).isNotEmpty();
    pending.noteStored();
  }

  private static String there(String text, String host) {
    return SavedCrontab.of(text.getBytes(StandardCharsets.UTF_8), Runs.at(1), host).json();
  }

  @Test
  void leavesANewerCrontabOfAnotherDaemonAloneHoweverOftenTheStoreComesBack() {
    put("# a\n");
    written(null);
    String newer = saved("# b\n", Instant.now().plusSeconds(60));
    try (LogCapture log = new LogCapture()) {
      assertThat(pending.mayWrite(newer)).isFalse();
      assertThat(pending.mayWrite(newer)).isFalse();
      assertThat(log.warnings())
          .singleElement()
          .asString()
          .contains("not replacing the crontab in the store");
    }
  }

  @Test
  void replacesAnOlderCrontabOfAnotherDaemon() {
    put("# a\n");
    written(null);
    assertThat(pending.mayWrite(saved("# b\n", Instant.now().minusSeconds(60)))).isTrue();
  }

  @Test
  void replacesWhatItSawBeforeItsOwnEditWhateverTheClocksSay() {
    put("# a\n");
    written(null);
    String ahead = saved("# b\n", Instant.now().plusSeconds(600));
    pending.isLost(ahead, 0);
    put("# c\n");
    assertThat(pending.mayWrite(ahead)).isTrue();
  }

  @Test
  void isNoNewerForBeingLoadedAgain() {
    put("# a\n");
    String newer = saved("# b\n", Instant.now());
    assertThat(pending.mayWrite(newer)).isFalse();
    put("# a\n");
    assertThat(pending.mayWrite(newer)).isFalse();
  }

  @Test
  void noticesThatTheStoreLostTheRouteSet() {
    put("* * * * * root true\n");
    written(null);
    String there = there("* * * * * root true\n", "host-a");
    assertThat(pending.isLost(there, 1)).isFalse();
    assertThat(pending.isLost(there, 0)).isTrue();
  }

  private static String saved(String text, Instant saved) {
    return SavedCrontab.of(text.getBytes(StandardCharsets.UTF_8), saved, "host-b").json();
  }
}
