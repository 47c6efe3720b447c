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
 * The crontab's files: tells when they have a new text together that is complete. The text of
 * several files is one of {@link CrontabParts}.
 */
public final class CrontabFiles {
  private static final Logger LOG = LoggerFactory.getLogger("crond.crontab");

  /** How long after a change other files may change with it. */
  private static final Duration MOMENT = Duration.ofMillis(100);

  private final CrontabPaths paths;
  private final List<CrontabSource> sources;
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

  /** A text that stands in for files that have the digest {@code instead} together. */
  private record Restored(byte[] text, String instead) {}

  /**
   * What a look at the files came to.
   *
   * @param text the bytes of a new text; empty if there is none
   * @param digest SHA-256 of the text in hex; empty if there is none
   * @param lookAgain when the files are to be looked at again because one may be incomplete; zero
   *     if not
   */
  public record Content(Optional<byte[]> text, String digest, Duration lookAgain) {
    private static Content none(Duration lookAgain) {
      return new Content(Optional.empty(), "", lookAgain);
    }

    /** A cheap one: for each expression on it Camel looks a reading up in a map. */
    @Override
    public int hashCode() {
      return digest.hashCode();
    }

    /** Whether there is a new text. */
    public boolean isNew() {
      return text.isPresent();
    }

    /** Whether the files are to be looked at again soon. */
    public boolean isUnsettled() {
      return !lookAgain.isZero();
    }
  }

  /**
   * @param settle how long a doubtful text must stay as it is
   */
  public CrontabFiles(CrontabPaths paths, Duration settle, Clock clock) {
    this(paths, settle, clock, file -> {});
  }

  /**
   * @param newText receives each file that has a new text
   */
  public CrontabFiles(CrontabPaths paths, Duration settle, Clock clock, Consumer<Path> newText) {
    this.paths = paths;
    this.sources =
        paths.sources().stream().map(source -> new CrontabSource(source, settle, clock)).toList();
    this.settle = settle;
    this.clock = clock;
    this.newText = newText;
  }

  /** Uses {@code text}, which was recovered, in place of the files' until one of them changes. */
  @CalledByRoute
  public synchronized void useRecovered(byte[] text) {
    restored = Optional.of(new Restored(text, digestNow()));
  }

  private String digestNow() {
    byte[] now = CrontabParts.read(paths, (file, failure) -> {});
    return Sha256.hex(now);
  }

  /**
   * Looks at the files. What is wrong with one is said once in the log and concerns that one only.
   * Files that change together are taken together: a change waits a moment for others, and for a
   * file that is not complete, but not longer than that may take.
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
    for (CrontabSource source : sources) {
      for (CrontabFile file : source.files()) {
        file.text().ifPresent(text -> parts.add(new Part(file.path().toString(), text)));
      }
    }
    return parts;
  }

  /** Returns when to look again; zero if all files are complete. */
  private Duration lookAtAll() {
    Duration soonest = Duration.ZERO;
    Set<Path> others = new HashSet<>();
    Set<Path> seen = new HashSet<>();
    for (CrontabSource source : sources) {
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

  /** Without any file there is no crontab; an empty folder is one without jobs. */
  private void begin(boolean found) {
    undelivered |= found && !begun;
    begun |= found;
  }

  private static Duration sooner(Duration a, Duration b) {
    return a.isZero() || !b.isZero() && b.compareTo(a) < 0 ? b : a;
  }

  /** How long other files may still change with those that did; zero at the start. */
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

  /** What is wrong with the files, each with its path if there are several; empty if nothing is. */
  public synchronized String trouble() {
    List<Map.Entry<Path, String>> found =
        sources.stream().flatMap(CrontabSource::troubles).toList();
    if (found.isEmpty()) {
      return "";
    }
    String first = found.get(0).getValue();
    String more = found.size() == 1 ? "" : " and " + (found.size() - 1) + " more";
    return isOne() ? first : found.get(0).getKey() + ": " + first + more;
  }

  /** Notes that the text given last could not be put in force: it is new again at the next look. */
  @CalledByRoute
  public synchronized void retryAtNextLook() {
    inForce = "";
    undelivered = true;
  }

  /** Digest of the text in force; empty if there is none. */
  public synchronized String digest() {
    return inForce;
  }
}
