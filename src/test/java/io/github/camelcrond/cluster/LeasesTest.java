// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.cluster.Leases.Start;
import io.github.camelcrond.cluster.Leases.Turn;
import io.github.camelcrond.run.FailedAttempts;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LeasesTest extends WithRedis {
  private static final String RUN = "r1";

  private Leases leases(String worker, Duration life) {
    return new Leases(redis, "w", worker, life);
  }

  private Leases leases(String worker) {
    return leases(worker, Duration.ofMinutes(1));
  }

  @Test
  void letsOneWorkerRunAndTheOthersWait() {
    Leases one = leases("a");

    assertThat(one.take(RUN)).isEqualTo(Turn.RUN);
    assertThat(leases("b").take(RUN)).isEqualTo(Turn.WAIT);
    assertThat(one.take(RUN)).isEqualTo(Turn.RUN);
  }

  @Test
  void letsAnotherWorkerRunWhenTheFirstGivesNoSignOfLife() {
    Leases dies = leases("a", Duration.ofMillis(200));
    dies.take(RUN);
    dies.begin(RUN, "first");
    Leases next = leases("b");

    Awaitility.await().pollInterval(Duration.ofMillis(20)).until(() -> next.take(RUN) == Turn.RUN);

    assertThat(next.begin(RUN, "second").number()).isEqualTo(2);
  }

  @Test
  void keepsTheLeaseOfAWorkerThatGivesSignsOfLife() {
    Leases alive = leases("a");
    alive.take(RUN);
    redis.expire("w:lease:r1", Duration.ofMillis(100));

    alive.renew(RUN);

    assertThat(redis.getExpire("w:lease:r1")).isBetween(58L, 60L);
  }

  @Test
  void renewsALeaseThatRedisHasLost() {
    leases("a").renew(RUN);

    assertThat(redis.opsForValue().get("w:lease:r1")).isEqualTo("a");
  }

  @Test
  void renewsNoLeaseThatAnotherWorkerHasTakenOver() {
    leases("b").take(RUN);

    leases("a").renew(RUN);

    assertThat(redis.opsForValue().get("w:lease:r1")).isEqualTo("b");
  }

  @Test
  void reportsThatARunIsOverToWhoeverAsks() {
    Leases one = leases("a");
    one.take(RUN);
    one.begin(RUN, "first");

    one.end(RUN);
    one.renew(RUN);

    assertThat(leases("b").take(RUN)).isEqualTo(Turn.OVER);
    assertThat(one.take(RUN)).isEqualTo(Turn.OVER);
    assertThat(redis.hasKey("w:beginnings:r1")).isFalse();
  }

  @Test
  void endsNoRunThatAnotherWorkerHasTakenOver() {
    Leases late = leases("a");
    Leases next = leases("b");
    late.take(RUN);
    redis.delete("w:lease:r1");
    next.take(RUN);
    next.begin(RUN, "second");

    late.end(RUN);

    assertThat(redis.opsForValue().get("w:lease:r1")).isEqualTo("b");
    assertThat(next.begin(RUN, "third").number()).isEqualTo(2);
  }

  @Test
  void countsABeginningOnceHoweverOftenItIsSent() {
    Leases one = leases("a");

    assertThat(one.begin(RUN, "first").number()).isEqualTo(1);
    assertThat(one.begin(RUN, "first").number()).isEqualTo(1);
  }

  @Test
  void leavesARunThatDidNotStartToOthersAsIfItHadNotBegun() {
    Leases one = leases("a");
    one.take(RUN);
    one.begin(RUN, "first");

    one.release(RUN, "first");
    one.release(RUN, "first");

    Leases other = leases("b");
    assertThat(other.take(RUN)).isEqualTo(Turn.RUN);
    assertThat(other.begin(RUN, "second").number()).isEqualTo(1);
  }

  @Test
  void releasesNoLeaseThatAnotherWorkerHas() {
    leases("b").take(RUN);

    leases("a").release(RUN, "first");

    assertThat(redis.opsForValue().get("w:lease:r1")).isEqualTo("b");
  }

  @Test
  void leavesARetryWithItsAttemptsUntilTheRunIsOver() {
    Leases one = leases("a");
    one.take(RUN);
    one.begin(RUN, "first");
    var failed = new FailedAttempts(1, "a", Instant.EPOCH, Optional.of(Instant.EPOCH));

    one.leave(RUN, "first", failed);

    Leases other = leases("b");
    assertThat(other.take(RUN)).isEqualTo(Turn.RUN);
    assertThat(other.begin(RUN, "second")).isEqualTo(new Start(1, Optional.of(failed)));
    other.end(RUN);
    assertThat(redis.keys("*")).containsExactly("w:lease:r1");
  }
}
