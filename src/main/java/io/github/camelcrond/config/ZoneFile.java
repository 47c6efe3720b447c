// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The rules in a time zone file, such as {@code /etc/localtime}. Sources: tzfile(5), RFC 8536.
 * Standard time and daylight saving time are not distinguished, as no schedule depends on that.
 */
final class ZoneFile {
  private static final int MAGIC = 0x545a6966; // TZif
  private static final int HEADER = 44;
  private static final int COUNTS = 20;
  private static final int TYPE = 6;

  private ZoneFile() {}

  /**
   * The rules in {@code file}, the content of a zone file.
   *
   * @throws IOException if it is not a zone file
   */
  static ZoneRules rules(byte[] file) throws IOException {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(file);
      Header header = Header.at(bytes, 0);
      if (header.version == 0) {
        return rules(bytes, header, HEADER, Integer.BYTES, "");
      }
      // The same data again with instants of 64 bits, and a rule for the time after the last of
      // them.
      int second = HEADER + header.size(Integer.BYTES);
      header = Header.at(bytes, second);
      int footer = second + HEADER + header.size(Long.BYTES);
      String rest = new String(file, footer, file.length - footer, StandardCharsets.US_ASCII);
      return rules(bytes, header, second + HEADER, Long.BYTES, rest.strip());
    } catch (IndexOutOfBoundsException | DateTimeException | IllegalArgumentException e) {
      throw new IOException("not a time zone file", e);
    }
  }

  /**
   * Rules with the given offsets, each by the instant from which it applies, in seconds since 1970;
   * {@code first} applies before them.
   */
  static ZoneRules rules(ZoneOffset first, Map<Long, ZoneOffset> changes) {
    List<ZoneOffsetTransition> transitions = new ArrayList<>();
    ZoneOffset before = first;
    for (Map.Entry<Long, ZoneOffset> change : changes.entrySet()) {
      ZoneOffset after = change.getValue();
      if (!after.equals(before)) {
        LocalDateTime wall = LocalDateTime.ofEpochSecond(change.getKey(), 0, before);
        transitions.add(ZoneOffsetTransition.of(wall, before, after));
      }
      before = after;
    }
    return ZoneRules.of(first, first, List.of(), transitions, List.of());
  }

  /** Whether both rules give the same times from {@code now} on, for {@code long} enough. */
  static boolean agree(ZoneRules one, ZoneRules other, Instant now) {
    Instant from = now.minus(Duration.ofDays(400));
    Instant end = now.plus(Duration.ofDays(5 * 366));
    return one.getOffset(from).equals(other.getOffset(from))
        && follows(one, other, from, end)
        && follows(other, one, from, end);
  }

  private static boolean follows(ZoneRules one, ZoneRules other, Instant from, Instant end) {
    ZoneOffsetTransition next = one.nextTransition(from);
    while (next != null && next.getInstant().isBefore(end)) {
      if (!other.getOffset(next.getInstant()).equals(next.getOffsetAfter())
          || !other.getOffset(next.getInstant().minusSeconds(1)).equals(next.getOffsetBefore())) {
        return false;
      }
      next = one.nextTransition(next.getInstant());
    }
    return true;
  }

  private static ZoneRules rules(ByteBuffer bytes, Header header, int at, int width, String rest) {
    int indexes = at + header.times * width;
    int types = indexes + header.times;
    Map<Long, ZoneOffset> changes = new TreeMap<>();
    long last = Long.MIN_VALUE;
    for (int i = 0; i < header.times; i++) {
      int place = at + i * width;
      long instant = width == Long.BYTES ? bytes.getLong(place) : bytes.getInt(place);
      // In some files, the first instant stands for the beginning of time.
      if (instant > Instant.MIN.getEpochSecond() / 2) {
        changes.put(instant, offset(bytes, types, bytes.get(indexes + i) & 0xff));
        last = instant;
      }
    }
    ZoneOffset first = offset(bytes, types, 0);
    if (rest.isEmpty()) {
      return rules(first, changes);
    }
    PosixZone posix = PosixZone.of(rest);
    if (changes.isEmpty()) {
      first = posix.standard();
    }
    long after = last;
    posix
        .changes()
        .forEach(
            (i, offset) -> {
              if (i > after) {
                changes.put(i, offset);
              }
            });
    return rules(first, changes);
  }

  private static ZoneOffset offset(ByteBuffer bytes, int types, int index) {
    return ZoneOffset.ofTotalSeconds(bytes.getInt(types + index * TYPE));
  }

  private record Header(int version, int ut, int std, int leaps, int times, int types, int chars) {
    static Header at(ByteBuffer bytes, int at) throws IOException {
      if (bytes.getInt(at) != MAGIC) {
        throw new IOException("not a time zone file");
      }
      int counts = at + COUNTS;
      return new Header(
          bytes.get(at + Integer.BYTES),
          bytes.getInt(counts),
          bytes.getInt(counts + 4),
          bytes.getInt(counts + 8),
          bytes.getInt(counts + 12),
          bytes.getInt(counts + 16),
          bytes.getInt(counts + 20));
    }

    int size(int width) {
      return times * (width + 1) + types * TYPE + chars + leaps * (width + 4) + std + ut;
    }
  }
}
