// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.crontab.CrontabParts.Part;
import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Reads crontabs. An invalid line is reported as an error and left out; all other lines are in
 * force. Source: crontab(5).
 */
public final class CrontabReader {
  /** Limit of the time to read; 100,000 lines take less on a slow machine. */
  private static final Duration LONGEST_READ = Duration.ofMinutes(5);

  /** Limit of the time to check, as a client waits for the result. */
  private static final Duration LONGEST_CHECK = Duration.ofSeconds(30);

  /** The maximum number of mistakes that are mended in one line. */
  private static final int MOST_MENDS = 10;

  private final ReaderOptions options;
  private final Clock clock;
  private final LongSupplier nanos;

  /** The lines of the last text, unless memory was short since. */
  private volatile SoftReference<KnownLines> last = new SoftReference<>(new KnownLines());

  /**
   * @param clock gives the instant after which schedules are expected to fire
   */
  public CrontabReader(ReaderOptions options, Clock clock) {
    this(options, clock, System::nanoTime);
  }

  CrontabReader(ReaderOptions options, Clock clock, LongSupplier nanos) {
    this.options = options;
    this.clock = clock;
    this.nanos = nanos;
  }

  /**
   * Reads a file in UTF-8, or several files in one text, see {@link CrontabParts}. Lines that are
   * not UTF-8 are errors.
   *
   * @throws IllegalStateException if reading takes longer than five minutes
   */
  @CalledByRoute
  public Crontab read(byte[] text) {
    return read(CrontabParts.split(text));
  }

  /** Reads a text whose lines end with a line feed, which the last line may lack. */
  public Crontab read(String text) {
    return read(text.getBytes(StandardCharsets.UTF_8));
  }

  private Crontab read(List<Part> parts) {
    KnownLines known = Optional.ofNullable(last.get()).orElseGet(KnownLines::new).next();
    CrontabParse reading = new CrontabParse(options, clock.instant(), false, known);
    Optional<TextLine> unread = read(reading, parts, LONGEST_READ);
    if (unread.isPresent()) {
      throw new IllegalStateException(
          "reading the crontab took longer than 5 minutes, stopped at line "
              + unread.get().number());
    }
    last = new SoftReference<>(known);
    return reading.end();
  }

  /**
   * Reads a file like {@link #read(byte[])}, and also warns of probable mistakes, for which it
   * looks a year ahead. After 30 seconds, the first line that was not checked is reported as an
   * error.
   */
  public Crontab check(byte[] text) {
    CrontabParse reading = new CrontabParse(options, clock.instant(), true, new KnownLines());
    read(reading, CrontabParts.split(text), LONGEST_CHECK)
        .ifPresent(line -> reading.refuse(line, "check stopped here after 30 s, it took too long"));
    return reading.end();
  }

  /**
   * Mends each line that has a mistake found by {@link #check} with only one possible mend; returns
   * all other lines unchanged, byte for byte.
   */
  public byte[] mend(byte[] text) {
    List<Part> mended =
        CrontabParts.split(text).stream()
            .map(part -> new Part(part.file(), mendFile(part)))
            .toList();
    return joined(mended);
  }

  private static byte[] joined(List<Part> parts) {
    return parts.get(0).file().isEmpty()
        ? parts.get(0).text()
        : CrontabParts.join(parts, Path.of(""));
  }

  private byte[] mendFile(Part part) {
    byte[] mended = part.text();
    for (int round = 0; round < MOST_MENDS; round++) {
      Crontab read = check(joined(List.of(new Part(part.file(), mended))));
      Map<Integer, String> lines = new HashMap<>();
      Stream.concat(read.errors().stream(), read.warnings().stream())
          .forEach(p -> p.mend().ifPresent(line -> lines.putIfAbsent(p.line(), line)));
      if (lines.isEmpty()) {
        break;
      }
      mended = TextLines.replace(mended, lines);
    }
    return mended;
  }

  /** Reads the files; returns the first line that was not read in time, if there is one. */
  private Optional<TextLine> read(CrontabParse reading, List<Part> parts, Duration longest) {
    long start = nanos.getAsLong();
    for (Part part : parts) {
      for (TextLine line : lines(reading, part)) {
        if (nanos.getAsLong() - start > longest.toNanos()) {
          return Optional.of(line);
        }
        reading.take(line);
      }
    }
    return Optional.empty();
  }

  private static List<TextLine> lines(CrontabParse reading, Part part) {
    if (!reading.begin(part.file())) {
      return List.of();
    }
    // Of a single file, any valid line is better than none.
    if (!part.file().isEmpty() && TextLines.isBinary(part.text())) {
      reading.refuse(TextLine.of(1, ""), "this is a binary file, use a text in UTF-8");
      return List.of();
    }
    return TextLines.of(part.text());
  }
}
