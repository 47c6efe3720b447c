// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Numbered records on local disk, for data that lives shortly. Once {@link #flush} has returned
 * true, changes survive a kill of the process, though not a crash of the machine. Records are
 * entries of append-only files, the segments. The oldest segment is deleted when it contains no
 * current record; if too much disk space is unused, its records are moved step by step. The heap
 * holds the place of each record, and the content only of records that are not written yet.
 *
 * <p>Group commit: the first thread that flushes writes the changes of all threads that wait. One
 * thread at a time uses the files, and an interrupt of that thread does no harm. A write that fails
 * is repeated by a later flush; until then the content stays in memory, and what was durable before
 * stays durable.
 */
public final class RecordLog implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger("crond.store");
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final Optional<LogFiles> files;
  private final String name;
  private final LongSupplier nanos;
  // Held while files are used. Acquired before the monitor of this, never while holding it.
  private final ReentrantLock disk = new ReentrantLock();

  // Guarded by this.
  private final Map<Long, LogChange> unwritten = new LinkedHashMap<>();
  private long unwrittenBytes;
  private long nextId;
  private long changes;
  private long written;
  private boolean failing;
  private long retryAt;

  /** Receives records in the order of their numbers. */
  @FunctionalInterface
  public interface RecordVisitor {
    /** Receives a record. */
    void record(long id, byte[] content);
  }

  /**
   * The options of a log.
   *
   * @param files the file operations
   * @param segmentBytes size from which a new file is started
   * @param clock gives the time in the names of files that are put aside
   * @param nanos a clock that only goes forward
   */
  public record Options(FileLayer files, int segmentBytes, Clock clock, LongSupplier nanos) {

    /** The file system of the operating system, with segments of {@code segmentBytes}. */
    public static Options of(int segmentBytes, Clock clock) {
      return new Options(FileLayer.LOCAL, segmentBytes, clock, System::nanoTime);
    }
  }

  private RecordLog(Optional<LogFiles> files, String name, LongSupplier nanos) {
    this.files = files;
    this.name = name;
    this.nanos = nanos;
  }

  /**
   * Opens the log whose files are named {@code base} and a number, including the records of an
   * earlier process. A damaged file is put aside after its readable records have been written to
   * another file.
   *
   * @throws IOException if the files cannot be listed or read; they are left unchanged
   */
  public static RecordLog open(Path base, Options options) throws IOException {
    LogFiles files = new LogFiles(base, options);
    RecordLog log = new RecordLog(Optional.of(files), base.toString(), options.nanos());
    try {
      log.nextId = files.recover() + 1;
      return log;
    } catch (IOException | RuntimeException e) {
      files.close();
      throw e;
    }
  }

  /** A log without files, in which nothing is durable. */
  public static RecordLog inMemory() {
    return new RecordLog(Optional.empty(), "memory", System::nanoTime);
  }

  /** Adds a record and returns its number, which is greater than those of all current records. */
  public synchronized long add(byte[] content) {
    long id = nextId++;
    put(id, content);
    return id;
  }

  /** Replaces the content of the record {@code id}, or adds it again. */
  public synchronized void put(long id, byte[] content) {
    nextId = Math.max(nextId, id + 1);
    change(LogChange.put(id, content));
  }

  /**
   * Removes the record {@code id}.
   *
   * @return the length of its content, or -1 if there is no such record
   */
  public synchronized int remove(long id) {
    LogChange before = unwritten.get(id);
    int written = files.map(f -> f.length(id)).orElse(-1);
    if (before == null && written < 0 || before != null && before.removal) {
      return -1;
    }
    if (before == null || before.attempted || written >= 0) {
      change(LogChange.remove(id));
    } else {
      dequeue(before);
    }
    return before == null ? written : before.content.length;
  }

  private void change(LogChange change) {
    // Added at the end of the map, as changes are written in order.
    LogChange before = unwritten.get(change.id);
    if (before != null) {
      dequeue(before);
      change.attempted = before.attempted;
    }
    unwritten.put(change.id, change);
    unwrittenBytes += change.size();
    changes++;
  }

  private void dequeue(LogChange change) {
    unwritten.remove(change.id);
    unwrittenBytes -= change.size();
  }

  /**
   * The content of the record {@code id}; empty if there is none.
   *
   * @throws DamagedRecordException if its content is lost
   * @throws IOException if it cannot be read at the moment
   */
  public Optional<byte[]> read(long id) throws IOException {
    Optional<LogChange> change = unwritten(id);
    if (change.isEmpty() && files.isPresent()) {
      disk.lock();
      try {
        // It may have been written or changed meanwhile.
        change = unwritten(id);
        if (change.isEmpty()) {
          return files.get().read(id);
        }
      } finally {
        disk.unlock();
      }
    }
    return change.filter(c -> !c.removal).map(c -> c.content);
  }

  private synchronized Optional<LogChange> unwritten(long id) {
    return Optional.ofNullable(unwritten.get(id));
  }

  /** Visits all records in the order of their numbers, except for damaged ones. */
  public void forEach(RecordVisitor visitor) throws IOException {
    TreeSet<Long> ids = new TreeSet<>();
    synchronized (this) {
      ids.addAll(unwritten.keySet());
      files.ifPresent(f -> ids.addAll(f.ids()));
    }
    for (long id : ids) {
      try {
        read(id).ifPresent(content -> visitor.record(id, content));
      } catch (DamagedRecordException e) {
        LOG.atWarn().addKeyValue("reason", e.getMessage()).log("record lost");
      }
    }
  }

  /** Whether flushing makes changes durable: there are files, and the last write succeeded. */
  public synchronized boolean isDurable() {
    return files.isPresent() && !failing;
  }

  /** Whether the last write failed, so that later changes are in memory only. */
  public synchronized boolean isFailing() {
    return failing;
  }

  /** The size of the changes that are not written yet, in bytes. */
  public synchronized long unwrittenBytes() {
    return unwrittenBytes;
  }

  /**
   * Writes all changes made so far.
   *
   * @return true if they are durable; false if they cannot be written, or if a write failed less
   *     than a second ago. A later flush retries.
   */
  public boolean flush() {
    return files.isPresent() && flush(files.get(), false);
  }

  private boolean flush(LogFiles to, boolean now) {
    long wanted;
    synchronized (this) {
      wanted = changes;
    }
    if (isWritten(wanted)) {
      return true;
    }
    disk.lock();
    try {
      return isWritten(wanted) || (now || mayTry()) && write(to);
    } finally {
      disk.unlock();
    }
  }

  private synchronized boolean isWritten(long wanted) {
    return written >= wanted;
  }

  private synchronized boolean mayTry() {
    return !failing || nanos.getAsLong() - retryAt >= 0;
  }

  private boolean write(LogFiles to) {
    List<LogChange> batch;
    long upTo;
    synchronized (this) {
      batch = new ArrayList<>(unwritten.values());
      batch.forEach(change -> change.attempted = true);
      upTo = changes;
    }
    try {
      to.append(batch);
    } catch (IOException e) {
      failed(e);
      return false;
    }
    succeeded(batch, upTo);
    try {
      to.compact();
    } catch (IOException e) {
      // The changes are durable; disk space is reclaimed after another write.
      LOG.atDebug().addKeyValue("reason", e.getMessage()).log("cannot reclaim disk space");
    }
    return true;
  }

  private synchronized void succeeded(List<LogChange> batch, long upTo) {
    for (LogChange change : batch) {
      if (unwritten.get(change.id) == change) {
        dequeue(change);
      }
    }
    written = upTo;
    if (failing) {
      failing = false;
      LOG.atInfo().addKeyValue("files", name).log("write to disk resumed");
    }
  }

  private synchronized void failed(IOException e) {
    retryAt = nanos.getAsLong() + RETRY_AFTER.toNanos();
    if (!failing) {
      failing = true;
      LOG.atWarn()
          .addKeyValue("files", name)
          .addKeyValue("reason", e.getMessage())
          .log("write to disk failed, retrying; newest changes are not yet durable");
    }
  }

  private synchronized void logLost() {
    LOG.atWarn()
        .addKeyValue("files", name)
        .addKeyValue("changes", unwritten.size())
        .addKeyValue("bytes", unwrittenBytes)
        .log("changes lost, they cannot be written");
  }

  /** Writes the remaining changes and closes the files. Failures are logged. */
  @Override
  public void close() {
    files.ifPresent(
        f -> {
          if (!flush(f, true)) {
            logLost();
          }
          disk.lock();
          try {
            f.close();
          } finally {
            disk.unlock();
          }
        });
  }
}
