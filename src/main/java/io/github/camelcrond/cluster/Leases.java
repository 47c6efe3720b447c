// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.run.FailedAttempts;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
  /** How long it is known that a run is over. */
  static final Duration OVER = Duration.ofHours(1);

  private static final Duration COUNTED = Duration.ofDays(7);
  private static final String ENDED = "ended";

  // None of them changes a lease that another worker holds.
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

  @SuppressWarnings("rawtypes")
  private static final RedisScript<List> BEGIN =
      RedisScript.of(
          "redis.call('sadd', KEYS[1], ARGV[1]) "
              + "redis.call('pexpire', KEYS[1], ARGV[2]) "
              + "return {redis.call('scard', KEYS[1]), redis.call('get', KEYS[2])}",
          List.class);

  private static final RedisScript<Void> END =
      RedisScript.of(
          "local holder = redis.call('get', KEYS[1]) "
              + "if not holder or holder == ARGV[1] then "
              + "redis.call('set', KEYS[1], ARGV[2], 'PX', ARGV[3]) "
              + "redis.call('del', KEYS[2], KEYS[3]) "
              + "end");

  private static final RedisScript<Void> LEAVE =
      RedisScript.of(
          "redis.call('set', KEYS[3], ARGV[3], 'PX', ARGV[4]) " + RELEASE.getScriptAsString());

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
   * A start of a run.
   *
   * @param number of starts so far, including this one
   * @param failed the attempts that have failed on other workers; empty if there are none
   */
  record Start(int number, Optional<FailedAttempts> failed) {}

  /**
   * Counts a start of {@code run}, whose lease we have.
   *
   * @param token identifies this start, so that a repeated call counts once
   */
  Start begin(String run, String token) {
    List<?> answer =
        redis.execute(
            BEGIN, List.of(begun(run), failed(run)), token, String.valueOf(COUNTED.toMillis()));
    Optional<FailedAttempts> failed =
        answer.size() > 1 && answer.get(1) instanceof String json
            ? Optional.of(FailedAttempts.parse(json))
            : Optional.empty();
    return new Start(((Long) answer.get(0)).intValue(), failed);
  }

  /**
   * Leaves the next attempt of {@code run} to the worker that gets its request next: notes {@code
   * failed}, and takes back {@link #begin} and the lease, all at once.
   */
  void leave(String run, String token, FailedAttempts failed) {
    redis.execute(
        LEAVE,
        List.of(lease(run), begun(run), failed(run)),
        worker,
        token,
        failed.json(),
        String.valueOf(COUNTED.toMillis()));
  }

  /** Takes back {@link #begin} and the lease: the run did not start here. */
  void release(String run, String token) {
    redis.execute(RELEASE, List.of(lease(run), begun(run)), worker, token);
  }

  /** Renews the lease of {@code run}. */
  void renew(String run) {
    redis.execute(RENEW, List.of(lease(run)), worker, String.valueOf(life.toMillis()));
  }

  /** Notes that {@code run} is over and recorded, unless another worker has taken it over. */
  void end(String run) {
    redis.execute(
        END,
        List.of(lease(run), begun(run), failed(run)),
        worker,
        ENDED,
        String.valueOf(OVER.toMillis()));
  }

  private String lease(String run) {
    return name + ":lease:" + run;
  }

  private String begun(String run) {
    return name + ":beginnings:" + run;
  }

  private String failed(String run) {
    return name + ":failed:" + run;
  }
}
