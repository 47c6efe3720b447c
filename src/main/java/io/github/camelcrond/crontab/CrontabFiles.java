// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.config.Sha256;
import io.github.camelcrond.crontab.CrontabParts.Part;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of the crontab. They report a new text once that seems to be complete; {@link
 * CrontabParts} says how several files form one text.
 */
public final class CrontabFiles {
  private static final Logger LOG = LoggerFactory.getLogger("crond.crontab");

  /** The time within which files that are changed together are expected to change. */
  private static final Duration MOMENT = Duration.ofMillis(100);

  private final CrontabPaths paths;
  private final List<SourceFiles> sources;
  private final Duration settle;
  private final Clock clock;
  private final Consumer<Path> newText;

  private Set<Path> skipped = Set.of();
  private boolean undelivered;
  private boolean begun;
  private Instant changedAt = Instant.MIN;
  private Optional<Instant> waitingSince = Optional.empty();
  private String inForce = "";
  private Optional<Restored> restored = Optional.empty();

  /**
   * A text that is used instead of files, for as long as the digest of the files is {@code
   * instead}.
   */
  private record Restored(byte[] text, String instead) {}

  /**
   * The result of checking the files.
   *
   * @param text the bytes of a new text; empty if there is none
   * @param digest SHA-256 of the text in hexadecimal; empty if there is none
   * @param lookAgain after what time to check the files again because one may be incomplete; zero
   *     if all are complete
   */
  public record Content(Optional<byte[]> text, String digest, Duration lookAgain) {
    private static Content none(Duration lookAgain) {
      return new Content(Optional.empty(), "", lookAgain);
    }

    /** Cheap, because Camel looks up a map by the content for each expression on it. */
    @Override
    public int hashCode() {
      return digest.hashCode();
    }

    /** Whether there is a new text. */
    public boolean isNew() {
      return text.isPresent();
    }

    /** Whether the files are to be checked again soon. */
    public boolean isUnsettled() {
      return !lookAgain.isZero();
    }
  }

  /**
   * @param settle how long a text that may be incomplete must stay unchanged
   * @param newText receives the path of each file that has a new text
   */
  public CrontabFiles(CrontabPaths paths, Duration settle, Clock clock, Consumer<Path> newText) {
    this.paths = paths;
    this.sources =
        paths.sources().stream().map(source -> new SourceFiles(source, settle, clock)).toList();
    this.settle = settle;
    this.clock = clock;
    this.newText = newText;
  }

  /** Uses {@code text}, which was recovered from the store, until one of the files changes. */
  @CalledByRoute
  public synchronized void useRecovered(byte[] text) {
    restored = Optional.of(new Restored(text, digestNow()));
  }

  private String digestNow() {
    byte[] now = CrontabParts.read(paths, (file, failure) -> {});
    return Sha256.hex(now);
  }

  /**
   * Checks the files and returns their text if it is new. A problem with a file is logged once, and
   * concerns only this file. Files that change together are loaded together: after a change, the
   * daemon waits a moment for further changes, and for incomplete files for at most the settling
   * time.
   */
  @CalledByRoute
  public synchronized Content read() {
    if (restored.isPresent()) {
      if (restored.get().instead.equals(digestNow())) {
        return fromMemory();
      }
      restored = Optional.empty();
    }
    Duration lookAgain = lookAtAll();
    if (!undelivered) {
      waitingSince = Optional.empty();
      return Content.none(lookAgain);
    }
    lookAgain = sooner(lookAgain, momentLeft());
    if (!lookAgain.isZero() && isWorthWaiting()) {
      return Content.none(lookAgain);
    }
    undelivered = false;
    waitingSince = Optional.empty();
    return deliver(CrontabParts.join(parts(), paths.main()));
  }

  private boolean isWorthWaiting() {
    Instant now = clock.instant();
    Instant since = waitingSince.filter(s -> !s.isAfter(now)).orElse(now);
    waitingSince = Optional.of(since);
    return Duration.between(since, now).compareTo(settle) < 0;
  }

  private Content fromMemory() {
    return deliver(restored.get().text);
  }

  private Content deliver(byte[] text) {
    String digest = Sha256.hex(text);
    if (digest.equals(inForce)) {
      return Content.none(Duration.ZERO);
    }
    inForce = digest;
    return new Content(Optional.of(text), digest, Duration.ZERO);
  }

  private List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    for (SourceFiles source : sources) {
      for (CrontabFile file : source.files()) {
        file.text().ifPresent(text -> parts.add(new Part(file.path().toString(), text)));
      }
    }
    return parts;
  }

  /** Checks all files, and returns after what time to check again; zero if all are complete. */
  private Duration lookAtAll() {
    Duration soonest = Duration.ZERO;
    Set<Path> others = new HashSet<>();
    Set<Path> seen = new HashSet<>();
    for (SourceFiles source : sources) {
      if (!source.list(others::add)) {
        continue;
      }
      begin(source.isFolder());
      for (CrontabFile file : source.files()) {
        if (seen.add(file.path())) {
          soonest = sooner(soonest, look(file));
        }
      }
    }
    skip(others);
    return soonest;
  }

  private Duration look(CrontabFile file) {
    CrontabFile.Look look = file.look();
    if (look.changed()) {
      begin(true);
      undelivered = true;
      changedAt = clock.instant();
      newText.accept(file.path());
    }
    return look.lookAgain();
  }

  /** Without any file there is no crontab; an empty folder is a crontab without jobs. */
  private void begin(boolean found) {
    undelivered |= found && !begun;
    begun |= found;
  }

  private static Duration sooner(Duration a, Duration b) {
    return a.isZero() || !b.isZero() && b.compareTo(a) < 0 ? b : a;
  }

  /** How much longer to wait for changes of other files; zero at the start. */
  private Duration momentLeft() {
    Duration left = MOMENT.minus(Duration.between(changedAt, clock.instant()));
    boolean over = left.isNegative() || left.compareTo(MOMENT) > 0;
    return over || isOne() || inForce.isEmpty() ? Duration.ZERO : left;
  }

  private boolean isOne() {
    return sources.size() == 1 && !sources.get(0).isFolder();
  }

  private void skip(Set<Path> others) {
    Set<Path> before = skipped;
    others.stream()
        .filter(path -> !before.contains(path))
        .forEach(
            path ->
                LOG.atDebug()
                    .addKeyValue("file", path)
                    .log("file skipped: its name is not one of a crontab"));
    skipped = others;
  }

  /**
   * The problems with the files, with paths if there are several files; empty if there are none.
   */
  public synchronized String trouble() {
    List<Map.Entry<Path, String>> found = sources.stream().flatMap(SourceFiles::troubles).toList();
    if (found.isEmpty()) {
      return "";
    }
    String first = found.get(0).getValue();
    String more = found.size() == 1 ? "" : " and " + (found.size() - 1) + " more";
    return isOne() ? first : found.get(0).getKey() + ": " + first + more;
  }

  /**
   * Notes that the last text could not be put in force: the next {@link #read} returns it again.
   */
  @CalledByRoute
  public synchronized void retryAtNextLoad() {
    inForce = "";
    undelivered = true;
  }

  /** SHA-256 of the text in force, in hexadecimal; empty if there is none. */
  public synchronized String digest() {
    return inForce;
  }
}
