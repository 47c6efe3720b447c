// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

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

/** The crontab and the route set that the store is to have: the last ones put here. */
public final class OwedState {
  private static final Logger LOG = LoggerFactory.getLogger("crond.store");

  private final Clock clock;
  private final String host;
  private Optional<Wanted> wanted = Optional.empty();
  private String writing = "";
  // Digests of stored crontabs: the last seen, that which the newest crontab here came after, that
  // which has been warned about.
  private String seen = "";
  private String known = "";
  private String warned = "";
  private boolean written;

  private record Wanted(SavedCrontab crontab, List<Job> jobs) {}

  /**
   * @param host named in what is saved
   */
  public OwedState(Clock clock, String host) {
    this.clock = clock;
    this.host = host;
  }

  /** Puts a crontab that has come in force in the place of what was owed before. */
  public void put(byte[] text, Crontab crontab) {
    SavedCrontab loaded = SavedCrontab.of(text, clock.instant(), host);
    synchronized (this) {
      if (!loaded.digest().equals(digest())) {
        wanted = Optional.of(new Wanted(loaded, crontab.jobs()));
        known = seen;
      }
    }
  }

  /** Owes nothing, until the next {@link #put}. */
  public synchronized void forget() {
    wanted = Optional.empty();
  }

  /** Whether there is anything that the store is to have. */
  public synchronized boolean owes() {
    return wanted.isPresent();
  }

  /** The crontab owed, as JSON, to be written now. */
  public synchronized String crontab() {
    writing = digest();
    return wanted.map(owed -> owed.crontab().json()).orElse("");
  }

  /** Notes that the crontab last asked for is written. */
  public synchronized void written() {
    seen = writing;
    known = writing;
    written = true;
  }

  /** The route set owed: each job as JSON, by job-id. */
  public Map<String, String> routes() {
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

  /** The digest of the crontab owed, SHA-256 in hex; empty before the first. */
  public synchronized String digest() {
    return wanted.map(owed -> owed.crontab().digest()).orElse("");
  }

  /**
   * Whether the crontab owed is to replace the one in the store, {@code json}, which is null if
   * there is none. It does unless they are the same, or the stored one is that of another daemon
   * and was loaded there later: it came after what this daemon knows.
   */
  public synchronized boolean replaces(String json) {
    Optional<SavedCrontab> there = stored(json);
    if (json != null && there.isEmpty()) {
      LOG.warn("stored crontab is damaged, it is replaced");
    }
    if (!owes() || there.isEmpty()) {
      return owes();
    }
    SavedCrontab other = there.get();
    boolean first = seen.isEmpty();
    seen = other.digest();
    if (other.digest().equals(digest())) {
      known = digest();
      written = true;
      return false;
    }
    if (other.digest().equals(known)) {
      return true;
    }
    boolean newer = wanted.get().crontab().saved().isAfter(other.saved());
    warn(
        other,
        !newer
            ? "crontab in the store is newer and from another daemon, it is not replaced"
            : first
                ? "crontab replaces the one in the store, restore 2 brings that back"
                : "crontab replaces that of another daemon in the store");
    return newer;
  }

  /** Whether the crontab in the store, {@code json}, is the one owed; null if there is none. */
  public synchronized boolean isStored(String json) {
    return owes() && stored(json).filter(there -> there.digest().equals(digest())).isPresent();
  }

  /**
   * Whether the store, which holds {@code json} (null for nothing) and so many jobs in its route
   * set, has lost what it was given. Warns, once a change, if another daemon has replaced it; then
   * it is left as it is.
   */
  public synchronized boolean lost(String json, long routes) {
    if (!owes() || !written) {
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
    warn(there.get(), "another daemon has put its crontab in place of ours in the store");
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
        .log(
            sameHost
                ? what
                : what + "; daemons with crontabs of their own need a crond.store.prefix each");
  }

  private static Optional<SavedCrontab> stored(String json) {
    return Optional.ofNullable(json).flatMap(SavedCrontab::parse);
  }
}
