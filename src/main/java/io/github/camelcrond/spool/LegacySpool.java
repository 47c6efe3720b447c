// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import io.github.camelcrond.disk.RecordLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.LongDataType;

/** The spool file of version 0.1.0: messages by number in an MVStore. */
final class LegacySpool {
  private static final int BATCH = 1 << 20;

  private LegacySpool() {}

  /**
   * Adds the messages in {@code file} to {@code log} in their order, and deletes the file.
   *
   * @throws IOException if it cannot be read, or its messages cannot be written
   */
  static void migrate(Path file, RecordLog log) throws IOException {
    try {
      copy(file, log);
    } catch (MVStoreException e) {
      throw new IOException(e.getMessage(), e);
    }
    if (!log.flush()) {
      throw new IOException("its messages cannot be copied");
    }
    Files.delete(file);
  }

  private static void copy(Path file, RecordLog log) {
    try (MVStore store = new MVStore.Builder().fileName(file.toString()).readOnly().open()) {
      MVMap<Long, byte[]> messages =
          store.openMap(
              "messages",
              new MVMap.Builder<Long, byte[]>()
                  .keyType(LongDataType.INSTANCE)
                  .valueType(ByteArrayDataType.INSTANCE));
      for (Iterator<Long> keys = messages.keyIterator(null); keys.hasNext(); ) {
        log.add(messages.get(keys.next()));
        if (log.unwrittenBytes() > BATCH) {
          log.flush();
        }
      }
    }
  }
}
