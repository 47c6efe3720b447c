// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.cluster.PlaceScripts.Occupant;
import io.github.camelcrond.run.GateRule.WhenFull;
import io.github.camelcrond.run.Run;
import java.util.List;
import java.util.Optional;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/** A run that has its places or waits for them; {@link Places} changes it under its lock. */
final class Visitor {
  final Exchange exchange;
  final AsyncCallback callback;
  final List<Place> places;
  private volatile Run run;
  private volatile State state = State.ASKS;
  private volatile String obstacle = "";
  private long renewed;
  private Optional<Long> unanswered = Optional.empty();

  /** What a run does at the step. */
  enum State {
    /** It asks for the first time, on its own thread. */
    ASKS,
    /** Redis has not answered yet. */
    RETRIES,
    /** It waits in Redis for its turn. */
    WAITS,
    /** It has its places. */
    INSIDE,
    /** It has its places, and was requested to end. */
    ENDS,
    /** Its places are kept for another worker. */
    LEFT
  }

  /**
   * @param run that needs {@code places}, at least one
   * @param now in nanoseconds
   */
  Visitor(Exchange exchange, AsyncCallback callback, Run run, List<Place> places, long now) {
    this.exchange = exchange;
    this.callback = callback;
    this.run = run;
    this.places = places;
    this.renewed = now;
  }

  Run run() {
    return run;
  }

  void become(State next) {
    state = next;
  }

  /**
   * It waits.
   *
   * @param place for which it waits, counted from 1
   */
  void waitFor(int place) {
    obstacle = places.get(place - 1).name();
    state = State.WAITS;
  }

  boolean is(State other) {
    return state == other;
  }

  /** Whether it is held at the step. */
  boolean isHeld() {
    return state == State.RETRIES || state == State.WAITS;
  }

  /** Replaces the run, in the exchange, too. */
  void change(Run other) {
    run = other;
    exchange.setVariable("run", other);
  }

  void noteRenewal(long now) {
    renewed = now;
  }

  /** When its leases were renewed last, in nanoseconds. */
  long renewed() {
    return renewed;
  }

  /** Notes that Redis answered. */
  void noteAnswer() {
    unanswered = Optional.empty();
  }

  /** Notes that Redis did not answer. */
  void noteFailure(long now) {
    unanswered = unanswered.or(() -> Optional.of(now));
  }

  /** For how many nanoseconds Redis has not answered. */
  long unanswered(long now) {
    return unanswered.map(since -> now - since).orElse(0L);
  }

  List<Occupant> occupants() {
    return places.stream().map(place -> new Occupant(run.id(), run.fence(), place)).toList();
  }

  /** The name of the place that it waits for; empty if that is not known. */
  String obstacle() {
    return obstacle;
  }

  /** Whether another daemon may want to replace it. */
  boolean isReplaceable() {
    return places.stream().anyMatch(place -> place.whenFull() == WhenFull.REPLACE);
  }
}
