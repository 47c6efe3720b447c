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
public record Recovered(Optional<byte[]> text, String source, boolean damaged) {

  static Recovered of(byte[] text, String source) {
    return new Recovered(Optional.of(text), source, false);
  }

  static Recovered nothing() {
    return new Recovered(Optional.empty(), "", false);
  }

  static Recovered unreadable() {
    return new Recovered(Optional.empty(), "", true);
  }

  /** Whether there is nothing; named for the routes. */
  public boolean isMissing() {
    return text.isEmpty();
  }
}
