// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.store.RedisBatch;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.ZSetOperations.TypedTuple;

/**
 * Which daemon has had which runs in progress, and when it last said so, in Redis. It is only asked
 * about runs that no daemon answers for.
 */
final class Presence {
  private static final Duration KEPT = Duration.ofDays(1);

  private final StringRedisTemplate redis;
  private final String name;
  private final String owner;
  private final Clock clock;
  private Set<String> noted = Set.of();

  /** When a host that has a run was last seen. */
  record Sighting(String host, Instant at) {}

  /**
   * @param name prefix of all keys
   * @param owner an id unique to this process, beginning with the name of the host and a blank
   */
  Presence(StringRedisTemplate redis, String name, String owner, Clock clock) {
    this.redis = redis;
    this.name = name;
    this.owner = owner;
    this.clock = clock;
  }

  /** Notes that this daemon is there, and its runs in progress; one round trip. */
  synchronized void note(Set<String> runs) {
    Set<String> begun = without(runs, noted);
    Set<String> ended = without(noted, runs);
    Instant now = clock.instant();
    redis.executePipelined(
        RedisBatch.session(
            commands -> {
              commands.opsForZSet().add(seen(), owner, now.toEpochMilli());
              commands.opsForZSet().removeRangeByScore(seen(), 0, now.minus(KEPT).toEpochMilli());
              if (!begun.isEmpty()) {
                commands.opsForSet().add(runs(owner), begun.toArray(String[]::new));
              }
              if (!ended.isEmpty()) {
                commands.opsForSet().remove(runs(owner), ended.toArray());
              }
              commands.expire(runs(owner), KEPT);
            }));
    noted = Set.copyOf(runs);
  }

  private static Set<String> without(Set<String> some, Set<String> others) {
    Set<String> rest = new HashSet<>(some);
    rest.removeAll(others);
    return rest;
  }

  /** Notes that this daemon ends, and has no run in progress. */
  void leave() {
    redis.executePipelined(
        RedisBatch.session(
            commands -> {
              commands.opsForZSet().remove(seen(), owner);
              commands.delete(runs(owner));
            }));
  }

  /**
   * The host that had {@code run} in progress when it was last seen, and when that was; empty if
   * unknown.
   *
   * @param owners daemons that do not have the run, so that it is not on their hosts
   */
  Optional<Sighting> find(String run, Set<String> owners) {
    Set<String> hosts = new HashSet<>();
    owners.forEach(other -> hosts.add(host(other)));
    Set<TypedTuple<String>> all = redis.opsForZSet().reverseRangeWithScores(seen(), 0, -1);
    return all.stream()
        .filter(found -> !hosts.contains(host(found.getValue())))
        .filter(
            found -> Boolean.TRUE.equals(redis.opsForSet().isMember(runs(found.getValue()), run)))
        .findFirst()
        .map(
            found ->
                new Sighting(
                    host(found.getValue()), Instant.ofEpochMilli(found.getScore().longValue())));
  }

  private static String host(String owner) {
    return owner.substring(0, owner.indexOf(' '));
  }

  private String seen() {
    return name + ":seen";
  }

  private String runs(String daemon) {
    return name + ":runs:" + daemon;
  }
}
