// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.config.Settings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.core.RedisOperations;
import org.springframework.data.redis.core.SessionCallback;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * Writes that count only once enough replicas of Redis have them, so that a failover does not lose
 * them: {@code crond.claims.wait-replicas}. Source: the command WAIT of Redis.
 */
public final class ReplicatedWrites {
  private final StringRedisTemplate redis;
  private final int replicas;
  private final Duration patience;

  /**
   * @param replicas how many of them must have a write; 0 does not wait for any
   * @param patience how long they may take
   */
  public ReplicatedWrites(StringRedisTemplate redis, int replicas, Duration patience) {
    this.redis = redis;
    this.replicas = replicas;
    this.patience = patience;
  }

  /** Writes to {@code redis}, confirmed as {@code settings} say. */
  public static ReplicatedWrites of(StringRedisTemplate redis, Settings settings) {
    return new ReplicatedWrites(
        redis,
        settings.number("crond.claims.wait-replicas", 0, 10),
        settings.redisTimeout().dividedBy(2));
  }

  /**
   * The answer of {@code write}, once replicas have what it wrote; what it wrote remains in any
   * case, and the write may be repeated.
   *
   * @param write uses the Redis of this object, and ends with a command that changes a key
   * @param matters whether the answer relies on what was written
   * @throws IllegalStateException if too few replicas confirm in time
   */
  public <T> T confirmed(Supplier<T> write, Predicate<T> matters) {
    return replicas == 0 ? write.get() : onOneConnection(() -> confirm(write.get(), matters));
  }

  private <T> T confirm(T answer, Predicate<T> matters) {
    if (!matters.test(answer)) {
      return answer;
    }
    Long confirmed = redis.execute(this::waitForReplicas);
    if (confirmed == null || confirmed < replicas) {
      throw new IllegalStateException(
          String.format(
              "written to %d of %d replicas (crond.claims.wait-replicas)", confirmed, replicas));
    }
    return answer;
  }

  /** WAIT counts the replicas that have the last write of its connection. */
  private Long waitForReplicas(RedisConnection connection) {
    byte[] number = String.valueOf(replicas).getBytes(StandardCharsets.US_ASCII);
    byte[] millis = String.valueOf(patience.toMillis()).getBytes(StandardCharsets.US_ASCII);
    return (Long) connection.execute("WAIT", number, millis);
  }

  private <T> T onOneConnection(Supplier<T> commands) {
    return redis.execute(
        new SessionCallback<T>() {
          @Override
          public <K, V> T execute(RedisOperations<K, V> operations) {
            return commands.get();
          }
        });
  }
}
