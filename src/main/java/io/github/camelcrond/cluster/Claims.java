// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.config.Durations;
import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.job.CatchUp;
import io.github.camelcrond.run.Run;
import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.run.RunSkipped;
import io.github.camelcrond.store.ReplicatedWrites;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.apache.camel.component.redis.processor.idempotent.SpringRedisStringIdempotentRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * Which firings this replica may run: Camel's idempotent repository in Redis, each claim one {@code
 * SET NX EX}. What it adds: a time to live by job, a claim whose answer was lost is recognized, and
 * a Redis that does not answer is asked by one run at a time.
 *
 * <p>The exchange carries its run in the variable {@code run}.
 */
public final class Claims extends SpringRedisStringIdempotentRepository implements CatchUp.Claimed {
  /** How long runs wait before one of them asks a Redis again that did not answer. */
  public static final Duration REST = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger("crond.cluster");
  private static final Duration SHORTEST = Duration.ofHours(1);
  private static final int TRIES = 3;
  private static final int MOST_ASKED = 10_000;
  private static final int MOST_GIVEN_UP = 10_000;
  private static final int BATCH = 500;

  // Deletes each claim that still is the given one.
  private static final RedisScript<Void> RELEASE =
      RedisScript.of(
          "for i, key in ipairs(KEYS) do "
              + "if redis.call('get', key) == ARGV[i] then redis.call('del', key) end "
              + "end");

  // When a run asked first, in nanoseconds, if Redis did not answer.
  private static final String SINCE = "crond-claim-since";

  private final StringRedisTemplate redis;
  private final String host;
  private final String replica;
  private final Duration grace;
  private final Duration patience;
  private final ReplicatedWrites replicated;
  private final LongSupplier nanos;
  private final AtomicLong claimed = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  // Claims by key that may have been written although Redis did not answer, and were given up.
  private final Map<String, String> givenUp = new ConcurrentHashMap<>();
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile boolean closed;
  private volatile ClaimFailure failure = new ClaimFailure(false, 0, new IllegalStateException());

  /** Whether Redis fails to answer, and until when no run asks it again. */
  private record ClaimFailure(boolean lasts, long until, RuntimeException cause) {}

  /**
   * @param name prefix of all keys
   * @param host of this process, which claims the firings of jobs that run on each host
   * @param replica name of this process, written into each claim
   * @param grace how late a firing may be
   * @param patience time after which a response counts as missing
   * @param replicated waits until replicas of Redis have a claim
   * @param nanos a clock that only goes forward
   */
  Claims(
      StringRedisTemplate redis,
      String name,
      String host,
      String replica,
      Duration grace,
      Duration patience,
      ReplicatedWrites replicated,
      LongSupplier nanos) {
    super(redis, name);
    this.redis = redis;
    this.host = host;
    this.replica = replica;
    this.grace = grace;
    this.patience = patience;
    this.replicated = replicated;
    this.nanos = nanos;
  }

  /**
   * The name of a firing: job and scheduled instant, and the host if the job runs on each; of a
   * manual run, job and run-id.
   */
  @CalledByRoute
  public String key(@Variable("run") Run run) {
    return key(run.job(), run.cause() == Run.Cause.MANUAL ? run.id() : run.scheduled());
  }

  private String key(Job job, Object which) {
    return job.id() + ":" + which + (job.policies().onEach() ? "@" + host : "");
  }

  /** Claims the firing; returns false if another replica has claimed it. */
  @Override
  public boolean add(Exchange exchange, String key) {
    Run run = exchange.getVariable("run", Run.class);
    if (closed && run.cause() == Run.Cause.SCHEDULE) {
      return false;
    }
    long now = nanos.getAsLong();
    ClaimFailure known = failure;
    if (known.lasts && (now - known.until < 0 || !asking.compareAndSet(false, true))) {
      throw failed(exchange, now, known.cause);
    }
    try {
      releaseGivenUp();
      boolean ours = claim(createRedisKey(key), run, TRIES, since(exchange).isPresent());
      failure = new ClaimFailure(false, 0, known.cause);
      (ours ? claimed : lost).incrementAndGet();
      since(exchange).filter(since -> ours).ifPresent(since -> noteDelay(exchange, run, since));
      return ours;
    } catch (RuntimeException e) {
      failure = new ClaimFailure(true, nanos.getAsLong() + REST.toNanos(), e);
      throw failed(exchange, now, e);
    } finally {
      if (known.lasts) {
        asking.set(false);
      }
    }
  }

  private static RuntimeException failed(Exchange exchange, long now, RuntimeException cause) {
    if (since(exchange).isEmpty()) {
      exchange.setVariable(SINCE, now);
    }
    return cause;
  }

  private static Optional<Long> since(Exchange exchange) {
    return Optional.ofNullable(exchange.getVariable(SINCE, Long.class));
  }

  private void noteDelay(Exchange exchange, Run run, long since) {
    String delay = Durations.format(Duration.ofMillis((nanos.getAsLong() - since) / 1_000_000));
    exchange.setVariable("run", run.noting("claimed " + delay + " late, Redis did not respond"));
  }

  /**
   * Retries at once, as a pooled connection may be dead since a restart of Redis; but not when
   * Redis did not answer in time.
   */
  private boolean claim(String key, Run run, int tries, boolean again) {
    long begin = nanos.getAsLong();
    try {
      return replicated.confirmed(() -> claim(key, run, again), ours -> ours || again);
    } catch (RuntimeException e) {
      if (tries == 1 || nanos.getAsLong() - begin >= patience.toNanos()) {
        throw e;
      }
      return claim(key, run, tries - 1, true);
    }
  }

  private boolean claim(String key, Run run, boolean again) {
    String mine = claimOf(run);
    if (Boolean.TRUE.equals(redis.opsForValue().setIfAbsent(key, mine, life(run.job())))) {
      return true;
    }
    boolean ours =
        (again || LOG.isDebugEnabled()) && isOurs(run, mine, redis.opsForValue().get(key));
    // Written again, as the first write may not be confirmed, and WAIT counts the last one. The
    // claim of another replica must be confirmed, too: if a failover lost it after this run was
    // dropped, our own first write could be what remains, and nobody would run the firing.
    if (again && !Boolean.TRUE.equals(redis.expire(key, life(run.job())))) {
      throw new IllegalStateException("the claim is lost");
    }
    return ours;
  }

  private String claimOf(Run run) {
    return run.id() + " " + replica;
  }

  private static boolean isOurs(Run run, String mine, String claim) {
    boolean ours = mine.equals(claim);
    if (!ours) {
      LOG.atDebug()
          .addKeyValue("job", run.job().id())
          .addKeyValue("scheduled", run.scheduled())
          .addKeyValue("claim", claim)
          .log("firing claimed by another replica");
    }
    return ours;
  }

  /**
   * Skips a run of a missed firing if the daemon is stopping: no other replica makes up for that
   * firing, and the next start may.
   *
   * @throws RunSkipped if so
   */
  @CalledByRoute
  public void skipIfStopping(@Variable("run") Run run) throws RunSkipped {
    if (closed && run.cause() == Run.Cause.CATCH_UP) {
      throw new RunSkipped(RunEnd.DAEMON_STOPS);
    }
  }

  /**
   * Whether it is too late for the run to retry a claim to which Redis did not respond. A run that
   * no other host can take does not wait.
   */
  @CalledByRoute
  public boolean isTooLate(Exchange exchange) {
    if (exchange.getVariable("run", Run.class).job().policies().onEach()) {
      return true;
    }
    long since = since(exchange).orElseGet(nanos::getAsLong);
    return closed || nanos.getAsLong() - since >= grace.toNanos();
  }

  /**
   * Skips a run that could not be claimed. Its claim, if it was written nevertheless, is deleted as
   * soon as Redis answers: otherwise no run could make up for the firing.
   *
   * @throws RunSkipped always
   */
  @CalledByRoute
  public void skip(@Variable("run") Run run) throws RunSkipped {
    failed.incrementAndGet();
    if (givenUp.size() < MOST_GIVEN_UP) {
      givenUp.put(createRedisKey(key(run)), claimOf(run));
    }
    throw new RunSkipped(RunEnd.UNCLAIMED);
  }

  /** The last try to delete claims that were given up, before the connections to Redis close. */
  public void releaseLast() {
    try {
      releaseGivenUp();
    } catch (RuntimeException e) {
      LOG.atWarn()
          .addKeyValue("reason", e.getMessage())
          .log("cannot delete claims that were given up");
    }
  }

  private void releaseGivenUp() {
    while (!givenUp.isEmpty()) {
      List<Map.Entry<String, String>> some = givenUp.entrySet().stream().limit(BATCH).toList();
      redis.execute(
          RELEASE,
          some.stream().map(Map.Entry::getKey).toList(),
          some.stream().map(Map.Entry::getValue).toArray());
      some.forEach(claim -> givenUp.remove(claim.getKey(), claim.getValue()));
    }
  }

  /** The same run, with a note that it runs without a claim. */
  @CalledByRoute
  public Run runWithoutClaim(@Variable("run") Run run) {
    failed.incrementAndGet();
    return run.noting("run without a claim, Redis did not respond");
  }

  @Override
  public Optional<Instant> last(Job job, Instant after, Instant end) {
    releaseGivenUp();
    Instant oldest = end.minus(life(job));
    List<Instant> firings = new ArrayList<>();
    Optional<Instant> next = job.schedule().next(after.isAfter(oldest) ? after : oldest);
    while (next.isPresent() && !next.get().isAfter(end) && firings.size() < MOST_ASKED) {
      firings.add(next.get());
      next = job.schedule().next(next.get());
    }
    List<String> keys = firings.stream().map(at -> createRedisKey(key(job, at))).toList();
    List<String> claims = keys.isEmpty() ? List.of() : redis.opsForValue().multiGet(keys);
    for (int i = claims.size() - 1; i >= 0; i--) {
      if (claims.get(i) != null) {
        return Optional.of(firings.get(i));
      }
    }
    return Optional.empty();
  }

  /** How long another replica may still try to claim the same firing. */
  private Duration life(Job job) {
    Duration catchUp = job.policies().catchUp().orElse(Duration.ZERO).plus(grace);
    return catchUp.compareTo(SHORTEST) > 0 ? catchUp : SHORTEST;
  }

  /** From now on leaves all firings to the other replicas. */
  public void leaveAll() {
    closed = true;
  }

  /** Whether Redis did not answer the last claim. */
  public boolean failing() {
    return failure.lasts;
  }

  /** The number of firings that this replica claimed since the start. */
  public long claimed() {
    return claimed.get();
  }

  /** The number of firings that other replicas had claimed first. */
  public long lost() {
    return lost.get();
  }

  /** The number of firings that could not be claimed in time. */
  public long failed() {
    return failed.get();
  }
}
