// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.crontab.Crontab;
import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.crontab.JobJson;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The crontab in force and its route set, while they are not yet written to the store. */
public final class PendingCrontab {
  private static final Logger LOG = LoggerFactory.getLogger("crond.store");

  private final Clock clock;
  private final String host;
  private Optional<Wanted> wanted = Optional.empty();
  private String writing = "";
  // Digests of stored crontabs: the last one read, the one that the pending crontab replaces, the
  // last one that was warned about.
  private String seen = "";
  private String known = "";
  private String warned = "";
  private boolean written;

  private record Wanted(SavedCrontab crontab, List<Job> jobs) {}

  /**
   * @param host the host name that is saved with the crontab
   */
  public PendingCrontab(Clock clock, String host) {
    this.clock = clock;
    this.host = host;
  }

  /** Makes {@code crontab}, which has come into force, the pending one. */
  @CalledByRoute
  public void setPending(byte[] text, Crontab crontab) {
    SavedCrontab loaded = SavedCrontab.of(text, clock.instant(), host);
    synchronized (this) {
      if (!loaded.digest().equals(digest())) {
        wanted = Optional.of(new Wanted(loaded, crontab.jobs()));
        known = seen;
      }
    }
  }

  /** Forgets the pending crontab. */
  public synchronized void forget() {
    wanted = Optional.empty();
  }

  /** Whether there is a crontab for the store. */
  @CalledByRoute
  public synchronized boolean isPending() {
    return wanted.isPresent();
  }

  /**
   * The pending crontab as JSON, to be written now.
   *
   * @param json the stored crontab, null if there is none; written again if it is the pending one
   */
  @CalledByRoute
  public synchronized String crontabToWrite(String json) {
    writing = digest();
    boolean same = stored(json).filter(there -> there.digest().equals(writing)).isPresent();
    return same ? json : wanted.map(pending -> pending.crontab().json()).orElse("");
  }

  /** Notes that the store has the result of the last {@link #crontabToWrite}. */
  @CalledByRoute
  public synchronized void noteStored() {
    seen = writing;
    known = writing;
    written = true;
  }

  /** The pending route set: each job as JSON, by job-id. */
  @CalledByRoute
  public Map<String, String> routesToWrite() {
    List<Job> jobs = jobs();
    Instant now = clock.instant();
    Map<String, String> routes = new TreeMap<>();
    for (Job job : jobs) {
      routes.put(job.id(), JobJson.write(job, now));
    }
    return routes;
  }

  private synchronized List<Job> jobs() {
    return wanted.map(Wanted::jobs).orElse(List.of());
  }

  /** The digest of the pending crontab, SHA-256 in hex; empty if there is none. */
  public synchronized String digest() {
    return wanted.map(pending -> pending.crontab().digest()).orElse("");
  }

  /**
   * Whether the pending crontab and its route set are to be written: unless another daemon has
   * stored a crontab that it loaded later.
   *
   * @param json the stored crontab, null if there is none
   */
  @CalledByRoute
  public synchronized boolean mayWrite(String json) {
    Optional<SavedCrontab> there = stored(json);
    if (json != null && there.isEmpty()) {
      LOG.atWarn().log("replacing damaged stored crontab");
    }
    if (!isPending() || there.isEmpty()) {
      return isPending();
    }
    SavedCrontab other = there.get();
    boolean first = seen.isEmpty();
    seen = other.digest();
    if (other.digest().equals(digest())) {
      known = digest();
      written = true;
      return true;
    }
    if (other.digest().equals(known)) {
      return true;
    }
    boolean newer = wanted.get().crontab().saved().isAfter(other.saved());
    warn(
        other,
        !newer
            ? "not replacing the crontab in the store: it is newer and from another daemon"
            : first
                ? "crontab in the store replaced, restore 2 restores the previous one"
                : "crontab of another daemon in the store replaced");
    return newer;
  }

  /**
   * Whether the store has lost the crontab or the route set. One that another daemon has replaced
   * is left alone, with one warning for each change.
   *
   * @param json the stored crontab, null if there is none
   * @param routes number of jobs in the stored route set
   */
  @CalledByRoute
  public synchronized boolean isLost(String json, long routes) {
    if (!isPending() || !written) {
      return false;
    }
    Optional<SavedCrontab> there = stored(json);
    if (there.isEmpty()) {
      return true;
    }
    seen = there.get().digest();
    if (seen.equals(digest())) {
      return routes != jobs().stream().map(Job::id).distinct().count();
    }
    warn(there.get(), "another daemon replaced our crontab in the store");
    return false;
  }

  private void warn(SavedCrontab other, String what) {
    if (wanted.isEmpty() || other.digest().equals(known) || other.digest().equals(warned)) {
      return;
    }
    warned = other.digest();
    SavedCrontab mine = wanted.get().crontab();
    boolean sameHost = other.host().equals(mine.host());
    LOG.atWarn()
        .addKeyValue("host", mine.host())
        .addKeyValue("digest", mine.shortDigest())
        .addKeyValue("other-host", other.host())
        .addKeyValue("other-digest", other.shortDigest())
        .addKeyValue("other-saved", other.saved())
        .log(sameHost ? what : what + "; set a different crond.store.prefix for each crontab");
  }

  private static Optional<SavedCrontab> stored(String json) {
    return Optional.ofNullable(json).flatMap(SavedCrontab::parse);
  }
}
