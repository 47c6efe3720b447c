// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import java.time.Duration;
import java.util.List;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * The leases of runs in Redis, each of which names the worker that executes a run. The broker
 * delivers a request to another worker when it has lost the connection of the first, or waits too
 * long for its acknowledgement; the lease tells whether the first is alive and still at work.
 *
 * <p>Nothing is kept here: {@link Deliveries} knows which leases this worker has. Each command may
 * be sent again if its answer was lost.
 */
final class Leases {
  private static final Duration OVER = Duration.ofHours(1);
  private static final Duration COUNTED = Duration.ofDays(7);
  private static final String ENDED = "ended";

  // Neither acquires a lease that another worker holds, or that has ended.
  private static final RedisScript<Void> RENEW =
      RedisScript.of(
          "local holder = redis.call('get', KEYS[1]) "
              + "if not holder or holder == ARGV[1] then "
              + "redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2]) "
              + "end");
  private static final RedisScript<Void> RELEASE =
      RedisScript.of(
          "redis.call('srem', KEYS[2], ARGV[2]) "
              + "if redis.call('get', KEYS[1]) == ARGV[1] then "
              + "redis.call('del', KEYS[1]) "
              + "end");

  private final StringRedisTemplate redis;
  private final String name;
  private final String worker;
  private final Duration life;

  /** Whose turn it is. */
  enum Turn {
    /** Ours. */
    RUN,
    /** Another worker's, whose lease has not expired. */
    WAIT,
    /** Nobody's, the run has ended and is recorded. */
    OVER
  }

  /**
   * @param name prefix of all keys
   * @param worker an id unique to this process
   * @param life how long a lease lasts without renewal
   */
  Leases(StringRedisTemplate redis, String name, String worker, Duration life) {
    this.redis = redis;
    this.name = name;
    this.worker = worker;
    this.life = life;
  }

  /** Acquires the lease of {@code run} if no other worker holds it. */
  Turn take(String run) {
    if (Boolean.TRUE.equals(redis.opsForValue().setIfAbsent(lease(run), worker, life))) {
      return Turn.RUN;
    }
    String holder = redis.opsForValue().get(lease(run));
    if (ENDED.equals(holder)) {
      return Turn.OVER;
    }
    return worker.equals(holder) ? Turn.RUN : Turn.WAIT;
  }

  /**
   * Counts a start of {@code run}, whose lease we have, and returns the number of its starts so
   * far, including this one.
   *
   * @param token identifies this start, so that a repeated call counts once
   */
  int begin(String run, String token) {
    redis.opsForSet().add(begun(run), token);
    redis.expire(begun(run), COUNTED);
    Long count = redis.opsForSet().size(begun(run));
    return count == null ? 1 : count.intValue();
  }

  /** Takes back {@link #begin} and the lease: the run did not start here. */
  void release(String run, String token) {
    redis.execute(RELEASE, List.of(lease(run), begun(run)), worker, token);
  }

  /** Renews the lease of {@code run}. */
  void renew(String run) {
    redis.execute(RENEW, List.of(lease(run)), worker, String.valueOf(life.toMillis()));
  }

  /** Notes that {@code run} is over and recorded. */
  void end(String run) {
    redis.opsForValue().set(lease(run), ENDED, OVER);
    redis.delete(begun(run));
  }

  private String lease(String run) {
    return name + ":lease:" + run;
  }

  private String begun(String run) {
    return name + ":beginnings:" + run;
  }
}
