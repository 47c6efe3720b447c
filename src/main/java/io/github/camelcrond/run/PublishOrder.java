// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * A step of a route that lets the ended runs of a job pass one at a time, in the order in which
 * they ended, so that they are published in this order. A run that comes too early waits without a
 * thread. The exchange carries the end in the variable {@code end}.
 */
public final class PublishOrder extends AsyncProcessorSupport implements RunListener {
  private final Executor executor;
  // By job-id, the runs that have ended but are not published, in the order of their ends, each
  // with its callback if it waits here.
  private final Map<String, Map<String, Optional<AsyncCallback>>> ended = new HashMap<>();

  /**
   * @param executor continues runs that had to wait
   */
  public PublishOrder(Executor executor) {
    this.executor = executor;
  }

  @Override
  public synchronized void ended(Run run, RunEnd end) {
    ended.computeIfAbsent(end.job(), job -> new LinkedHashMap<>()).put(end.run(), Optional.empty());
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    RunEnd end = exchange.getVariable("end", RunEnd.class);
    if (waits(end, callback)) {
      return false;
    }
    callback.done(true);
    return true;
  }

  private synchronized boolean waits(RunEnd end, AsyncCallback callback) {
    Map<String, Optional<AsyncCallback>> runs = ended.get(end.job());
    // Runs of an earlier daemon or of another host are not in the map, and pass.
    if (runs == null
        || !runs.containsKey(end.run())
        || runs.keySet().iterator().next().equals(end.run())) {
      return false;
    }
    runs.put(end.run(), Optional.of(callback));
    return true;
  }

  /** Lets the next run of the job pass, even if {@code run} never reached this step. */
  @Override
  public void over(Run run) {
    next(run).ifPresent(next -> executor.execute(() -> next.done(false)));
  }

  private synchronized Optional<AsyncCallback> next(Run run) {
    Map<String, Optional<AsyncCallback>> runs = ended.get(run.job().id());
    if (runs == null) {
      return Optional.empty();
    }
    boolean first = runs.keySet().iterator().next().equals(run.id());
    runs.remove(run.id());
    if (runs.isEmpty()) {
      ended.remove(run.job().id());
      return Optional.empty();
    }
    return first ? runs.values().iterator().next() : Optional.empty();
  }
}
