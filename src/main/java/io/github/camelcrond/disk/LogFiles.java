// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segments of a record log, and the place of each record in them. Used by one thread at a time,
 * except for {@link #length} and {@link #ids}.
 */
final class LogFiles implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger("crond.store");
  private static final int COMPACT_BYTES = 64 << 10;
  private static final int COPY_BYTES = 1 << 20;

  private final Path base;
  private final FileLayer files;
  private final int segmentBytes;
  private final Clock clock;
  private final Deque<Segment> segments = new ArrayDeque<>();
  // Guarded by itself.
  private final Map<Long, Place> places = new HashMap<>();
  private long liveBytes;
  private long nextSegment = 1;
  // Whether nothing may be appended to the last segment. This is so for the segments of an earlier
  // process, which may have ended in the middle of a write.
  private boolean sealed = true;
  private int compacted;

  private record Place(Segment segment, int position, int length) {}

  LogFiles(Path base, RecordLog.Options options) {
    this.base = base;
    this.files = options.files();
    this.segmentBytes = options.segmentBytes();
    this.clock = options.clock();
  }

  /**
   * Reads all segments. Damaged ones are put aside after their readable records have been written
   * to another segment.
   *
   * @return the greatest record number, -1 if there is none
   */
  long recover() throws IOException {
    Map<Long, Path> found = new TreeMap<>();
    String prefix = base.getFileName() + ".";
    for (Path file : files.list(base.toAbsolutePath().getParent(), prefix)) {
      String number = file.getFileName().toString().substring(prefix.length());
      if (number.matches("\\d{1,18}")) {
        found.put(Long.parseLong(number), file);
      }
    }
    long[] last = {-1};
    for (Map.Entry<Long, Path> file : found.entrySet()) {
      Segment segment = new Segment(files, file.getValue(), file.getKey());
      segments.add(segment);
      nextSegment = file.getKey() + 1;
      segment.damaged =
          segment.scan(
              (kind, id, at, length) -> {
                last[0] = Math.max(last[0], id);
                set(id, kind == LogEntry.PUT, new Place(segment, at, length));
              });
      segment.close();
    }
    dropDead();
    for (Segment segment : segments.stream().filter(s -> s.damaged).toList()) {
      if (!putAside(segment)) {
        // The later ones must stay too: they contain the removals from this one.
        break;
      }
    }
    return last[0];
  }

  /** Sets the place of a record, or forgets the record if it is not {@code present}. */
  private void set(long id, boolean present, Place place) {
    synchronized (places) {
      Place old = present ? places.put(id, place) : places.remove(id);
      if (old != null) {
        old.segment().live--;
        liveBytes -= LogEntry.HEADER + old.length();
      }
      if (present) {
        place.segment().live++;
        liveBytes += LogEntry.HEADER + place.length();
      }
    }
  }

  private Optional<Place> place(long id) {
    synchronized (places) {
      return Optional.ofNullable(places.get(id));
    }
  }

  /** The length of the content of a record, -1 if there is none. */
  int length(long id) {
    return place(id).map(Place::length).orElse(-1);
  }

  /** The numbers of all records, in no particular order. */
  Collection<Long> ids() {
    synchronized (places) {
      return List.copyOf(places.keySet());
    }
  }

  /** The content of a record; empty if there is none. */
  Optional<byte[]> read(long id) throws IOException {
    Optional<Place> place = place(id);
    return place.isEmpty() ? Optional.empty() : Optional.of(read(place.get()));
  }

  private static byte[] read(Place place) throws IOException {
    return place.segment().content(place.position(), place.length());
  }

  /** Writes {@code changes} in order, in pieces if they do not fit into one segment. */
  void append(Collection<LogChange> changes) throws IOException {
    List<LogChange> piece = new ArrayList<>();
    int size = 0;
    for (LogChange change : changes) {
      if (!piece.isEmpty() && size + change.size() > segmentBytes) {
        append(piece, size);
        piece.clear();
        size = 0;
      }
      piece.add(change);
      size += change.size();
    }
    if (!piece.isEmpty()) {
      append(piece, size);
    }
  }

  private void append(List<LogChange> piece, int size) throws IOException {
    Segment segment = current();
    ByteBuffer entries = ByteBuffer.allocate(size);
    int[] positions = new int[piece.size()];
    for (int i = 0; i < positions.length; i++) {
      LogChange change = piece.get(i);
      positions[i] = segment.end + entries.position();
      LogEntry.write(
          entries, change.removal ? LogEntry.REMOVE : LogEntry.PUT, change.id, change.content);
    }
    try {
      segment.append(entries);
    } catch (IOException e) {
      dropTail(segment, e);
      throw e;
    }
    for (int i = 0; i < positions.length; i++) {
      LogChange change = piece.get(i);
      set(change.id, !change.removal, new Place(segment, positions[i], change.content.length));
    }
  }

  private void dropTail(Segment segment, IOException failure) {
    try {
      segment.dropTail();
    } catch (IOException e) {
      // The remains of the failed write stay, so nothing more is appended to this segment.
      failure.addSuppressed(e);
      sealed = true;
    }
  }

  /** The segment to append to. */
  private Segment current() throws IOException {
    Segment last = segments.peekLast();
    if (last != null && !sealed && last.end < segmentBytes) {
      return last;
    }
    if (last != null) {
      last.close();
    }
    String name = String.format("%s.%08d", base.getFileName(), nextSegment);
    Segment next = new Segment(files, base.resolveSibling(name), nextSegment++);
    segments.add(next);
    sealed = false;
    return next;
  }

  /** Reclaims disk space if much is unused: moves some records, deletes the oldest segments. */
  void compact() throws IOException {
    dropDead();
    if (segments.size() < 2 || !isWasteful()) {
      return;
    }
    Segment oldest = segments.getFirst();
    if (oldest.damaged) {
      putAside(oldest);
      return;
    }
    List<LogChange> moved = new ArrayList<>();
    int next =
        oldest.show(
            compacted,
            COMPACT_BYTES,
            (kind, id, at, length) -> {
              Place here = new Place(oldest, at, length);
              if (place(id).filter(here::equals).isPresent()) {
                moved.add(LogChange.put(id, read(here)));
              }
            });
    append(moved);
    compacted = next;
    dropDead();
  }

  private boolean isWasteful() {
    long total = bytes();
    return total > liveBytes + liveBytes / 4 + 2L * segmentBytes
        || segments.size() > 8 + 2 * total / segmentBytes;
  }

  /** The size of all segments in bytes. */
  long bytes() {
    return segments.stream().mapToLong(segment -> segment.end).sum();
  }

  /** Deletes the oldest segments only: newer ones contain the removals from older ones. */
  private void dropDead() throws IOException {
    while (!segments.isEmpty() && isDead(segments.getFirst())) {
      Segment dead = segments.getFirst();
      dead.close();
      files.delete(dead.path);
      segments.removeFirst();
      compacted = 0;
    }
  }

  private boolean isDead(Segment segment) {
    return segment.live == 0 && !segment.damaged && (sealed || segment != segments.getLast());
  }

  /**
   * Renames a damaged segment after the records in it and in all earlier segments have been written
   * to another one: without its removals, removed records of those segments would come back.
   *
   * @return whether that succeeded
   */
  private boolean putAside(Segment segment) {
    try {
      List<LogChange> moved = new ArrayList<>();
      int size = 0;
      for (long id : ids()) {
        Place place = place(id).orElseThrow();
        if (place.segment().number <= segment.number) {
          moved.add(LogChange.put(id, read(place)));
          size += place.length();
        }
        if (size > COPY_BYTES) {
          append(moved);
          moved.clear();
          size = 0;
        }
      }
      append(moved);
      dropDead();
      segment.close();
      DamagedFile.putAside(segment.path, "a checksum does not match", clock);
      segments.remove(segment);
      return true;
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("file", segment.path)
          .addKeyValue("reason", e.getMessage())
          .log("damaged file kept in use: its records cannot be copied");
      return false;
    }
  }

  @Override
  public void close() {
    for (Segment segment : segments) {
      try {
        segment.close();
      } catch (IOException e) {
        LOG.atWarn()
            .addKeyValue("file", segment.path)
            .addKeyValue("reason", e.getMessage())
            .log("cannot close file");
      }
    }
  }
}
