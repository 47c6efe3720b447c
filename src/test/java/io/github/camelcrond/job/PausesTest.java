// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PausesTest {
  private final Pauses pauses = new Pauses();

  @Test
  void whatTheStoreDoesNotKnowYetGoesBeforeWhatItSays() {
    pauses.replace(List.of("a", "b"));
    pauses.resume("a");
    pauses.pause("c");
    pauses.replace(List.of("a", "b"));
    assertThat(pauses.all()).containsExactly("b", "c");
    assertThat(pauses.owed()).containsExactly("a", "c");
  }

  @Test
  void whatTheStoreHasIsNotOwed() {
    pauses.pause("a");
    pauses.stored("a", true);
    pauses.replace(List.of());
    assertThat(pauses.all()).isEmpty();
  }

  @Test
  void aJobThatIsResumedWhileItsPauseIsStoredIsStillOwed() {
    pauses.pause("a");
    pauses.resume("a");
    pauses.stored("a", true);
    assertThat(pauses.owed()).containsExactly("a");
    assertThat(pauses.isPaused("a")).isFalse();
  }

  @Test
  void aStoreThatHasLostThemGetsAll() {
    pauses.replace(List.of("a", "b"));
    pauses.oweAll();
    assertThat(pauses.owed()).containsExactly("a", "b");
  }
}
