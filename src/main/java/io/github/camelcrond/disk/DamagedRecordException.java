// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.disk;

import java.io.IOException;

/** Thrown when a record is read whose checksum does not match: its content is lost. */
public final class DamagedRecordException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * An error whose message names the lost data.
   *
   * @param message lower case, no full stop
   */
  public DamagedRecordException(String message) {
    super(message);
  }
}
