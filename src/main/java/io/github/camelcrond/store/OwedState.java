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
  // Digests of what this daemon left in the store, and of what it has warned about.
  private String known = "";
  private String warned = "";

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
    Wanted newest = new Wanted(SavedCrontab.of(text, clock.instant(), host), crontab.jobs());
    synchronized (this) {
      wanted = Optional.of(newest);
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
    known = writing;
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
   * Whether the crontab owed differs from the one in the store, {@code json}, which is null if
   * there is none. Warns if that is not what this daemon left there.
   */
  public synchronized boolean replaces(String json) {
    Optional<SavedCrontab> there = stored(json);
    if (json != null && there.isEmpty()) {
      LOG.warn("stored crontab cannot be read, it is replaced");
    }
    boolean first = known.isEmpty();
    if (there.isPresent() && there.get().digest().equals(digest())) {
      known = digest();
      return false;
    }
    there.ifPresent(
        other ->
            warn(
                other,
                first
                    ? "crontab replaces the one in the store, restore 2 brings that back"
                    : "crontab replaces that of another daemon in the store"));
    return owes();
  }

  /**
   * Whether the store, which holds {@code json} (null for nothing), has lost what it was given.
   * Warns, once a change, if another daemon has replaced it; then it is left as it is.
   */
  public synchronized boolean lost(String json) {
    if (!owes() || known.isEmpty()) {
      return false;
    }
    Optional<SavedCrontab> there = stored(json);
    there
        .filter(other -> !other.digest().equals(digest()))
        .ifPresent(
            other ->
                warn(other, "another daemon has put its crontab in place of ours in the store"));
    return there.isEmpty();
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
