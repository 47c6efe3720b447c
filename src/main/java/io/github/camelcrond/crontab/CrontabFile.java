// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file of the crontab. It reports a new text once that seems to be complete.
 *
 * <p>The text of a new file (another inode) is used at once. That of a file that was rewritten in
 * place is used when it has not changed for a moment. A text without any job, or whose last line
 * lacks a newline, must stay unchanged for longer, as it may still be being written.
 *
 * <p>A text stays in force while its file cannot be read, and while a file that the settings name
 * is missing. If a file disappears from a folder, its text is dropped.
 */
final class CrontabFile {
  private static final Logger LOG = LoggerFactory.getLogger("crond.crontab");
  private static final Duration MOMENT = Duration.ofMillis(100);

  /** The resolution of time stamps: a file system may round them by this much. */
  private static final Duration STAMP = Duration.ofSeconds(2);

  private final Path path;
  private final boolean named;
  private final Duration settle;
  private final Clock clock;
  private Optional<Seen> inForce = Optional.empty();
  private Optional<Seen> candidate = Optional.empty();
  private Optional<Instant> goneSince = Optional.empty();
  private Stat unchanged = Stat.NONE;
  private String trouble = "";

  private record Seen(Object inode, byte[] text, Instant since) {
    boolean says(byte[] other) {
      return Arrays.equals(text, other);
    }
  }

  /** The attributes that show, without reading the file, whether it is the same and unchanged. */
  private record Stat(Object inode, long size, FileTime changed) {
    static final Stat NONE = new Stat("", -1, FileTime.fromMillis(0));

    static Stat of(Path path) throws IOException {
      Map<String, Object> found =
          Files.readAttributes(path, "unix:ino,dev,size,ctime,isDirectory,isRegularFile");
      if (!(boolean) found.get("isRegularFile")) {
        boolean folder = (boolean) found.get("isDirectory");
        throw new NotAFile(folder ? "crontab is a directory" : "crontab is not a regular file");
      }
      return new Stat(
          found.get("dev") + ":" + found.get("ino"),
          (long) found.get("size"),
          (FileTime) found.get("ctime"));
    }

    /** Same as equals, whose generated implementation takes 5 ms when it is first called. */
    boolean same(Stat other) {
      return inode.equals(other.inode) && size == other.size && changed.equals(other.changed);
    }

    boolean isOlderThan(Instant instant) {
      return changed.toInstant().isBefore(instant);
    }
  }

  private static final class NotAFile extends IOException {
    private NotAFile(String message) {
      super(message);
    }
  }

  /**
   * The result of checking the file.
   *
   * @param changed whether the file has a new text, or none any more
   * @param lookAgain after what time to check the file again because it may be incomplete; zero if
   *     it is complete
   */
  record Look(boolean changed, Duration lookAgain) {
    private static final Look NOTHING = new Look(false, Duration.ZERO);
    private static final Look CHANGED = new Look(true, Duration.ZERO);

    private static Look again(Duration after) {
      return new Look(false, after);
    }
  }

  /**
   * @param named whether the settings name the file; otherwise they name its folder
   * @param settle how long a text that may be incomplete must stay unchanged
   */
  CrontabFile(Path path, boolean named, Duration settle, Clock clock) {
    this.path = path;
    this.named = named;
    this.settle = settle;
    this.clock = clock;
  }

  /** The path of the file. */
  Path path() {
    return path;
  }

  /** The text in force; empty if there is none. */
  Optional<byte[]> text() {
    return inForce.map(Seen::text);
  }

  /** Why the file could not be read; empty if it could. */
  String trouble() {
    return trouble;
  }

  /** Checks the file. A problem is logged once. */
  Look look() {
    byte[] read;
    Stat stat;
    try {
      stat = Stat.of(path);
      if (stat.same(unchanged)) {
        return Look.NOTHING;
      }
      read = Files.readAllBytes(path);
      if (!stat.same(Stat.of(path))) {
        return Look.again(MOMENT);
      }
    } catch (IOException e) {
      candidate = Optional.empty();
      unchanged = Stat.NONE;
      return failed(e);
    }
    goneSince = Optional.empty();
    report("");
    Seen now = new Seen(stat.inode(), read, clock.instant());
    if (inForce.isPresent() && inForce.get().says(read)) {
      inForce = Optional.of(now);
      candidate = Optional.empty();
      // A second change within the resolution of time stamps would leave the same time stamp.
      unchanged = stat.isOlderThan(now.since.minus(STAMP)) ? stat : Stat.NONE;
      return Look.NOTHING;
    }
    unchanged = Stat.NONE;
    return judge(now);
  }

  private Look judge(Seen now) {
    // A time in the future is from before the clock was set back, and says nothing.
    Seen seen =
        candidate
            .filter(c -> c.says(now.text) && c.inode.equals(now.inode))
            .filter(c -> !c.since.isAfter(now.since))
            .orElse(now);
    boolean sameFile = inForce.isPresent() && inForce.get().inode.equals(now.inode);
    Duration needed = doubtful(now.text) ? settle : sameFile ? MOMENT : Duration.ZERO;
    Duration left = needed.minus(Duration.between(seen.since, now.since));
    if (left.compareTo(Duration.ZERO) > 0) {
      candidate = Optional.of(seen);
      return Look.again(left);
    }
    candidate = Optional.empty();
    inForce = Optional.of(now);
    return Look.CHANGED;
  }

  /** Whether the text may be incomplete, because it is being written. */
  private boolean doubtful(byte[] read) {
    boolean unended = read.length == 0 || read[read.length - 1] != '\n';
    // A new file in a folder that contains no line removes no jobs, so it need not settle.
    return unended || (named || inForce.isPresent()) && hasNoLine(read);
  }

  private static boolean hasNoLine(byte[] text) {
    return new String(text, StandardCharsets.ISO_8859_1)
        .lines()
        .map(String::strip)
        .allMatch(line -> line.isEmpty() || line.startsWith("#"));
  }

  private Look failed(IOException e) {
    boolean missing = e instanceof NoSuchFileException;
    if (missing && !named) {
      report(Files.isSymbolicLink(path) ? "crontab is a link to a file that does not exist" : "");
      return gone();
    }
    report(missing ? "no crontab" : trouble(e));
    return Look.NOTHING;
  }

  /**
   * Waits a moment before the text is dropped, as some editors delete a file before they write it
   * again.
   */
  private Look gone() {
    if (inForce.isEmpty()) {
      return Look.NOTHING;
    }
    Instant now = clock.instant();
    Instant since = goneSince.filter(s -> !s.isAfter(now)).orElse(now);
    Duration left = MOMENT.minus(Duration.between(since, now));
    if (left.compareTo(Duration.ZERO) > 0) {
      goneSince = Optional.of(since);
      return Look.again(left);
    }
    goneSince = Optional.empty();
    inForce = Optional.empty();
    return Look.CHANGED;
  }

  private static String trouble(IOException e) {
    if (e instanceof NotAFile) {
      return e.getMessage();
    }
    if (e instanceof AccessDeniedException) {
      return "crontab is not readable";
    }
    Optional<String> reason =
        Optional.of(e)
            .filter(FileSystemException.class::isInstance)
            .map(failure -> ((FileSystemException) failure).getReason());
    return "crontab cannot be read" + reason.map(why -> " (" + why + ")").orElse("");
  }

  private void report(String found) {
    if (!found.equals(trouble)) {
      trouble = found;
      if (!found.isEmpty()) {
        String effect = inForce.isPresent() ? "keeping the jobs in force" : "retrying";
        LOG.atWarn().addKeyValue("file", path).log(found + ", " + effect);
      }
    }
  }
}
