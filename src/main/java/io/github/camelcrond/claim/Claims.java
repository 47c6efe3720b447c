// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.claim;

import io.github.camelcrond.job.Run;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.apache.camel.component.redis.processor.idempotent.SpringRedisStringIdempotentRepository;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * Which firings this replica may run: Camel's idempotent repository in Redis, each claim one {@code
 * SET NX EX}. What it adds: a time to live by job, a claim whose answer was lost is known again,
 * and a Redis that does not answer is not asked by everybody.
 *
 * <p>The exchange carries its run in the variable {@code run}.
 */
public final class Claims extends SpringRedisStringIdempotentRepository {
  private static final Duration SHORTEST = Duration.ofHours(1);
  private static final Duration REST = Duration.ofSeconds(1);
  private static final int TRIES = 3;

  private final StringRedisTemplate redis;
  private final String replica;
  private final Duration grace;
  private final Duration patience;
  private final LongSupplier nanos;
  private final AtomicLong claimed = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private volatile boolean closed;
  private volatile Failure failure = new Failure(false, 0, new IllegalStateException());

  /** That Redis did not answer, and until when nobody else asks. */
  private record Failure(boolean lasts, long until, RuntimeException cause) {}

  /**
   * @param name with what all keys begin
   * @param replica this process, noted in what it claims
   * @param grace how late a firing may be
   * @param patience after which an answer counts as missing
   * @param nanos a clock that only goes forward
   */
  public Claims(
      StringRedisTemplate redis,
      String name,
      String replica,
      Duration grace,
      Duration patience,
      LongSupplier nanos) {
    super(redis, name);
    this.redis = redis;
    this.replica = replica;
    this.grace = grace;
    this.patience = patience;
    this.nanos = nanos;
  }

  /** The firing: job and scheduled instant; of a run that somebody asked for, job and run-id. */
  public String key(@Variable("run") Run run) {
    Object which = run.cause() == Run.Cause.MANUAL ? run.id() : run.scheduled();
    return run.job().id() + ":" + which;
  }

  /** Claims; true if the run is ours, false if another replica has it. */
  @Override
  public boolean add(Exchange exchange, String key) {
    Run run = exchange.getVariable("run", Run.class);
    if (closed && run.cause() != Run.Cause.MANUAL) {
      return false;
    }
    Failure known = failure;
    if (known.lasts && nanos.getAsLong() - known.until < 0) {
      failed.incrementAndGet();
      throw known.cause;
    }
    try {
      boolean ours = claim(createRedisKey(key), run, TRIES);
      failure = new Failure(false, 0, known.cause);
      (ours ? claimed : lost).incrementAndGet();
      return ours;
    } catch (RuntimeException e) {
      failed.incrementAndGet();
      failure = new Failure(true, nanos.getAsLong() + REST.toNanos(), e);
      throw e;
    }
  }

  /**
   * A pooled connection may be dead since Redis was started anew; a silent Redis is not asked
   * twice.
   */
  private boolean claim(String key, Run run, int tries) {
    long begin = nanos.getAsLong();
    try {
      String mine = run.id() + " " + replica;
      return Boolean.TRUE.equals(redis.opsForValue().setIfAbsent(key, mine, life(run)))
          || tries < TRIES && mine.equals(redis.opsForValue().get(key));
    } catch (RuntimeException e) {
      if (tries == 1 || nanos.getAsLong() - begin >= patience.toNanos()) {
        throw e;
      }
      return claim(key, run, tries - 1);
    }
  }

  /** As long as anybody may still come with the same firing. */
  private Duration life(Run run) {
    Duration catchUp = run.job().policies().catchUp().orElse(Duration.ZERO).plus(grace);
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

  /** Firings that this replica got, since the start. */
  public long claimed() {
    return claimed.get();
  }

  /** Firings that another replica got. */
  public long lost() {
    return lost.get();
  }

  /** Firings that could not be claimed. */
  public long failed() {
    return failed.get();
  }
}
