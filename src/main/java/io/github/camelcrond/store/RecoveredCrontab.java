// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import java.util.Optional;

/**
 * What the store contains in place of a missing crontab.
 *
 * @param text the crontab's bytes, empty if there are none
 * @param source where they come from, for messages
 * @param damaged whether there is a crontab that cannot be read
 */
public record RecoveredCrontab(Optional<byte[]> text, String source, boolean damaged) {

  static RecoveredCrontab of(byte[] text, String source) {
    return new RecoveredCrontab(Optional.of(text), source, false);
  }

  static RecoveredCrontab nothing() {
    return new RecoveredCrontab(Optional.empty(), "", false);
  }

  static RecoveredCrontab unreadable() {
    return new RecoveredCrontab(Optional.empty(), "", true);
  }

  /** Whether nothing was found; the name is used by routes. */
  public boolean isMissing() {
    return text.isEmpty();
  }
}
