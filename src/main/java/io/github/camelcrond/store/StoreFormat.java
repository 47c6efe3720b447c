// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.config.SettingsException;
import java.util.Optional;

/**
 * The number of the format of what the daemon keeps in Redis and in the store directory. It rises
 * when an earlier version would misread or damage what a later one writes; a key more in a JSON
 * value is no such change, as unknown keys are ignored.
 */
final class StoreFormat {
  /** What this version reads and writes. */
  static final String CURRENT = "1";

  private StoreFormat() {}

  /**
   * Refuses a store that a later version has written.
   *
   * @param store what has the format: {@code store directory /x}
   * @param found the number that is kept there; none, or an empty one as a full disk may leave it,
   *     means the first format
   * @param other what to set to use another store
   * @throws SettingsException if this version does not read the format
   */
  static void require(String store, Optional<String> found, String other) {
    String format = found.map(String::strip).filter(text -> !text.isEmpty()).orElse(CURRENT);
    if (!format.equals(CURRENT)) {
      throw new SettingsException(
          String.format(
              "%s has format %s of a later version, this one reads %s: run that version, or set %s",
              store, format, CURRENT, other));
    }
  }
}
