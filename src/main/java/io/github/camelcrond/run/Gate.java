// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import io.github.camelcrond.run.GateRule.Full;
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
import org.apache.camel.support.SynchronizationAdapter;

/**
 * A step of a route that only so many runs of a kind pass at a time. The others wait here in the
 * order of {@link Run#compareTo}, without a thread, until one that passed leaves: at the end of its
 * exchange, or earlier by {@link #leave}.
 *
 * <p>The exchange carries its run in the variable {@code run}.
 */
public final class Gate extends AsyncProcessorSupport {
  private final GateRule rule;
  private final Executor executor;
  private final Runs runs;
  private final Map<String, Lane> lanes = new HashMap<>();
  private Optional<String> closed = Optional.empty();

  /** Runs of one kind. */
  private static final class Lane {
    final Map<String, Run> inside = new HashMap<>();
    // What occupies a place without being a run of this process, and how it is ended when a run
    // replaces it.
    final Map<String, Consumer<Run>> holders = new HashMap<>();
    final TreeMap<Run, Waiting> waiting = new TreeMap<>();
    // Number of runs inside by their limit; the lowest of these limits applies.
    final TreeMap<Integer, Integer> limits = new TreeMap<>();

    /** Whether a newcomer may pass: there is room, and no other run waits for it. */
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

  private record Waiting(Exchange exchange, AsyncCallback callback) {}

  /**
   * @param rule the kind of a run, and how many of a kind may pass
   * @param executor continues runs that had to wait
   * @param runs tells which runs are to end early, and ends those that are replaced
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
      if (rule.whenFull(run) != Full.WAIT && isFull(run, kind.get())) {
        // The alarm went off ahead: the last run may still end before the scheduled instant.
        runs.await(run);
      }
      synchronized (this) {
        verdict = decide(run, kind.get(), new Waiting(exchange, callback), replaced);
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
    Lane lane = lanes.get(kind);
    return lane != null && !lane.inside.containsKey(run.id()) && !lane.takes(rule.limit(run));
  }

  private enum Verdict {
    PASSES,
    WAITS,
    REFUSED
  }

  private Verdict decide(Run run, String kind, Waiting newcomer, List<Runnable> replaced) {
    if (closed.isPresent()) {
      return refuse(newcomer, closed.get());
    }
    // Under the lock of the gate: an interrupt after this check calls dismiss.
    Optional<String> interruption = runs.interruption(run);
    if (interruption.isPresent()) {
      return refuse(newcomer, interruption.get());
    }
    Lane lane = lanes.computeIfAbsent(kind, k -> new Lane());
    if (lane.inside.containsKey(run.id())) {
      // It has not left since its last attempt, and would wait for itself.
      return Verdict.PASSES;
    }
    if (lane.takes(rule.limit(run))) {
      enter(lane, run, newcomer.exchange);
      return Verdict.PASSES;
    }
    Full full = rule.whenFull(run);
    if (full == Full.SKIP) {
      return refuse(newcomer, "the last run still runs");
    }
    if (full == Full.WAIT_ALONE && !lane.waiting.isEmpty()) {
      return refuse(newcomer, "the last run still runs and the next one waits already");
    }
    if (full == Full.REPLACE) {
      String why = "replaced by run " + run.id();
      lane.inside.values().forEach(last -> replaced.add(() -> runs.interrupt(last, why)));
      lane.holders.values().forEach(end -> replaced.add(() -> end.accept(run)));
      List.copyOf(lane.waiting.keySet()).forEach(w -> dismiss(lane.waiting.remove(w), why));
    }
    runs.waits(run);
    lane.waiting.put(run, newcomer);
    return Verdict.WAITS;
  }

  private static Verdict refuse(Waiting newcomer, String reason) {
    newcomer.exchange.setException(new RunSkipped(reason));
    return Verdict.REFUSED;
  }

  private void dismiss(Waiting waiting, String reason) {
    waiting.exchange.setException(new RunSkipped(reason));
    executor.execute(() -> waiting.callback.done(false));
  }

  private void enter(Lane lane, Run run, Exchange exchange) {
    lane.enter(run, rule.limit(run));
    exchange
        .getExchangeExtension()
        .addOnCompletion(
            new SynchronizationAdapter() {
              @Override
              public void onDone(Exchange done) {
                leave(run);
              }

              @Override
              public boolean allowHandover() {
                // Otherwise a hand-over to a seda route would keep the place occupied.
                return false;
              }
            });
  }

  /**
   * Occupies a place for {@code id}, which is not a run of this process, until {@link #release}.
   *
   * @param end called with the run that replaces it, which then waits for the release
   */
  synchronized void hold(String kind, String id, Consumer<Run> end) {
    lanes.computeIfAbsent(kind, k -> new Lane()).holders.put(id, end);
  }

  /** Frees a place that {@link #hold} has occupied, for the next run. */
  synchronized void release(String kind, String id) {
    Lane lane = lanes.get(kind);
    if (lane != null && lane.holders.remove(id) != null) {
      admit(kind, lane);
    }
  }

  /** Frees the place of {@code run} for the next. Further calls have no effect. */
  public synchronized void leave(@Variable("run") Run run) {
    String kind = rule.kind(run).orElse("");
    Lane lane = lanes.get(kind);
    if (lane != null && lane.leave(run, rule.limit(run))) {
      admit(kind, lane);
    }
  }

  /** Sends {@code run} away as skipped, because of {@code why}, if it waits here. */
  public synchronized void dismiss(Run run, String why) {
    String kind = rule.kind(run).orElse("");
    Lane lane = lanes.get(kind);
    Waiting waiting = lane == null ? null : lane.waiting.remove(run);
    if (waiting != null) {
      dismiss(waiting, why);
      // Its low limit may have kept others waiting.
      admit(kind, lane);
    }
  }

  private void admit(String kind, Lane lane) {
    while (!lane.waiting.isEmpty() && lane.hasRoom(rule.limit(lane.waiting.firstKey()))) {
      Map.Entry<Run, Waiting> first = lane.waiting.pollFirstEntry();
      enter(lane, first.getKey(), first.getValue().exchange);
      executor.execute(() -> first.getValue().callback.done(false));
    }
    if (lane.isEmpty()) {
      lanes.remove(kind);
    }
  }

  /** Number of kinds of which runs are inside or wait. */
  synchronized int kinds() {
    return lanes.size();
  }

  /** Sends waiting runs and all later ones away as skipped, because of {@code reason}. */
  public synchronized void close(String reason) {
    closed = Optional.of(reason);
    for (Lane lane : lanes.values()) {
      lane.waiting.values().forEach(w -> dismiss(w, reason));
      lane.waiting.clear();
    }
  }

  /** Number of runs that wait here. */
  public synchronized int waiting() {
    return lanes.values().stream().mapToInt(l -> l.waiting.size()).sum();
  }
}
