// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelcrond.job.Run;
import io.github.camelcrond.job.RunEnd;
import io.github.camelcrond.store.RedisServer;
import io.github.camelcrond.work.Leases.Turn;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

class LeasesTest {
  private static final WorkRequest REQUEST = Requests.of("r1");
  private static final Run RUN = Requests.run("r1");
  private static final List<RunEnd> ENDS = List.of(Requests.end("r1"));
  private static RedisServer server;

  private JedisConnectionFactory connections;
  private StringRedisTemplate redis;

  @BeforeAll
  static void startRedis(@TempDir Path folder) {
    server = RedisServer.start(folder);
  }

  @AfterAll
  static void stopRedis() {
    server.close();
  }

  @BeforeEach
  void connect() {
    connections =
        new JedisConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", server.port()));
    connections.afterPropertiesSet();
    connections.start();
    redis = new StringRedisTemplate(connections);
    redis.delete(redis.keys("*"));
  }

  @AfterEach
  void disconnect() {
    connections.destroy();
  }

  private Leases leases(String worker, Duration life) {
    return new Leases(redis, "w", worker, life);
  }

  private Leases leases(String worker) {
    return leases(worker, Duration.ofMinutes(1));
  }

  @Test
  void letsOneWorkerRunAndTheOthersWait() {
    Leases one = leases("a");

    assertThat(one.turn(REQUEST)).isEqualTo(Turn.RUN);
    assertThat(leases("b").turn(REQUEST)).isEqualTo(Turn.WAIT);
    assertThat(one.turn(REQUEST)).isEqualTo(Turn.RUN);
  }

  @Test
  void letsAnotherWorkerRunWhenTheFirstGivesNoSignOfLife() {
    Leases dies = leases("a", Duration.ofMillis(200));
    dies.turn(REQUEST);
    dies.begin(REQUEST);
    Leases next = leases("b");

    Awaitility.await()
        .pollInterval(Duration.ofMillis(20))
        .until(() -> next.turn(REQUEST) == Turn.RUN);

    assertThat(next.begin(REQUEST)).isEqualTo(2);
  }

  @Test
  void keepsTheLeaseOfAWorkerThatGivesSignsOfLife() {
    Leases lives = leases("a");
    lives.turn(REQUEST);
    redis.expire("w:lease:r1", Duration.ofMillis(100));

    lives.renew();

    assertThat(redis.getExpire("w:lease:r1")).isBetween(58L, 60L);
  }

  @Test
  void tellsThatARunIsOverWhoeverAsks() {
    Leases one = leases("a");
    one.turn(REQUEST);
    one.begin(REQUEST);

    one.end(ENDS);
    one.renew();

    assertThat(leases("b").turn(REQUEST)).isEqualTo(Turn.OVER);
    assertThat(one.turn(REQUEST)).isEqualTo(Turn.OVER);
    assertThat(redis.hasKey("w:begun:r1")).isFalse();
  }

  @Test
  void tellsThatARunIsOverWhichAWorkerRecordedBeforeItDied() {
    Leases died = leases("a");
    died.turn(REQUEST);
    died.begin(REQUEST);
    redis.delete("w:lease:r1");
    Leases next = leases("b");
    next.turn(REQUEST);

    next.over(REQUEST);
    next.renew();

    assertThat(leases("c").turn(REQUEST)).isEqualTo(Turn.OVER);
    assertThat(redis.hasKey("w:begun:r1")).isFalse();
  }

  @Test
  void doesNotCountABeginningTwiceThatIsTriedTwice() {
    Leases one = leases("a");
    one.turn(REQUEST);

    assertThat(one.begin(REQUEST)).isEqualTo(1);
    assertThat(one.begin(REQUEST)).isEqualTo(1);
  }

  @Test
  void leavesARunThatDidNotStartToOthersAsIfItHadNotBegun() {
    Leases one = leases("a");
    one.turn(REQUEST);
    one.begin(REQUEST);

    one.release(RUN);

    Leases other = leases("b");
    assertThat(other.turn(REQUEST)).isEqualTo(Turn.RUN);
    assertThat(other.begin(REQUEST)).isEqualTo(1);
  }

  @Test
  void passesOverTheEndsOfRunsThatAreNotItsOwn() {
    leases("a").turn(REQUEST);

    leases("b").end(ENDS);

    assertThat(redis.opsForValue().get("w:lease:r1")).isEqualTo("a");
  }

  @Test
  void tellsThatARunIsOverAlthoughRedisWasDownMeanwhile() {
    Leases one = leases("a");
    one.turn(REQUEST);
    connections.stop();
    assertThatThrownBy(() -> one.end(ENDS)).isInstanceOf(RuntimeException.class);
    connections.start();

    one.end(ENDS);

    assertThat(leases("b").turn(REQUEST)).isEqualTo(Turn.OVER);
  }
}
