// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.run.GateRule.WhenFull;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * A step of a route that only a limited number of runs of a kind can pass at a time. Others wait,
 * in the order of {@link Run#compareTo} and without a thread, until a run that has passed leaves:
 * at the end of its exchange, or earlier by {@link #leave}.
 *
 * <p>The exchange carries its run in the variable {@code run}.
 */
public final class Gate extends AsyncProcessorSupport implements WaitStep {
  private final GateRule rule;
  private final Executor executor;
  private final Runs runs;
  private final Map<String, GateQueue> queues = new HashMap<>();
  private Optional<String> closed = Optional.empty();

  /** The runs of one kind. */
  private static final class GateQueue {
    final Map<String, Run> inside = new HashMap<>();
    // Occupants that are not runs of this process, each with the action that ends it when a run
    // replaces it.
    final Map<String, Consumer<Run>> holders = new HashMap<>();
    final TreeMap<Run, WaitingRun> waiting = new TreeMap<>();
    // Number of runs inside by their limit; the lowest of these limits applies.
    final TreeMap<Integer, Integer> limits = new TreeMap<>();

    /** Whether a new run may pass: there is room, and no other run waits for it. */
    boolean takes(int limit) {
      return waiting.isEmpty() && hasRoom(limit);
    }

    boolean hasRoom(int limit) {
      int least = limits.isEmpty() ? limit : Math.min(limit, limits.firstKey());
      return inside.size() + holders.size() < least;
    }

    void enter(Run run, int limit) {
      inside.put(run.id(), run);
      limits.merge(limit, 1, Integer::sum);
    }

    boolean leave(Run run, int limit) {
      boolean was = inside.remove(run.id()) != null;
      if (was) {
        limits.computeIfPresent(limit, (l, count) -> count == 1 ? null : count - 1);
      }
      return was;
    }

    boolean isEmpty() {
      return inside.isEmpty() && waiting.isEmpty() && holders.isEmpty();
    }
  }

  private record WaitingRun(Exchange exchange, AsyncCallback callback) {}

  /**
   * @param rule the kind of a run, and how many runs of a kind may pass
   * @param executor continues runs that had to wait
   * @param runs knows which runs are to end early, and ends those that are replaced
   */
  public Gate(GateRule rule, Executor executor, Runs runs) {
    this.rule = rule;
    this.executor = executor;
    this.runs = runs;
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    Run run = exchange.getVariable("run", Run.class);
    Optional<String> kind = rule.kind(run);
    List<Runnable> replaced = new ArrayList<>();
    Verdict verdict = Verdict.PASSES;
    if (kind.isPresent()) {
      if (rule.whenFull(run) != WhenFull.WAIT && isFull(run, kind.get())) {
        // The alarm went off early; the previous run may still end before the scheduled instant.
        runs.await(run);
      }
      synchronized (this) {
        verdict = decide(run, kind.get(), new WaitingRun(exchange, callback), replaced);
      }
    }
    replaced.forEach(Runnable::run);
    if (verdict == Verdict.WAITS) {
      return false;
    }
    if (verdict == Verdict.PASSES && rule.changesThread()) {
      executor.execute(() -> callback.done(false));
      return false;
    }
    callback.done(true);
    return true;
  }

  private synchronized boolean isFull(Run run, String kind) {
    GateQueue queue = queues.get(kind);
    return queue != null && !queue.inside.containsKey(run.id()) && !queue.takes(rule.limit(run));
  }

  private enum Verdict {
    PASSES,
    WAITS,
    REFUSED
  }

  private Verdict decide(Run run, String kind, WaitingRun newcomer, List<Runnable> replaced) {
    if (closed.isPresent()) {
      return refuse(newcomer, closed.get());
    }
    // Under the lock of the gate: an interrupt after this check calls dismiss.
    Optional<String> interruption = runs.interruption(run);
    if (interruption.isPresent()) {
      return refuse(newcomer, interruption.get());
    }
    GateQueue queue = queues.computeIfAbsent(kind, k -> new GateQueue());
    if (queue.inside.containsKey(run.id())) {
      // It has not left the gate since its last attempt, and would wait for itself.
      return Verdict.PASSES;
    }
    if (queue.takes(rule.limit(run))) {
      enter(queue, run, newcomer.exchange);
      return Verdict.PASSES;
    }
    WhenFull full = rule.whenFull(run);
    if (full == WhenFull.SKIP) {
      return refuse(newcomer, "the previous run is still in progress");
    }
    if (full == WhenFull.WAIT_ALONE && !queue.waiting.isEmpty()) {
      return refuse(newcomer, "the previous run is still in progress and another one is waiting");
    }
    if (full == WhenFull.REPLACE) {
      String why = "replaced by run " + run.id();
      queue.inside.values().forEach(last -> replaced.add(() -> runs.interrupt(last, why)));
      queue.holders.values().forEach(end -> replaced.add(() -> end.accept(run)));
      List.copyOf(queue.waiting.keySet()).forEach(w -> dismiss(queue.waiting.remove(w), why));
    }
    runs.noteWaiting(run);
    queue.waiting.put(run, newcomer);
    return Verdict.WAITS;
  }

  private static Verdict refuse(WaitingRun newcomer, String reason) {
    newcomer.exchange.setException(new RunSkipped(reason));
    return Verdict.REFUSED;
  }

  private void dismiss(WaitingRun waiting, String reason) {
    waiting.exchange.setException(new RunSkipped(reason));
    executor.execute(() -> waiting.callback.done(false));
  }

  private void enter(GateQueue queue, Run run, Exchange exchange) {
    queue.enter(run, rule.limit(run));
    ExchangeEnd.then(exchange, done -> leave(run));
  }

  /**
   * Occupies a place for {@code id}, which is not a run of this process, until {@link #release}.
   *
   * @param end called with the run that replaces it, which then waits for the release
   */
  synchronized void hold(String kind, String id, Consumer<Run> end) {
    queues.computeIfAbsent(kind, k -> new GateQueue()).holders.put(id, end);
  }

  /** Frees a place that {@link #hold} has occupied, for the next run. */
  synchronized void release(String kind, String id) {
    GateQueue queue = queues.get(kind);
    if (queue != null && queue.holders.remove(id) != null) {
      admit(kind, queue);
    }
  }

  /** Frees the place of {@code run} for the next run. Further calls have no effect. */
  @CalledByRoute
  public synchronized void leave(@Variable("run") Run run) {
    String kind = rule.kind(run).orElse("");
    GateQueue queue = queues.get(kind);
    if (queue != null && queue.leave(run, rule.limit(run))) {
      admit(kind, queue);
    }
  }

  /** Ends the wait of {@code run} as skipped, if it waits here. */
  @Override
  public synchronized void dismiss(Run run, String why) {
    String kind = rule.kind(run).orElse("");
    GateQueue queue = queues.get(kind);
    WaitingRun waiting = queue == null ? null : queue.waiting.remove(run);
    if (waiting != null) {
      dismiss(waiting, why);
      // Its low limit may have kept others waiting.
      admit(kind, queue);
    }
  }

  private void admit(String kind, GateQueue queue) {
    while (!queue.waiting.isEmpty() && queue.hasRoom(rule.limit(queue.waiting.firstKey()))) {
      Map.Entry<Run, WaitingRun> first = queue.waiting.pollFirstEntry();
      enter(queue, first.getKey(), first.getValue().exchange);
      executor.execute(() -> first.getValue().callback.done(false));
    }
    if (queue.isEmpty()) {
      queues.remove(kind);
    }
  }

  /** The number of kinds of which runs are inside or wait. */
  synchronized int kinds() {
    return queues.size();
  }

  /** Ends waiting runs, and all that arrive later, as skipped. */
  @Override
  public synchronized void close(String reason) {
    closed = Optional.of(reason);
    for (GateQueue queue : queues.values()) {
      queue.waiting.values().forEach(w -> dismiss(w, reason));
      queue.waiting.clear();
    }
  }

  @Override
  public synchronized int waiting() {
    return queues.values().stream().mapToInt(l -> l.waiting.size()).sum();
  }
}
