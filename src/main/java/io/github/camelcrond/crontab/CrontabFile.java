// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.config.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The crontab's file: tells when it has a new text that is complete.
 *
 * <p>A new file (another inode) is taken at once, one that was rewritten in place when it has not
 * changed for a moment; one whose last line has no newline, or that has no line to run, only after
 * a longer while, as somebody may still be writing.
 */
public final class CrontabFile {
  private static final Logger LOG = LoggerFactory.getLogger("crond.crontab");
  private static final Duration MOMENT = Duration.ofMillis(100);
  private static final String MISSING = "no crontab";

  /** File systems stamp changes more coarsely than they happen, by up to this. */
  private static final Duration STAMP = Duration.ofSeconds(2);

  private final Path path;
  private final Duration settle;
  private final Clock clock;
  private Optional<Seen> inForce = Optional.empty();
  private Optional<Seen> candidate = Optional.empty();
  private Stat unchanged = Stat.NONE;
  private Optional<Restored> restored = Optional.empty();
  private String trouble = "";

  /**
   * A text that stands in for a file with the digest {@code instead}, empty if it cannot be read.
   */
  private record Restored(byte[] text, String instead) {}

  private record Seen(Object inode, String digest, Instant since) {}

  /** What tells, without reading it, that a file is the same and has not changed. */
  private record Stat(Object inode, long size, FileTime changed) {
    static final Stat NONE = new Stat("", -1, FileTime.fromMillis(0));

    static Stat of(Path path) throws IOException {
      Map<String, Object> found = Files.readAttributes(path, "unix:ino,dev,size,ctime,isDirectory");
      if ((boolean) found.get("isDirectory")) {
        throw new IOException("it is a directory");
      }
      return new Stat(
          found.get("dev") + ":" + found.get("ino"),
          (long) found.get("size"),
          (FileTime) found.get("ctime"));
    }

    /** As equals would; that is put together when it is first called, 5 ms of a start. */
    boolean same(Stat other) {
      return inode.equals(other.inode) && size == other.size && changed.equals(other.changed);
    }

    boolean isOlderThan(Instant instant) {
      return changed.toInstant().isBefore(instant);
    }
  }

  /**
   * What a look at the file came to.
   *
   * @param text the bytes of a new text; empty if there is none
   * @param digest SHA-256 of the text in hex; empty if there is none
   * @param lookAgain when the file is to be looked at again because it may be incomplete; zero if
   *     not
   */
  public record Content(Optional<byte[]> text, String digest, Duration lookAgain) {
    private static final Content NOTHING = new Content(Optional.empty(), "", Duration.ZERO);

    /** A cheap one: for each expression on it Camel looks a reading up in a map. */
    @Override
    public int hashCode() {
      return digest.hashCode();
    }

    /** Whether there is a new text. */
    public boolean isNew() {
      return text.isPresent();
    }

    /** Whether the file is to be looked at again soon. */
    public boolean isUnsettled() {
      return !lookAgain.isZero();
    }
  }

  /**
   * @param settle how long a doubtful text must stay as it is
   */
  public CrontabFile(Path path, Duration settle, Clock clock) {
    this.path = path;
    this.settle = settle;
    this.clock = clock;
  }

  /** The file's path. */
  public Path path() {
    return path;
  }

  /** Uses {@code text}, which was recovered, in place of the file's until the file changes. */
  @CalledByRoute
  public synchronized void useRecovered(byte[] text) {
    String instead;
    try {
      instead = Sha256.hex(Files.readAllBytes(path));
    } catch (IOException e) {
      instead = "";
    }
    restored = Optional.of(new Restored(text, instead));
    unchanged = Stat.NONE;
  }

  /** Looks at the file. A missing or unreadable one is said once in the log and changes nothing. */
  @CalledByRoute
  public synchronized Content read() {
    byte[] text;
    Stat stat;
    try {
      stat = Stat.of(path);
      if (stat.same(unchanged)) {
        return Content.NOTHING;
      }
      text = Files.readAllBytes(path);
      if (!stat.same(Stat.of(path))) {
        return new Content(Optional.empty(), "", MOMENT);
      }
    } catch (IOException e) {
      candidate = Optional.empty();
      unchanged = Stat.NONE;
      if (standsIn("")) {
        return fromMemory();
      }
      say(trouble(e));
      return Content.NOTHING;
    }
    say("");
    String digest = Sha256.hex(text);
    if (standsIn(digest)) {
      return fromMemory();
    }
    restored = Optional.empty();
    Instant now = clock.instant();
    if (inForce.isPresent() && inForce.get().digest.equals(digest)) {
      inForce = Optional.of(new Seen(stat.inode(), digest, inForce.get().since));
      candidate = Optional.empty();
      // A change so soon after the last one may have left the same time stamp.
      unchanged = stat.isOlderThan(now.minus(STAMP)) ? stat : Stat.NONE;
      return Content.NOTHING;
    }
    unchanged = Stat.NONE;
    return judge(text, new Seen(stat.inode(), digest, now));
  }

  private boolean standsIn(String digest) {
    return restored.isPresent() && restored.get().instead.equals(digest);
  }

  private Content fromMemory() {
    byte[] text = restored.get().text;
    String digest = Sha256.hex(text);
    if (digest().equals(digest)) {
      return Content.NOTHING;
    }
    inForce = Optional.of(new Seen(restored, digest, clock.instant()));
    return new Content(Optional.of(text), digest, Duration.ZERO);
  }

  private Content judge(byte[] text, Seen now) {
    // One seen in the future was seen before the clock was set back, nobody knows how long ago.
    Seen seen =
        candidate
            .filter(c -> c.digest.equals(now.digest) && c.inode.equals(now.inode))
            .filter(c -> !c.since.isAfter(now.since))
            .orElse(now);
    boolean sameFile = inForce.isPresent() && inForce.get().inode.equals(now.inode);
    Duration needed = doubtful(text) ? settle : sameFile ? MOMENT : Duration.ZERO;
    Duration stayed = Duration.between(seen.since, now.since);
    if (stayed.compareTo(needed) < 0) {
      candidate = Optional.of(seen);
      return new Content(Optional.empty(), "", needed.minus(stayed));
    }
    candidate = Optional.empty();
    inForce = Optional.of(now);
    return new Content(Optional.of(text), now.digest, Duration.ZERO);
  }

  /** Whether the text may be one that is just being written. */
  private static boolean doubtful(byte[] text) {
    return text.length == 0 || text[text.length - 1] != '\n' || hasNoLine(text);
  }

  private static boolean hasNoLine(byte[] text) {
    return new String(text, StandardCharsets.ISO_8859_1)
        .lines()
        .map(String::strip)
        .allMatch(line -> line.isEmpty() || line.startsWith("#"));
  }

  private String trouble(IOException e) {
    if (e instanceof NoSuchFileException) {
      return MISSING;
    }
    if (Files.isDirectory(path)) {
      return "crontab is a directory";
    }
    return e instanceof AccessDeniedException
        ? "crontab is not readable"
        : "crontab cannot be read";
  }

  private void say(String found) {
    if (!found.equals(trouble)) {
      trouble = found;
      if (!found.isEmpty()) {
        String effect = inForce.isPresent() ? "keeping the jobs in force" : "retrying";
        LOG.atWarn().addKeyValue("file", path).log(found + ", " + effect);
      }
    }
  }

  /** What is wrong with the file; empty if it was read. */
  public synchronized String trouble() {
    return trouble;
  }

  /** Notes that the text given last could not be put in force: it is new again at the next look. */
  @CalledByRoute
  public synchronized void retryAtNextLook() {
    inForce = Optional.empty();
    unchanged = Stat.NONE;
  }

  /** Digest of the text in force; empty if there is none. */
  public synchronized String digest() {
    return inForce.map(Seen::digest).orElse("");
  }
}
