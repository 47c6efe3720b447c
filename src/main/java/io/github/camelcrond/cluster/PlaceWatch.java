// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.cluster.PlaceScripts.Occupant;
import io.github.camelcrond.cluster.Visitor.State;
import io.github.camelcrond.config.Durations;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one task that looks after the places of all runs of this daemon: it frees those that runs
 * have left, renews leases, ends runs that have lost theirs, and asks again for runs that wait, in
 * the order of their instants. Without runs that need places it sleeps.
 */
final class PlaceWatch {
  private static final Logger LOG = LoggerFactory.getLogger("crond.cluster");

  // How often Redis is asked while runs wait or may be replaced: less and less often, as the daemon
  // that frees a place notifies the others.
  private static final Duration SOONEST = Duration.ofMillis(25);
  private static final Duration LATEST = Duration.ofMillis(400);
  private static final int BATCH = 100;

  /** How the reason begins of a run that was ended because another run had its place. */
  static final String LOST = "lost its place";

  // A lease is renewed three times in its life.
  private static final int RENEWALS = 3;

  private final PlaceScripts scripts;
  private final Duration lease;
  private final Duration grace;
  private final LongSupplier nanos;
  private final ScheduledExecutorService thread;
  private final Consumer<Throwable> failures;
  private final Object releasing = new Object();
  private Places places;
  private ScheduledFuture<?> next;
  private long nextAt;
  private Duration pause = SOONEST;
  private volatile boolean failing;

  /**
   * @param lease how long a place is kept without renewal
   * @param grace how long Redis may not answer before a run is let go without a place
   * @param nanos a clock that only goes forward
   * @param thread of this task, which may wait for Redis
   * @param failures is notified when Redis does not answer
   */
  PlaceWatch(
      PlaceScripts scripts,
      Duration lease,
      Duration grace,
      LongSupplier nanos,
      ScheduledExecutorService thread,
      Consumer<Throwable> failures) {
    this.scripts = scripts;
    this.lease = lease;
    this.grace = grace;
    this.nanos = nanos;
    this.thread = thread;
    this.failures = failures;
  }

  /** Looks after the runs in {@code places} from now on. */
  void watch(Places places) {
    this.places = places;
  }

  long now() {
    return nanos.getAsLong();
  }

  /** Whether Redis did not answer, and only this task asks it again. */
  boolean isFailing() {
    return failing;
  }

  void noteFailure(RuntimeException failure) {
    failing = true;
    failures.accept(failure);
  }

  /** Looks after {@code visitor}, which has just asked for its places. */
  synchronized void noteArrival(Visitor visitor) {
    pause = SOONEST;
    // A run that it replaces may be one of this daemon; one that was refused may have taken a
    // place.
    boolean now = !visitor.is(State.INSIDE) && (visitor.isReplaceable() || !visitor.isHeld());
    lookWithin(now ? Duration.ZERO : untilLook(visitor));
  }

  /** Frees what runs have left, and asks for those that wait. */
  synchronized void lookNow() {
    lookWithin(Duration.ZERO);
  }

  private synchronized void lookWithin(Duration time) {
    Duration wait = failing && time.compareTo(Claims.REST) < 0 ? Claims.REST : time;
    long at = now() + wait.toNanos();
    if (next != null && nextAt - at <= 0 || thread.isShutdown()) {
      return;
    }
    if (next != null) {
      next.cancel(false);
    }
    nextAt = at;
    next = thread.schedule(this::look, wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void look() {
    synchronized (this) {
      next = null;
    }
    try {
      askRedis();
      giveUp();
      plan();
    } catch (RuntimeException | Error e) {
      LOG.atError().setCause(e).log("cannot look after places, retrying");
      lookWithin(Claims.REST);
    }
  }

  private void askRedis() {
    try {
      boolean moved = release();
      renew();
      moved |= admit();
      failing = false;
      slowDown(moved);
    } catch (RuntimeException e) {
      noteFailure(e);
      long now = now();
      places.find(Visitor::isHeld).forEach(visitor -> visitor.noteFailure(now));
    }
  }

  private void plan() {
    places.find(visitor -> true).forEach(visitor -> lookWithin(untilLook(visitor)));
    if (!places.left(1).isEmpty()) {
      lookNow();
    }
  }

  private synchronized void slowDown(boolean moved) {
    Duration longer = pause.multipliedBy(2);
    pause = moved ? SOONEST : longer.compareTo(LATEST) < 0 ? longer : LATEST;
  }

  private synchronized Duration untilLook(Visitor visitor) {
    boolean watchful = visitor.isHeld() || visitor.is(State.INSIDE) && visitor.isReplaceable();
    return watchful ? pause : untilRenewal(visitor);
  }

  private Duration untilRenewal(Visitor visitor) {
    Duration age = Duration.ofNanos(now() - visitor.renewed());
    Duration rest = lease.dividedBy(RENEWALS).minus(age);
    return rest.isNegative() ? Duration.ZERO : rest;
  }

  private boolean release() {
    synchronized (releasing) {
      return releaseAll();
    }
  }

  private boolean releaseAll() {
    boolean any = false;
    for (List<Occupant> first = places.left(BATCH); !first.isEmpty(); first = places.left(BATCH)) {
      scripts.release(first);
      places.forgetLeft(first.size());
      any = true;
    }
    return any;
  }

  /** The last try, on the thread of the stop. */
  void releaseLast() {
    try {
      release();
    } catch (RuntimeException e) {
      LOG.atWarn()
          .addKeyValue("reason", e.getMessage())
          .addKeyValue("lease", Durations.format(lease))
          .log("cannot free places, they are free when their leases end");
    }
  }

  private void renew() {
    List<Visitor> due =
        places.find(
            v ->
                v.is(State.INSIDE) && v.isReplaceable()
                    || !v.is(State.RETRIES) && untilRenewal(v).isZero());
    for (int from = 0; from < due.size(); from += BATCH) {
      renew(due.subList(from, Math.min(from + BATCH, due.size())));
    }
  }

  private void renew(List<Visitor> due) {
    long now = now();
    List<String> answers =
        scripts.renew(due.stream().flatMap(visitor -> visitor.occupants().stream()).toList());
    int next = 0;
    for (Visitor visitor : due) {
      List<String> own = answers.subList(next, next + visitor.places.size());
      next += own.size();
      visitor.noteRenewal(now);
      own.stream().filter(found -> !found.isEmpty()).findFirst().ifPresent(f -> end(visitor, f));
    }
  }

  private void end(Visitor visitor, String found) {
    int blank = found.indexOf(' ');
    String other = found.substring(blank + 1);
    if (found.startsWith("replaced")) {
      places.end(visitor, "replaced by " + other);
      return;
    }
    String has = other.isEmpty() ? "" : ", " + other + " has it";
    places.end(visitor, LOST + ": its lease of " + Durations.format(lease) + " had ended" + has);
  }

  /**
   * Asks for the runs that wait, but not for one behind another that still waits for the same
   * place; returns whether one of them goes on.
   */
  private boolean admit() {
    Set<String> full = new HashSet<>();
    boolean moved = false;
    for (Visitor visitor : places.find(Visitor::isHeld)) {
      boolean behind = visitor.is(State.WAITS) && full.contains(visitor.obstacle());
      if (behind || places.askAgain(visitor)) {
        full.add(visitor.obstacle());
      } else {
        moved = true;
      }
      visitor.noteAnswer();
    }
    return moved;
  }

  private void giveUp() {
    long now = now();
    places
        .find(visitor -> visitor.isHeld() && visitor.unanswered(now) >= grace.toNanos())
        .forEach(places::giveUp);
  }
}
