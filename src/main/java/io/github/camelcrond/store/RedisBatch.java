// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.run.RunEndJson;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.RedisOperations;
import org.springframework.data.redis.core.SessionCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * Writes that consist of many commands, sent in one round trip; the component would send them one
 * at a time.
 */
public final class RedisBatch {
  /**
   * Moves a record to the head of a list. One step: an earlier attempt that a slow connection
   * delivers late must not mix with the next one.
   */
  private static final RedisScript<Void> ADD_ONCE =
      RedisScript.of(
          "redis.call('LREM', KEYS[1], 0, ARGV[1]) redis.call('LPUSH', KEYS[1], ARGV[1])");

  private final StringRedisTemplate redis;
  private final ReplicatedWrites replicated;
  private final RedisKeys keys;
  private final WrongTypeRepair repair;
  private final int historyRuns;
  private volatile Set<String> inForce = Set.of();

  /**
   * Writes through {@code redis}.
   *
   * @param replicated waits until replicas of Redis have the records of runs
   * @param historyRuns runs kept of each job
   */
  RedisBatch(
      StringRedisTemplate redis,
      ReplicatedWrites replicated,
      RedisKeys keys,
      WrongTypeRepair repair,
      int historyRuns) {
    this.redis = redis;
    this.replicated = replicated;
    this.keys = keys;
    this.repair = repair;
    this.historyRuns = historyRuns;
  }

  /** Keeps {@code json} as the crontab and, once, as its newest version. */
  @CalledByRoute
  public void writeCrontab(String json) {
    repair.moveWrong(List.of(keys.crontab(), keys.versions()));
    sendAllOrNothing(commands -> writeCrontab(commands, json));
  }

  private void writeCrontab(RedisOperations<String, String> commands, String json) {
    commands.opsForList().remove(keys.versions(), 0, json);
    commands.opsForList().leftPush(keys.versions(), json);
    commands.opsForList().trim(keys.versions(), 0, FileStore.VERSIONS - 1);
    commands.opsForValue().set(keys.crontab(), json);
  }

  /**
   * Makes {@code routes} the route set. The keys of jobs that are only in {@code before} expire,
   * those of jobs that are new or back are kept.
   *
   * @param crontab written with them, both or neither; null to leave the stored one as it is
   * @param replaced the stored crontab that {@code crontab} replaces, null if there is none
   * @return false if the stored crontab is another by now; then nothing is written
   */
  @CalledByRoute
  public boolean writeRoutes(
      Map<String, String> routes, Collection<String> before, String crontab, String replaced) {
    Set<String> gone = new TreeSet<>(before);
    gone.removeAll(routes.keySet());
    Set<String> back = new TreeSet<>(routes.keySet());
    back.removeAll(Set.copyOf(before));
    if (crontab != null) {
      repair.moveWrong(List.of(keys.versions()));
    }
    // A transaction, as daemons with different crontabs may write at the same time.
    boolean written =
        sendAllOrNothing(
            stored -> crontab == null || Objects.equals(stored, replaced),
            commands -> {
              if (crontab != null) {
                writeCrontab(commands, crontab);
              }
              commands.delete(keys.routes());
              if (!routes.isEmpty()) {
                commands.opsForHash().putAll(keys.routes(), routes);
              }
              gone.forEach(job -> expire(commands, job));
              back.forEach(job -> commands.persist(keys.runs(job)));
              back.forEach(job -> commands.persist(keys.last(job)));
              back.forEach(job -> commands.persist(keys.success(job)));
            });
    if (written) {
      inForce = Set.copyOf(routes.keySet());
    }
    return written;
  }

  /**
   * Adds ended runs to the history of their jobs, each once even if it is written again, and sets
   * the last instants that they advance from {@code last}.
   */
  @CalledByRoute
  public void writeRuns(List<RunEnd> ends, Map<String, String> last) {
    Set<String> jobs = new HashSet<>();
    ends.forEach(end -> jobs.add(end.job()));
    Map<String, String> moved = LastInstants.of(ends, last);
    Map<String, String> succeeded = LastSuccess.of(ends);
    Set<String> known = inForce;
    send(
        jobs.stream().flatMap(job -> Stream.of(keys.runs(job), keys.last(job), keys.success(job))),
        commands -> {
          for (RunEnd end : ends) {
            String json = RunEndJson.text(end);
            commands.execute(ADD_ONCE, List.of(keys.runs(end.job())), json);
          }
          moved.forEach((job, instant) -> commands.opsForValue().set(keys.last(job), instant));
          succeeded.forEach((job, json) -> commands.opsForValue().set(keys.success(job), json));
          for (String job : jobs) {
            commands.opsForList().trim(keys.runs(job), 0, historyRuns - 1);
            if (!known.isEmpty() && !known.contains(job)) {
              expire(commands, job);
            } else if (keys.isLastByHost(job)) {
              // The host may never come back.
              commands.expire(keys.last(job), FileStore.KEEP_REMOVED);
            }
          }
        });
  }

  private void expire(RedisOperations<String, String> commands, String job) {
    commands.expire(keys.runs(job), FileStore.KEEP_REMOVED);
    commands.expire(keys.last(job), FileStore.KEEP_REMOVED);
    commands.expire(keys.success(job), FileStore.KEEP_REMOVED);
  }

  private void send(Stream<String> touched, Consumer<RedisOperations<String, String>> commands) {
    List<String> used = touched.toList();
    SessionCallback<Void> session = session(commands);
    try {
      sendConfirmed(session);
    } catch (DataAccessException e) {
      if (!WrongTypeRepair.isWrongType(e) || !repair.moveWrong(used)) {
        throw e;
      }
      sendConfirmed(session);
    }
  }

  private void sendConfirmed(SessionCallback<Void> session) {
    replicated.confirmed(() -> redis.executePipelined(session), answers -> true);
  }

  private void sendAllOrNothing(Consumer<RedisOperations<String, String>> commands) {
    noteFormat();
    redis.execute(
        session(
            operations -> {
              operations.multi();
              commands.accept(operations);
              operations.exec();
            }));
  }

  /** Fails with the reason why Redis refuses to write, which a transaction does not tell. */
  private void noteFormat() {
    redis.opsForValue().setIfAbsent(keys.format(), StoreFormat.CURRENT);
  }

  /** Sends them if the stored crontab is {@code expected}, and remains so meanwhile. */
  private boolean sendAllOrNothing(
      Predicate<String> expected, Consumer<RedisOperations<String, String>> commands) {
    AtomicBoolean sent = new AtomicBoolean();
    noteFormat();
    redis.execute(
        session(
            operations -> {
              operations.watch(keys.crontab());
              if (!expected.test(operations.opsForValue().get(keys.crontab()))) {
                operations.unwatch();
                return;
              }
              operations.multi();
              commands.accept(operations);
              // Empty if the crontab has been written by another daemon.
              List<?> answers = operations.exec();
              sent.set(answers != null && !answers.isEmpty());
            }));
    return sent.get();
  }

  /** A session that sends {@code commands}, for a template whose keys and values are texts. */
  public static SessionCallback<Void> session(Consumer<RedisOperations<String, String>> commands) {
    return new SessionCallback<>() {
      @Override
      @SuppressWarnings("unchecked") // the template's keys and values are texts
      public <K, V> Void execute(RedisOperations<K, V> operations) {
        commands.accept((RedisOperations<String, String>) operations);
        return null;
      }
    };
  }
}
