// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.work;

import io.github.camelcrond.job.Run;
import io.github.camelcrond.job.RunEnd;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Variable;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.ValueOperations;

/**
 * Who is at work on a run, in Redis. The broker gives a request to another worker when it has lost
 * the connection of the first, or thinks that it took too long; the lease tells whether that one
 * lives and works on.
 */
public final class Leases {
  private static final Duration OVER = Duration.ofHours(1);
  private static final Duration COUNTED = Duration.ofDays(7);
  private static final String ENDED = "ended";

  private final StringRedisTemplate redis;
  private final String name;
  private final String worker;
  private final Duration life;
  // By run the number of this beginning, 0 before it is counted.
  private final Map<String, Integer> held = new HashMap<>();
  private final Set<String> ending = new HashSet<>();

  /** Whose turn it is. */
  public enum Turn {
    /** Ours. */
    RUN,
    /** That of a worker that lives, as far as is known. */
    WAIT,
    /** Nobody's, the run has ended and is recorded. */
    OVER
  }

  /**
   * @param name with what all keys begin
   * @param worker this process, unlike all others there ever were
   * @param life after so long without a sign of life a worker counts as dead
   */
  Leases(StringRedisTemplate redis, String name, String worker, Duration life) {
    this.redis = redis;
    this.name = name;
    this.worker = worker;
    this.life = life;
  }

  /** Takes the lease of the run that {@code request} asks for, if nobody has it. */
  public Turn turn(@Variable("request") WorkRequest request) {
    String run = request.run();
    ValueOperations<String, String> values = redis.opsForValue();
    boolean first = Boolean.TRUE.equals(values.setIfAbsent(lease(run), worker, life));
    String holder = first ? worker : values.get(lease(run));
    if (ENDED.equals(holder)) {
      return Turn.OVER;
    }
    if (!worker.equals(holder)) {
      return Turn.WAIT;
    }
    count(run, count(run));
    return Turn.RUN;
  }

  /** Counts that a run whose lease we have begins; the how manieth time, from 1. */
  public int begin(@Variable("request") WorkRequest request) {
    int known = count(request.run());
    if (known > 0) {
      return known;
    }
    String key = begun(request.run());
    Long count = redis.opsForValue().increment(key);
    count(request.run(), count == null ? 1 : count.intValue());
    redis.expire(key, COUNTED);
    return count(request.run());
  }

  private synchronized int count(String run) {
    return held.getOrDefault(run, 0);
  }

  private synchronized void count(String run, int begun) {
    held.put(run, begun);
  }

  /**
   * Takes back {@link #begin} and the lease: the run did not start here and may do so elsewhere.
   */
  public void release(@Variable("run") Run run) {
    drop(run.id());
    redis.opsForValue().decrement(begun(run.id()));
    redis.delete(lease(run.id()));
  }

  /** Gives signs of life for all runs under way. */
  public synchronized void renew() {
    held.keySet().forEach(run -> redis.opsForValue().set(lease(run), worker, life));
  }

  /** Notes that these runs are over and recorded, as far as they are ours. */
  public void end(List<RunEnd> ends) {
    ends.forEach(end -> end(end.run()));
  }

  /** Notes that a run whose lease we have is recorded already, as it ended elsewhere. */
  public void over(@Variable("request") WorkRequest request) {
    end(request.run());
  }

  private void end(String run) {
    // In two steps: it must not be renewed any more, and Redis may fail in between.
    if (isEnding(run)) {
      redis.opsForValue().set(lease(run), ENDED, OVER);
      redis.delete(begun(run));
      drop(run);
    }
  }

  private synchronized boolean isEnding(String run) {
    if (held.remove(run) != null) {
      ending.add(run);
    }
    return ending.contains(run);
  }

  private synchronized void drop(String run) {
    held.remove(run);
    ending.remove(run);
  }

  private String lease(String run) {
    return name + ":lease:" + run;
  }

  private String begun(String run) {
    return name + ":begun:" + run;
  }
}
