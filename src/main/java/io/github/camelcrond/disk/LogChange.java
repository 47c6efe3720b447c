// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.disk;

/** A change of a record that is still to be written to a record log; compared by identity. */
final class LogChange {
  private static final byte[] NOTHING = {};

  final long id;
  final byte[] content;
  final boolean removal;

  /** Whether a write was attempted, after which parts of it may be in a file. */
  boolean attempted;

  private LogChange(long id, byte[] content, boolean removal) {
    this.id = id;
    this.content = content;
    this.removal = removal;
  }

  static LogChange put(long id, byte[] content) {
    return new LogChange(id, content, false);
  }

  static LogChange remove(long id) {
    return new LogChange(id, NOTHING, true);
  }

  /** Its size in a file, in bytes. */
  int size() {
    return LogEntry.HEADER + content.length;
  }
}
