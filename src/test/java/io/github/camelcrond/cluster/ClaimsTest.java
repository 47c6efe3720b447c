// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.run.Run;
import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.run.RunSkipped;
import io.github.camelcrond.store.RedisServer;
import io.github.camelcrond.store.ReplicatedWrites;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.ValueOperations;

class ClaimsTest extends WithRedis {
  private static final Instant MIDNIGHT = Instant.parse("2026-11-22T00:00:00Z");

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final AtomicLong nanos = new AtomicLong();

  private Claims claims(StringRedisTemplate template, String replica) {
    return new Claims(
        template,
        "c:claims",
        replica.split("-")[0],
        replica,
        Duration.ofMinutes(1),
        Duration.ofSeconds(1),
        new ReplicatedWrites(template, 0, Duration.ofSeconds(1)),
        nanos::get);
  }

  private Claims copied(StringRedisTemplate template) {
    return new Claims(
        template,
        "c:claims",
        "a",
        "a-1",
        Duration.ofMinutes(1),
        Duration.ofMillis(200),
        new ReplicatedWrites(template, 1, Duration.ofMillis(200)),
        nanos::get);
  }

  private static Job job(String variables) {
    return Requests.job(variables.replace(' ', '\n'));
  }

  private static Run run(String id, Run.Cause cause) {
    return new Run(id, job(""), MIDNIGHT, cause);
  }

  private Exchange exchange(Run run) {
    Exchange exchange = new DefaultExchange(context);
    exchange.setVariable("run", run);
    return exchange;
  }

  private boolean claim(Claims claims, Run run) {
    return claims.add(exchange(run), claims.key(run));
  }

  /** Asks again until Redis confirms that the firing of {@code exchange} is ours, or is not. */
  private void awaitAnswer(Claims claims, Exchange exchange, boolean ours) {
    String key = claims.key(exchange.getVariable("run", Run.class));
    Awaitility.await()
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(
            () -> {
              nanos.addAndGet(Claims.REST.toNanos());
              return claims.add(exchange, key) == ours;
            });
  }

  @Test
  void makesNoClaimUntilEnoughReplicasOfRedisHaveIt(@TempDir Path folder) {
    Claims claims = copied(redis);
    Run run = run("r1", Run.Cause.SCHEDULE);
    Exchange exchange = exchange(run);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> claims.add(exchange, claims.key(run)))
          .hasMessage("written to 0 of 1 replicas (crond.claims.wait-replicas)");
      nanos.addAndGet(Claims.REST.toNanos());
    }
    assertThat(claim(claims(redis, "b-1"), run("r2", Run.Cause.SCHEDULE))).isFalse();

    try (RedisServer copy =
        RedisServer.start(folder, "--replicaof", "127.0.0.1", "" + server.port())) {
      awaitAnswer(claims, exchange, true);
      assertThat(RedisServer.command(copy.port(), "DBSIZE")).isEqualTo(":1");

      copy.hang();
      Run later = new Run("r3", job(""), MIDNIGHT.plusSeconds(60), Run.Cause.SCHEDULE);
      Exchange other = exchange(later);
      assertThatThrownBy(() -> claims.add(other, claims.key(later))).hasMessageContaining("0 of 1");
      // WAIT counts the writes of its connection alone.
      disconnect();
      connect();
      assertThatThrownBy(() -> copied(redis).add(other, claims.key(later)))
          .hasMessageContaining("0 of 1");
      copy.goOn();
    }
  }

  @Test
  void losesAFiringItAskedForBeforeOnlyToAClaimThatReplicasOfRedisHave(@TempDir Path folder) {
    Claims claims = copied(redis);
    Run run = run("r1", Run.Cause.SCHEDULE);
    Exchange exchange = exchange(run);
    assertThatThrownBy(() -> claims.add(exchange, claims.key(run))).hasMessageContaining("0 of 1");
    // As after a failover to a server that another replica asked first.
    redis.opsForValue().set("c:claims:j:2026-11-22T00:00:00Z", "r2 b-1");
    nanos.addAndGet(Claims.REST.toNanos());
    assertThatThrownBy(() -> claims.add(exchange, claims.key(run))).hasMessageContaining("0 of 1");

    try (RedisServer copy =
        RedisServer.start(folder, "--replicaof", "127.0.0.1", "" + server.port())) {
      awaitAnswer(claims, exchange, false);
      assertThat(RedisServer.command(copy.port(), "DBSIZE")).isEqualTo(":1");
    }
  }

  @Test
  void givesAFiringToTheFirstOnly() {
    Claims one = claims(redis, "a-1");
    Claims other = claims(redis, "b-1");

    assertThat(claim(one, run("r1", Run.Cause.SCHEDULE))).isTrue();
    assertThat(claim(other, run("r2", Run.Cause.SCHEDULE))).isFalse();
    assertThat(redis.opsForValue().get("c:claims:j:2026-11-22T00:00:00Z")).isEqualTo("r1 a-1");
    assertThat(List.of(one.claimed(), one.lost(), other.claimed(), other.lost()))
        .containsExactly(1L, 0L, 0L, 1L);
  }

  @Test
  void givesAFiringOfAJobThatRunsOnEachHostToEachOfThemOnce() {
    Run run = new Run("r1", job("CRON_ON=each"), MIDNIGHT, Run.Cause.SCHEDULE);

    assertThat(claim(claims(redis, "a-1"), run)).isTrue();
    assertThat(claim(claims(redis, "a-2"), again(run, "r2"))).isFalse();
    assertThat(claims(redis, "b-1").last(run.job(), MIDNIGHT.minusSeconds(1), MIDNIGHT)).isEmpty();
    assertThat(claim(claims(redis, "b-1"), again(run, "r3"))).isTrue();
    assertThat(claims(redis, "b-2").last(run.job(), MIDNIGHT.minusSeconds(1), MIDNIGHT))
        .contains(MIDNIGHT);
  }

  private static Run again(Run run, String id) {
    return new Run(id, run.job(), run.scheduled(), run.cause());
  }

  @Test
  void doesNotWaitForRedisIfNoOtherHostHasTheFiring() {
    connections.stop();
    Claims claims = claims(redis, "a-1");
    Exchange exchange = exchange(new Run("r1", job("CRON_ON=each"), MIDNIGHT, Run.Cause.SCHEDULE));

    assertThatThrownBy(() -> claims.add(exchange, "k"));

    assertThat(claims.isTooLate(exchange)).isTrue();
  }

  @Test
  void countsAMissedFiringAsTheSameOne() {
    assertThat(claim(claims(redis, "a-1"), run("r1", Run.Cause.SCHEDULE))).isTrue();
    assertThat(claim(claims(redis, "b-1"), run("r2", Run.Cause.CATCH_UP))).isFalse();
  }

  @Test
  void letsEveryRunThatSomebodyAskedForPass() {
    Claims claims = claims(redis, "a-1");

    assertThat(claim(claims, run("r1", Run.Cause.SCHEDULE))).isTrue();
    assertThat(claim(claims, run("r2", Run.Cause.MANUAL))).isTrue();
    assertThat(claim(claims, run("r3", Run.Cause.MANUAL))).isTrue();
  }

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "/spec/claim-life.csv", delimiter = '|')
  void keepsAClaimAsLongAsAnybodyMayComeWithTheFiring(String rule, String variables, long least) {
    Run run = new Run("r1", job(variables == null ? "" : variables), MIDNIGHT, Run.Cause.SCHEDULE);

    claim(claims(redis, "a-1"), run);

    assertThat(redis.getExpire("c:claims:j:2026-11-22T00:00:00Z")).isBetween(least - 2, least);
  }

  @Test
  void knowsItsOwnClaimAgainWhoseAnswerWasLost() {
    AtomicBoolean broken = new AtomicBoolean(true);
    Claims claims = claims(losing(broken), "a-1");

    assertThat(claim(claims, run("r1", Run.Cause.SCHEDULE))).isTrue();
    assertThat(broken).isFalse();
    assertThat(claim(claims(redis, "b-1"), run("r2", Run.Cause.SCHEDULE))).isFalse();
  }

  /** Redis as seen through a connection that breaks after a command was carried out, once. */
  private StringRedisTemplate losing(AtomicBoolean broken) {
    return new StringRedisTemplate(connections) {
      @Override
      @SuppressWarnings("unchecked")
      public ValueOperations<String, String> opsForValue() {
        return (ValueOperations<String, String>)
            Proxy.newProxyInstance(
                ValueOperations.class.getClassLoader(),
                new Class<?>[] {ValueOperations.class},
                (proxy, method, arguments) -> {
                  Object answer = method.invoke(redis.opsForValue(), arguments);
                  if (broken.compareAndSet(true, false)) {
                    throw new IllegalStateException("connection reset");
                  }
                  return answer;
                });
      }
    };
  }

  @Test
  void doesNotAskARedisThatIsDownForEachFiring() {
    connections.stop();
    Claims claims = claims(redis, "a-1");

    assertThatThrownBy(() -> claim(claims, run("r1", Run.Cause.SCHEDULE)));
    assertThat(claims.failing()).isTrue();

    connections.start();
    assertThatThrownBy(() -> claim(claims, run("r2", Run.Cause.SCHEDULE)));
    assertThat(redis.keys("*")).isEmpty();

    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(claim(claims, run("r3", Run.Cause.SCHEDULE))).isTrue();
    assertThat(claims.failing()).isFalse();
  }

  @Test
  void asksAgainUntilTheFiringIsTooLateAndNotesTheDelay() {
    connections.stop();
    Claims claims = claims(redis, "a-1");
    Exchange exchange = exchange(run("r1", Run.Cause.SCHEDULE));
    String key = claims.key(run("r1", Run.Cause.SCHEDULE));

    assertThatThrownBy(() -> claims.add(exchange, key));
    nanos.addAndGet(Duration.ofSeconds(59).toNanos());
    assertThat(claims.isTooLate(exchange)).isFalse();
    connections.start();
    assertThat(claims.add(exchange, key)).isTrue();

    assertThat(exchange.getVariable("run", Run.class).note())
        .contains("claimed 59s late, Redis did not respond");
  }

  @Test
  void givesUpWhenTheFiringIsTooLate() {
    connections.stop();
    Claims claims = claims(redis, "a-1");
    Exchange exchange = exchange(run("r1", Run.Cause.SCHEDULE));
    assertThatThrownBy(() -> claims.add(exchange, "k"));

    nanos.addAndGet(Duration.ofSeconds(60).toNanos());

    assertThat(claims.isTooLate(exchange)).isTrue();
    assertThatThrownBy(() -> claims.skip(run("r1", Run.Cause.SCHEDULE)))
        .isInstanceOf(RunSkipped.class)
        .hasMessage(RunEnd.UNCLAIMED);
    assertThat(claims.failed()).isEqualTo(1);
  }

  @Test
  void leavesAFiringThatItGaveUpToARunThatMakesUpForIt() {
    Run missed = run("r1", Run.Cause.SCHEDULE);
    Claims claims = copied(redis);
    assertThatThrownBy(() -> claim(claims, missed)).hasMessageContaining("0 of 1");
    assertThat(claims.last(missed.job(), MIDNIGHT.minusSeconds(1), MIDNIGHT)).contains(MIDNIGHT);
    assertThat(claim(claims(redis, "b-1"), run("r2", Run.Cause.SCHEDULE))).isFalse();

    assertThatThrownBy(() -> claims.skip(missed)).isInstanceOf(RunSkipped.class);

    assertThat(claims.last(missed.job(), MIDNIGHT.minusSeconds(1), MIDNIGHT)).isEmpty();
    assertThat(claim(claims(redis, "b-1"), run("r3", Run.Cause.CATCH_UP))).isTrue();
    assertThatThrownBy(() -> claims.skip(missed)).isInstanceOf(RunSkipped.class);
    assertThat(claims.last(missed.job(), MIDNIGHT.minusSeconds(1), MIDNIGHT))
        .as("that of another replica stays")
        .contains(MIDNIGHT);
  }

  @Test
  void findsTheLastFiringThatAnybodyHasClaimed() {
    Claims claims = claims(redis, "a-1");
    claim(claims(redis, "b-1"), run("r1", Run.Cause.SCHEDULE));
    Instant end = MIDNIGHT.plusSeconds(600);

    assertThat(claims.last(job(""), MIDNIGHT.minusSeconds(600), end)).contains(MIDNIGHT);
    assertThat(claims.last(job(""), MIDNIGHT, end)).isEmpty();
  }

  @Test
  void leavesFiringsToTheOthersWhenItGoes() {
    Claims claims = claims(redis, "a-1");
    claims.leaveAll();

    assertThat(claim(claims, run("r1", Run.Cause.SCHEDULE))).isFalse();
    assertThat(claim(claims, run("r2", Run.Cause.MANUAL))).isTrue();
    assertThat(claim(claims(redis, "b-1"), run("r3", Run.Cause.SCHEDULE))).isTrue();
  }

  @Test
  void recordsThatAMissedFiringIsNotMadeUpForWhenItGoes() throws Exception {
    Claims claims = claims(redis, "a-1");
    claims.skipIfStopping(run("r1", Run.Cause.CATCH_UP));
    claims.leaveAll();

    claims.skipIfStopping(run("r2", Run.Cause.SCHEDULE));
    assertThatThrownBy(() -> claims.skipIfStopping(run("r3", Run.Cause.CATCH_UP)))
        .isInstanceOf(RunSkipped.class)
        .hasMessage("the daemon is stopping");
  }
}
