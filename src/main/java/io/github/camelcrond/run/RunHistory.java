// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.crontab.Job;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last ends of each job in memory, which health, metrics and the API ask for often; only the
 * newest keeps its output. Filled by the runs of this process and from the store: once for each
 * job, or repeatedly if other daemons write to the store, too. The history takes a fixed share of
 * the heap: the more jobs there are, the fewer ends are kept of each, and the oldest outputs are
 * dropped first.
 */
public final class RunHistory implements RunListener {
  // The maximum number of ends kept of each job; the last one is always kept.
  private static final int[] HELD = {20, 10, 5, 2, 1};
  private static final int END_BYTES = 300;
  private static final int SHARE_OF_HEAP = 16;

  private static final Logger LOG = LoggerFactory.getLogger("crond.run");
  private static final int ASKED_AT_ONCE = 1_000;
  private static final int ASKED_AGAIN = 50;
  private static final int LARGEST_OUTPUT = 64 << 10;
  private static final int BYTES_OF_CHARACTER = 2;
  private static final JobHistory NOTHING = new JobHistory(List.of(), 0, Optional.empty());

  private final Map<String, JobHistory> byJob = new HashMap<>();
  // In the order of their ends.
  private final Map<String, RunEnd> newest = new LinkedHashMap<>();
  // Half of the share is for outputs, half for ends.
  private final long half;
  private int held = HELD[0];
  private long outputs;
  private final Set<String> learnt = new LinkedHashSet<>();
  private final AtomicLong revision = new AtomicLong();
  private final boolean shared;

  /**
   * @param shared whether other daemons add to the same store
   */
  public RunHistory(boolean shared) {
    this(shared, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
  }

  /**
   * @param room bytes of heap for the history of all jobs together
   */
  RunHistory(boolean shared, long room) {
    this.shared = shared;
    this.half = room / 2;
  }

  /**
   * The known history of a job.
   *
   * @param ends its last ends, newest first
   * @param failures number of consecutive failures, as far as known, not counting skipped and
   *     interrupted runs
   * @param lastSuccess when the last successful run ended; empty if unknown
   */
  public record JobHistory(List<RunEnd> ends, int failures, Optional<Instant> lastSuccess) {

    /** The newest end. */
    public Optional<RunEnd> last() {
      return ends.stream().findFirst();
    }

    private JobHistory with(RunEnd end, int held) {
      List<RunEnd> more = new ArrayList<>(ends);
      int at = 0;
      while (at < more.size() && more.get(at).run().compareTo(end.run()) > 0) {
        at++;
      }
      more.add(at, end);
      Outcome outcome = Outcome.of(end.outcome());
      return new JobHistory(
          first(held, more),
          switch (outcome) {
            case SUCCEEDED -> 0;
            case FAILED, TIMED_OUT, NOT_STARTED -> failures + 1;
            default -> failures;
          },
          outcome == Outcome.SUCCEEDED
              ? lastSuccess.filter(end.ended()::isBefore).or(() -> Optional.of(end.ended()))
              : lastSuccess);
    }

    /** This history, including what {@code before} counted about ends that are no longer kept. */
    private JobHistory countedWith(JobHistory before) {
      boolean newer =
          lastSuccess.isPresent()
              && before.lastSuccess.filter(at -> !at.isBefore(lastSuccess.get())).isEmpty();
      return newer
          ? this
          : new JobHistory(ends, Math.max(failures, before.failures), before.lastSuccess);
    }

    private JobHistory cutTo(int held) {
      return new JobHistory(first(held, ends), failures, lastSuccess);
    }

    private static List<RunEnd> first(int count, List<RunEnd> all) {
      return List.copyOf(all.subList(0, Math.min(count, all.size())));
    }
  }

  /**
   * A number that changes whenever a run begins, starts or ends, or the history is loaded from the
   * store.
   */
  public long revision() {
    return revision.get();
  }

  @Override
  public void begun(Run run) {
    revision.incrementAndGet();
  }

  @Override
  public void started(Run run, int attempt) {
    revision.incrementAndGet();
  }

  @Override
  public synchronized void ended(Run run, RunEnd end) {
    put(run.job().id(), of(run.job().id()).with(end.withoutOutput(), held));
    keep(run.job().id(), OutputTruncation.of(end, LARGEST_OUTPUT));
    revision.incrementAndGet();
  }

  private void put(String jobId, JobHistory history) {
    byJob.put(jobId, history);
    int fits =
        IntStream.of(HELD)
            .filter(count -> (long) count * END_BYTES * byJob.size() <= half)
            .findFirst()
            .orElse(1);
    if (fits < held) {
      byJob.replaceAll((job, known) -> known.cutTo(fits));
    }
    held = fits;
  }

  private void keep(String jobId, RunEnd end) {
    RunEnd old = newest.remove(jobId);
    outputs += bytes(end) - (old == null ? 0 : bytes(old));
    newest.put(jobId, end);
    Iterator<RunEnd> oldest = newest.values().iterator();
    while (outputs > half) {
      outputs -= bytes(oldest.next());
      oldest.remove();
    }
  }

  private static long bytes(RunEnd end) {
    return (long) BYTES_OF_CHARACTER * end.output().length();
  }

  /** The known history of the job with {@code jobId}. */
  public synchronized JobHistory of(String jobId) {
    return byJob.getOrDefault(jobId, NOTHING);
  }

  /**
   * The record of a run with its output, which the store may not have yet; empty unless it is the
   * last run of its job in this process and its output is still kept.
   */
  public synchronized Optional<RunEnd> whole(String runId) {
    return newest.values().stream().filter(end -> end.run().equals(runId)).findFirst();
  }

  /** The job-id of a recently ended run. */
  public synchronized Optional<String> jobOf(String runId) {
    return find(runId).map(RunEnd::job);
  }

  /** The end of the run with {@code runId}, if it is still kept. */
  public synchronized Optional<RunEnd> find(String runId) {
    return byJob.values().stream()
        .flatMap(history -> history.ends().stream())
        .filter(end -> end.run().equals(runId))
        .findFirst();
  }

  /**
   * The jobs whose history is to be read from the store now, at most 1,000; forgets jobs that are
   * not among {@code jobs}.
   */
  @CalledByRoute
  public synchronized List<String> jobsToLearn(List<Job> jobs) {
    Set<String> ids = new LinkedHashSet<>();
    jobs.forEach(job -> ids.add(job.id()));
    byJob.keySet().retainAll(ids);
    newest.keySet().retainAll(ids);
    outputs = newest.values().stream().mapToLong(RunHistory::bytes).sum();
    learnt.retainAll(ids);
    List<String> unknown = ids.stream().filter(id -> !learnt.contains(id)).toList();
    if (!shared || !unknown.isEmpty()) {
      return unknown.stream().limit(ASKED_AT_ONCE).toList();
    }
    // All are known, but other daemons run them, too: read a few again, those that were read
    // longest ago.
    List<String> again = learnt.stream().limit(ASKED_AGAIN).toList();
    again.forEach(learnt::remove);
    learnt.addAll(again);
    return again;
  }

  /**
   * Takes over the stored history of a job.
   *
   * @param stored its ends as JSON, newest first
   */
  @CalledByRoute
  public synchronized void learn(@Variable("job-id") String jobId, List<String> stored) {
    learnt.add(jobId);
    SortedMap<String, RunEnd> all = new TreeMap<>();
    stored.forEach(json -> read(json).ifPresent(end -> all.put(end.run(), end)));
    JobHistory before = of(jobId);
    before.ends().forEach(end -> all.put(end.run(), end));
    JobHistory found = new JobHistory(List.of(), 0, before.lastSuccess());
    for (RunEnd end : all.values()) {
      found = found.with(end, held);
    }
    JobHistory history = found.countedWith(before);
    if (!history.equals(before)) {
      put(jobId, history);
      revision.incrementAndGet();
    }
  }

  /** Empty for what is not a record, or has an outcome that only a later version knows. */
  private static Optional<RunEnd> read(String json) {
    try {
      RunEnd end = RunEndJson.read(json).withoutOutput();
      Outcome.of(end.outcome());
      return Optional.of(end);
    } catch (IllegalArgumentException e) {
      LOG.atDebug().addKeyValue("reason", e.getMessage()).log("skipping invalid stored run");
      return Optional.empty();
    }
  }
}
