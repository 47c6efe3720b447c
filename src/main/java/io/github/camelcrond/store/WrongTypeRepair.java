// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.camel.CalledByRoute;
import java.util.Collection;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.DataType;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Renames keys whose values have a type that the daemon does not expect. */
public final class WrongTypeRepair {
  private static final Logger LOG = LoggerFactory.getLogger("crond.store");

  private final StringRedisTemplate redis;
  private final String prefix;

  WrongTypeRepair(StringRedisTemplate redis, String prefix) {
    this.redis = redis;
    this.prefix = prefix;
  }

  /** Whether Redis reported that a key has another type. */
  static boolean isWrongType(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null && cause.getMessage().contains("WRONGTYPE")) {
        return true;
      }
    }
    return false;
  }

  /** Renames {@code key} to {@code key:aside}, unless another thread or daemon has just done so. */
  @CalledByRoute
  public void moveAside(String key) {
    DataType type = redis.type(key);
    try {
      redis.rename(key, key + ":aside");
    } catch (DataAccessException e) {
      if (Boolean.TRUE.equals(redis.hasKey(key))) {
        throw e;
      }
      return;
    }
    LOG.atWarn()
        .addKeyValue("key", key)
        .addKeyValue("type", type)
        .addKeyValue("moved-to", key + ":aside")
        .log("Redis key of another type renamed");
  }

  /** Renames those of {@code keys} that have an unexpected type; returns whether there were any. */
  boolean moveWrong(Collection<String> keys) {
    boolean moved = false;
    for (String key : keys) {
      DataType type = redis.type(key);
      if (type != DataType.NONE && type != expected(key)) {
        moveAside(key);
        moved = true;
      }
    }
    return moved;
  }

  private DataType expected(String key) {
    String kind = key.substring(prefix.length() + 1).replaceAll("(runs|last|success):.*", "$1");
    return Map.of("routes", DataType.HASH, "runs", DataType.LIST, "crontab:versions", DataType.LIST)
        .getOrDefault(kind, DataType.STRING);
  }
}
