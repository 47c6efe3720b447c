// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.cluster.PlaceScripts.Answer;
import io.github.camelcrond.cluster.PlaceScripts.Occupant;
import io.github.camelcrond.cluster.PlaceScripts.Verdict;
import io.github.camelcrond.cluster.Visitor.State;
import io.github.camelcrond.run.ExchangeEnd;
import io.github.camelcrond.run.Run;
import io.github.camelcrond.run.RunProgress;
import io.github.camelcrond.run.RunSkipped;
import io.github.camelcrond.run.Runs;
import io.github.camelcrond.run.WaitStep;
import io.github.camelcrond.trigger.AlarmLead;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * The step at which {@code CRON_OVERLAP} and {@code CRON_GROUP} hold over all daemons of a store. A
 * run passes when it has its places in Redis, and frees them at the end of its exchange. {@link
 * PlaceWatch} does the rest: it renews leases and asks again for runs that wait.
 *
 * <p>The exchange carries its run in the variable {@code run}.
 */
public final class Places extends AsyncProcessorSupport implements WaitStep {
  private final PlaceScripts scripts;
  private final Runs runs;
  private final Clock clock;
  private final Executor executor;
  private final Predicate<Run> skippedWithoutRedis;
  private final PlaceWatch watch;
  private final Map<String, Visitor> visitors = new HashMap<>();
  private final List<Occupant> left = new ArrayList<>();
  private Optional<String> closed = Optional.empty();

  /**
   * @param runs tells which runs are to end early, and ends those that have lost a place
   * @param executor continues runs that had to wait
   * @param skippedWithoutRedis which runs are skipped for which Redis could not be asked
   */
  Places(
      PlaceScripts scripts,
      Runs runs,
      Clock clock,
      Executor executor,
      Predicate<Run> skippedWithoutRedis,
      PlaceWatch watch) {
    this.scripts = scripts;
    this.runs = runs;
    this.clock = clock;
    this.executor = executor;
    this.skippedWithoutRedis = skippedWithoutRedis;
    this.watch = watch;
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    Run run = exchange.getVariable("run", Run.class);
    List<Place> places = Place.of(run);
    if (!places.isEmpty()) {
      Visitor visitor = new Visitor(exchange, callback, run, places, watch.now());
      boolean held = isHeld(visitor, watch.isFailing() ? Optional.empty() : tryToTake(visitor));
      watch.noteArrival(visitor);
      if (held) {
        return false;
      }
    }
    callback.done(true);
    return true;
  }

  private Optional<Answer> tryToTake(Visitor visitor) {
    try {
      return Optional.of(take(visitor));
    } catch (RuntimeException e) {
      watch.noteFailure(e);
      return Optional.empty();
    }
  }

  private Answer take(Visitor visitor) {
    Run run = visitor.run();
    // The alarm went off ahead: the last run may still end before the scheduled instant.
    boolean early = clock.instant().isBefore(run.scheduled());
    Answer answer = scripts.take(run, visitor.places, early);
    if (!early || answer.verdict() != Verdict.FULL) {
      return answer;
    }
    AlarmLead.await(clock, run.scheduled());
    return scripts.take(run, visitor.places, false);
  }

  /** Asks again for the places of {@code visitor}; returns whether it still waits. */
  boolean askAgain(Visitor visitor) {
    if (isHeld(visitor, Optional.of(take(visitor)))) {
      return true;
    }
    resume(visitor);
    return false;
  }

  /** Whether the run has to wait after this answer; otherwise it passes or is skipped. */
  private synchronized boolean isHeld(Visitor visitor, Optional<Answer> answer) {
    if (!visitor.is(State.ASKS) && !isHere(visitor)) {
      // It was dismissed meanwhile; what it got is freed.
      left.addAll(visitor.occupants());
      return true;
    }
    // Under the lock: an interrupt after this check calls dismiss.
    Optional<String> refusal =
        closed
            .or(() -> runs.find(visitor.run().id()).flatMap(RunProgress::interruption))
            .or(() -> answer.flatMap(Places::refusal));
    if (refusal.isPresent()) {
      refuse(visitor, refusal.get());
      return false;
    }
    if (answer.filter(a -> a.verdict() == Verdict.TAKEN).isPresent()) {
      enter(visitor, Long.parseLong(answer.get().detail()));
      return false;
    }
    if (visitor.is(State.ASKS)) {
      runs.noteWaiting(visitor.run());
    }
    answer.ifPresentOrElse(a -> visitor.waitFor(a.place()), () -> visitor.become(State.RETRIES));
    visitors.put(visitor.run().id(), visitor);
    return true;
  }

  private static Optional<String> refusal(Answer answer) {
    return switch (answer.verdict()) {
      case TAKEN, WAITS -> Optional.empty();
      case FULL -> Optional.of("the previous run is still in progress: " + answer.detail());
      case QUEUED ->
          Optional.of(
              "the previous run is still in progress and another one is waiting: "
                  + answer.detail());
      case REPLACED -> Optional.of("replaced by " + answer.detail());
    };
  }

  private void refuse(Visitor visitor, String reason) {
    visitor.exchange.setException(new RunSkipped(reason));
    remove(visitor);
  }

  private void enter(Visitor visitor, long fence) {
    visitor.change(visitor.run().fenced(fence));
    visitor.become(State.INSIDE);
    visitors.put(visitor.run().id(), visitor);
    ExchangeEnd.then(visitor.exchange, done -> leave(visitor));
  }

  private void leave(Visitor visitor) {
    remove(visitor);
    watch.lookNow();
  }

  private synchronized void remove(Visitor visitor) {
    visitors.remove(visitor.run().id(), visitor);
    if (!visitor.is(State.LEFT)) {
      left.addAll(visitor.occupants());
    }
  }

  /**
   * Keeps the places of {@code run} for the worker that gets its request next, as long as their
   * leases last.
   */
  @CalledByRoute
  public synchronized void leaveToNext(@Variable("run") Run run) {
    Visitor visitor = visitors.get(run.id());
    if (visitor != null && !visitor.isHeld()) {
      visitors.remove(run.id());
      visitor.become(State.LEFT);
    }
  }

  private void resume(Visitor visitor) {
    executor.execute(() -> visitor.callback.done(false));
  }

  private boolean isHere(Visitor visitor) {
    return visitors.get(visitor.run().id()) == visitor;
  }

  /** Ends the run of {@code visitor}, which has lost a place or is replaced. */
  void end(Visitor visitor, String why) {
    synchronized (this) {
      if (!isHere(visitor) || visitor.is(State.ENDS)) {
        return;
      }
      if (visitor.is(State.INSIDE)) {
        visitor.become(State.ENDS);
      }
    }
    // Not under the lock, as this calls dismiss of all steps.
    runs.interrupt(visitor.run(), why);
  }

  /** Lets a run go for which Redis could not be asked in time. */
  void giveUp(Visitor visitor) {
    synchronized (this) {
      if (!isHere(visitor)) {
        return;
      }
      if (skippedWithoutRedis.test(visitor.run())) {
        refuse(visitor, "no place: Redis did not respond");
      } else {
        visitor.change(visitor.run().noting("run without a place, Redis did not respond"));
        remove(visitor);
      }
    }
    resume(visitor);
  }

  @Override
  public void dismiss(Run run, String why) {
    synchronized (this) {
      Visitor visitor = visitors.get(run.id());
      if (visitor == null || !visitor.isHeld()) {
        return;
      }
      refuse(visitor, why);
      resume(visitor);
    }
    watch.lookNow();
  }

  @Override
  public void close(String reason) {
    synchronized (this) {
      closed = Optional.of(reason);
    }
    find(Visitor::isHeld).forEach(visitor -> dismiss(visitor.run(), reason));
  }

  /** Asks for the runs that wait, as a place was freed somewhere. */
  void noteFreed() {
    if (waiting() > 0) {
      watch.lookNow();
    }
  }

  /** Frees the places of runs that have ended, before the connections to Redis are closed. */
  public void freeLeft() {
    watch.releaseLast();
  }

  @Override
  public int waiting() {
    return find(Visitor::isHeld).size();
  }

  /** The visitors of a kind, in the order of their runs. */
  synchronized List<Visitor> find(Predicate<Visitor> kind) {
    return visitors.values().stream()
        .filter(kind)
        .sorted((a, b) -> a.run().compareTo(b.run()))
        .toList();
  }

  /** The first of the places that runs have left, at most {@code most}. */
  synchronized List<Occupant> left(int most) {
    return List.copyOf(left.subList(0, Math.min(most, left.size())));
  }

  /** Forgets the first {@code count} of the places that runs have left. */
  synchronized void forgetLeft(int count) {
    left.subList(0, count).clear();
  }
}
