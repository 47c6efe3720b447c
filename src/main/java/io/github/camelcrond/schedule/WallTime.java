// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

/** A date and time as users write it: ISO-8601, with an offset or as local time of a zone. */
public final class WallTime {
  private static final DateTimeFormatter OFFSET_IF_WRITTEN =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
          .optionalStart()
          .appendOffsetId()
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private WallTime() {}

  /**
   * The instant of a written time.
   *
   * @param zone for a text without offset; time that this zone skips is moved later by the length
   *     of the gap, of a time that occurs twice, the first is used
   * @throws java.time.DateTimeException if the text is not such a time
   */
  public static Instant parse(String text, ZoneId zone) {
    TemporalAccessor time =
        OFFSET_IF_WRITTEN.parseBest(text, OffsetDateTime::from, LocalDateTime::from);
    return time instanceof OffsetDateTime withOffset
        ? withOffset.toInstant()
        : ((LocalDateTime) time).atZone(zone).toInstant();
  }
}
