// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.run.GateRule.WhenFull;
import io.github.camelcrond.run.Run;
import io.github.camelcrond.store.ReplicatedWrites;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * The places of a cluster in Redis: who is inside, who waits, and until when without renewal. Each
 * method is one round trip, and may be repeated if its answer was lost.
 */
final class PlaceScripts {
  @SuppressWarnings("rawtypes")
  private static final RedisScript<List> TAKE = script("place-take.lua", List.class);

  @SuppressWarnings("rawtypes")
  private static final RedisScript<List> RENEW = script("place-renew.lua", List.class);

  private static final RedisScript<Void> RELEASE = script("place-release.lua", Void.class);

  private final StringRedisTemplate redis;
  private final ReplicatedWrites replicated;
  private final String name;
  private final String owner;
  private final Duration lease;

  /** What became of a run that asked for its places. */
  enum Verdict {
    /** It has all of them; the detail is its fence. */
    TAKEN,
    /** It waits for one, and keeps those in front of it. */
    WAITS,
    /** A place is full, and the run does not wait. */
    FULL,
    /** Like {@link #FULL}, and another run waits already. */
    QUEUED,
    /** Another run takes its turn. */
    REPLACED
  }

  /**
   * The answer to a run.
   *
   * @param detail the fence, or which run is the obstacle: {@code run ID on HOST}
   * @param place for which it waits, counted from 1; 0 if it does not wait
   */
  record Answer(Verdict verdict, String detail, int place) {}

  /**
   * A run in a place, or waiting for it.
   *
   * @param fence of the run; 0 while it waits
   */
  record Occupant(String run, long fence, Place place) {}

  /**
   * @param replicated waits until replicas of Redis have a place
   * @param name prefix of all keys
   * @param owner an id unique to this process, beginning with the name of the host and a blank
   * @param lease how long a place is kept without renewal, at most an hour
   */
  PlaceScripts(
      StringRedisTemplate redis,
      ReplicatedWrites replicated,
      String name,
      String owner,
      Duration lease) {
    this.redis = redis;
    this.replicated = replicated;
    this.name = name;
    this.owner = owner;
    this.lease = lease;
  }

  private static <T> RedisScript<T> script(String file, Class<T> answer) {
    return RedisScript.of(text("place.lua") + text(file), answer);
  }

  private static String text(String file) {
    try (InputStream in = PlaceScripts.class.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Takes {@code places} for {@code run}, or queues it for the first that is full.
   *
   * @param early whether a place that is full may be free when the run is due; then a run that
   *     would be skipped or replace others changes nothing
   */
  Answer take(Run run, List<Place> places, boolean early) {
    List<String> keys = new ArrayList<>(List.of(fence()));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                run.id(),
                owner,
                String.valueOf(lease.toMillis()),
                String.valueOf(run.scheduled().toEpochMilli())));
    for (Place place : places) {
      keys.addAll(keys(place));
      boolean waits = place.whenFull() == WhenFull.WAIT;
      arguments.add(String.valueOf(place.limit()));
      arguments.add((early && !waits ? WhenFull.SKIP : place.whenFull()).name());
    }
    return replicated.confirmed(
        () -> answer(redis.execute(TAKE, keys, arguments.toArray())),
        answer -> answer.verdict() == Verdict.TAKEN);
  }

  private static Answer answer(List<?> answer) {
    return new Answer(
        Verdict.valueOf((String) answer.get(0)),
        (String) answer.get(1),
        answer.size() > 2 ? Integer.parseInt((String) answer.get(2)) : 0);
  }

  /**
   * Renews the leases of {@code occupants} and returns what it found for each: nothing, {@code
   * replaced} and by which run, or {@code lost} and to which run.
   */
  List<String> renew(List<Occupant> occupants) {
    List<String> keys = new ArrayList<>();
    List<String> arguments = new ArrayList<>(List.of(owner, String.valueOf(lease.toMillis())));
    for (Occupant occupant : occupants) {
      keys.addAll(keys(occupant.place()));
      arguments.add(occupant.run());
      arguments.add(String.valueOf(occupant.fence()));
      arguments.add(String.valueOf(occupant.place().limit()));
    }
    // Without confirmation by replicas: if a failover loses a renewal, the next one restores the
    // place.
    List<?> answers = redis.execute(RENEW, keys, arguments.toArray());
    return answers.stream().map(String.class::cast).toList();
  }

  /** Frees the places of {@code occupants}, and notifies {@link #freedChannel} if runs wait. */
  void release(List<Occupant> occupants) {
    List<String> keys = occupants.stream().flatMap(o -> keys(o.place()).stream()).toList();
    List<String> arguments = new ArrayList<>(List.of(owner, freedChannel(name)));
    occupants.forEach(occupant -> arguments.add(occupant.run()));
    redis.execute(RELEASE, keys, arguments.toArray());
  }

  /** The channel with an empty message for each place that is freed while runs wait for it. */
  static String freedChannel(String name) {
    return name + ":freed";
  }

  private String fence() {
    return name + ":last-fence";
  }

  private List<String> keys(Place place) {
    String key = name + ":" + place.name();
    return List.of(key + ":inside", key + ":waiting", key + ":leases", key + ":owners");
  }
}
