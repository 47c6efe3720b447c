// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.run.RunHistory;
import io.github.camelcrond.run.Runs;
import io.github.camelcrond.store.HostName;
import io.github.camelcrond.store.RedisKeys;
import io.github.camelcrond.store.RedisUrl;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.apache.camel.spi.Registry;
import org.springframework.data.redis.core.StringRedisTemplate;

/** The bean by which daemons of one store ask each other about runs. */
public final class PeerBeans {
  private PeerBeans() {}

  /**
   * Binds {@code peers} if there are several daemons; requires the beans of the store.
   *
   * @param executor has a thread for the questions of the others
   * @param places are notified when one is freed
   */
  public static Optional<Peers> bind(
      Registry registry,
      Settings settings,
      Runs runs,
      RunHistory history,
      Clock clock,
      Executor executor,
      Optional<Places> places) {
    if (!PlaceBeans.wanted(settings)) {
      return Optional.empty();
    }
    StringRedisTemplate redis =
        registry.lookupByNameAndType("redis-template", StringRedisTemplate.class);
    Peers peers =
        of(
            redis,
            RedisKeys.prefix(settings) + ":peers",
            RedisUrl.parse(settings.text("crond.redis.url")).database(),
            HostName.of(settings),
            runs,
            history,
            clock,
            executor,
            new PeerChannel.Notice(
                PlaceScripts.freedChannel(PlaceBeans.name(settings)),
                () -> places.ifPresent(Places::noteFreed)));
    registry.bind("peers", peers);
    return Optional.of(peers);
  }

  /**
   * Creates the bean, which listens from now on.
   *
   * @param database number of the Redis database; unlike keys, channels are shared by all databases
   */
  static Peers of(
      StringRedisTemplate redis,
      String name,
      int database,
      String host,
      Runs runs,
      RunHistory history,
      Clock clock,
      Executor executor,
      PeerChannel.Notice notice) {
    String owner = host + " " + UUID.randomUUID();
    PeerAnswers answers = new PeerAnswers(runs, history, clock);
    PeerChannel channel =
        new PeerChannel(
            redis,
            name + ":" + database,
            owner,
            json -> answers.answer(PeerQuestion.read(json)),
            notice);
    executor.execute(channel::listen);
    return new Peers(runs, channel, new Presence(redis, name, owner, clock), answers);
  }
}
