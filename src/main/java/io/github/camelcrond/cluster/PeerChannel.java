// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.config.Json;
import io.github.camelcrond.config.JsonValue;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;

/**
 * Questions to all daemons and their answers, by Redis' publish and subscribe: a channel for the
 * questions, and one for the answers to each daemon. Redis tells how many daemons get a question,
 * so nobody waits once all of them have answered. Nothing is kept: a daemon that is not connected
 * gets no question, and no notice.
 */
final class PeerChannel {
  private static final Logger LOG = LoggerFactory.getLogger("crond.cluster");
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final StringRedisTemplate redis;
  private final String owner;
  private final String questions;
  private final String answers;
  private final Function<JsonValue, Map<String, Object>> answering;
  private final Notice notice;
  private final Map<String, Asked> asked = new ConcurrentHashMap<>();
  private volatile boolean closed;
  private volatile Optional<Jedis> connection = Optional.empty();

  /**
   * What happens at a message of another channel, which shares the connection.
   *
   * @param action must not wait
   */
  record Notice(String channel, Runnable action) {}

  /**
   * What came back.
   *
   * @param found the answer of the daemon that has what was asked for
   * @param owners the daemons that have answered
   */
  record Reply(Optional<JsonValue> found, Set<String> owners) {}

  /**
   * @param name prefix of the channels, unique to the daemons of one store
   * @param owner an id unique to this process
   * @param answering answers a question; empty if another daemon has what it asks for
   */
  PeerChannel(
      StringRedisTemplate redis,
      String name,
      String owner,
      Function<JsonValue, Map<String, Object>> answering,
      Notice notice) {
    this.notice = notice;
    this.redis = redis;
    this.owner = owner;
    this.questions = name + ":questions";
    this.answers = name + ":answers:" + owner;
    this.answering = answering;
  }

  /** Takes questions and answers until {@link #close}; blocks the calling thread. */
  void listen() {
    while (!closed) {
      try {
        redis.execute((RedisCallback<Boolean>) this::subscribe);
      } catch (RuntimeException e) {
        LOG.atDebug().addKeyValue("reason", e.getMessage()).log("cannot listen to other daemons");
      }
      if (!closed) {
        LockSupport.parkNanos(Claims.REST.toNanos());
      }
    }
  }

  /**
   * Uses Jedis itself: Spring would unsubscribe on a connection that was closed, which opens it
   * again and leaves the answer to whoever uses it next.
   */
  private boolean subscribe(RedisConnection redis) {
    Jedis jedis = (Jedis) redis.getNativeConnection();
    connection = Optional.of(jedis);
    if (!closed) {
      jedis.subscribe(listener(), questions, answers, notice.channel);
    }
    return true;
  }

  private JedisPubSub listener() {
    return new JedisPubSub() {
      @Override
      public void onMessage(String channel, String text) {
        received(channel, text);
      }
    };
  }

  /**
   * Subscribes again if Redis has lost the subscription; this side of a broken connection may not
   * notice.
   */
  void check() {
    Long receivers = redis.convertAndSend(answers, "");
    if (receivers != null && receivers == 0) {
      connection.ifPresent(Jedis::disconnect);
    }
  }

  void close() {
    closed = true;
    connection.ifPresent(Jedis::disconnect);
  }

  private void received(String channel, String text) {
    try {
      if (channel.equals(notice.channel)) {
        notice.action.run();
        return;
      }
      if (text.isEmpty()) {
        return;
      }
      JsonValue json = Json.read(text);
      if (channel.equals(answers)) {
        Optional.ofNullable(asked.get(json.get("id").text())).ifPresent(a -> a.answered(json));
      } else {
        answer(json);
      }
    } catch (RuntimeException e) {
      LOG.atDebug().addKeyValue("reason", e.getMessage()).log("message of a daemon ignored");
    }
  }

  private void answer(JsonValue question) {
    Map<String, Object> answer = new LinkedHashMap<>(answering.apply(question));
    answer.put("id", question.get("id").text());
    answer.put("owner", owner);
    redis.convertAndSend(question.get("to").text(), Json.text(answer));
  }

  /** Asks all daemons, and waits for an answer, for a second at most. */
  Reply ask(Map<String, Object> question) {
    String id = UUID.randomUUID().toString();
    Map<String, Object> message = new LinkedHashMap<>(question);
    message.put("id", id);
    message.put("to", answers);
    Asked waiting = new Asked();
    asked.put(id, waiting);
    try {
      Long receivers = redis.convertAndSend(questions, Json.text(message));
      waiting.expect(receivers == null ? 0 : receivers);
      return waiting.reply();
    } finally {
      asked.remove(id);
    }
  }

  /** A question whose answers are awaited. */
  private static final class Asked {
    private final CompletableFuture<Optional<JsonValue>> found = new CompletableFuture<>();
    private final Set<String> owners = new HashSet<>();
    private long expected = Long.MAX_VALUE;

    synchronized void expect(long count) {
      expected = count;
      giveUpIfAllAnswered();
    }

    synchronized void answered(JsonValue answer) {
      owners.add(answer.get("owner").text());
      if (answer.get("view").exists()) {
        found.complete(Optional.of(answer));
      }
      giveUpIfAllAnswered();
    }

    private void giveUpIfAllAnswered() {
      if (owners.size() >= expected) {
        found.complete(Optional.empty());
      }
    }

    Reply reply() {
      Optional<JsonValue> answer =
          found
              .completeOnTimeout(Optional.empty(), PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
              .join();
      synchronized (this) {
        return new Reply(answer, Set.copyOf(owners));
      }
    }
  }
}
