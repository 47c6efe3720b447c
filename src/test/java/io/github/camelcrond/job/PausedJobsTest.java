// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PausedJobsTest {
  private final PausedJobs pauses = new PausedJobs();

  @Test
  void whatTheStoreDoesNotKnowYetGoesBeforeWhatItSays() {
    replace("a", "b");
    pauses.resume("a");
    pauses.pause("c");
    replace("a", "b");
    assertThat(pauses.all()).containsExactly("b", "c");
    assertThat(pauses.pendingJobs()).containsExactly("a", "c");
  }

  @Test
  void whatTheStoreHasIsNotOwed() {
    pauses.pause("a");
    pauses.noteStored("a", true);
    replace();
    assertThat(pauses.all()).isEmpty();
  }

  @Test
  void aJobThatIsResumedWhileItsPauseIsStoredIsStillOwed() {
    pauses.pause("a");
    pauses.resume("a");
    pauses.noteStored("a", true);
    assertThat(pauses.pendingJobs()).containsExactly("a");
    assertThat(pauses.isPaused("a")).isFalse();
  }

  @Test
  void aStoreThatHasLostThemGetsAll() {
    replace("a", "b");
    pauses.markAllPending();
    assertThat(pauses.pendingJobs()).containsExactly("a", "b");
  }

  @Test
  void aJobThatIsPausedWhileTheStoreIsAskedStaysPaused() {
    long seen = pauses.countChanges();
    pauses.pause("a");
    pauses.noteStored("a", true);
    pauses.replace(List.of(), seen);
    assertThat(pauses.isPaused("a")).isTrue();
  }

  @Test
  void aPauseThatIsStoredWhileTheStoreIsAskedIsNotTakenBack() {
    pauses.pause("a");
    long seen = pauses.countChanges();
    pauses.noteStored("a", true);
    pauses.replace(List.of(), seen);
    assertThat(pauses.isPaused("a")).isTrue();
    replace();
    assertThat(pauses.isPaused("a")).isFalse();
  }

  private void replace(String... jobIds) {
    pauses.replace(List.of(jobIds), pauses.countChanges());
  }
}
