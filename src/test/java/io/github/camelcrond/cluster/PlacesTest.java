// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.config.SettingsLoader;
import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.run.HandTimer;
import io.github.camelcrond.run.Run;
import io.github.camelcrond.run.RunFixture;
import io.github.camelcrond.run.RunProgress;
import io.github.camelcrond.store.RedisServer;
import io.github.camelcrond.store.ReplicatedWrites;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

class PlacesTest extends WithRedis {
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration GRACE = Duration.ofSeconds(60);

  private Daemon one;
  private Daemon other;

  @BeforeEach
  void begin() {
    one = new Daemon(redis, "host-a");
    other = new Daemon(redis, "host-b");
  }

  /** One of several daemons; its time passes when the test says so. */
  private static final class Daemon {
    final RunFixture fixture = new RunFixture();
    final HandTimer timer = new HandTimer();
    final List<Throwable> failures = new ArrayList<>();
    final List<String> passed = new ArrayList<>();
    final List<String> skipped = new ArrayList<>();
    final Places places;

    Daemon(StringRedisTemplate redis, String host) {
      ReplicatedWrites writes = new ReplicatedWrites(redis, 0, LEASE);
      PlaceScripts scripts = new PlaceScripts(redis, writes, "p", host + " 1", LEASE);
      PlaceWatch watch = new PlaceWatch(scripts, LEASE, GRACE, timer::nanos, timer, failures::add);
      places =
          new Places(
              scripts, fixture.runs, fixture.clock, Runnable::run, PlacesTest::isSkipped, watch);
      watch.watch(places);
      fixture.terminator.waitsAt(places::dismiss);
    }

    Exchange arrive(Run run) {
      fixture.runs.begin(run);
      return take(run);
    }

    Exchange take(Run run) {
      Exchange exchange = fixture.exchange(run);
      places.process(
          exchange,
          sync ->
              Optional.ofNullable(exchange.getException())
                  .ifPresentOrElse(
                      e -> skipped.add(e.getMessage()),
                      () -> passed.add(exchange.getVariable("run", Run.class).id())));
      return exchange;
    }

    Exchange arrive(Job job) {
      return arrive(fixture.run(job));
    }

    void pass(Duration time) {
      timer.pass(time);
    }

    Optional<String> interruption(Exchange exchange) {
      return fixture
          .runs
          .find(exchange.getVariable("run", Run.class).id())
          .flatMap(RunProgress::interruption);
    }
  }

  private static boolean isSkipped(Run run) {
    return ClaimBeans.skippedWithoutRedis(SettingsLoader.load(Map.of(), new Properties()))
        .test(run);
  }

  private static Run run(Exchange exchange) {
    return exchange.getVariable("run", Run.class);
  }

  private static Job job(String... lines) {
    List<String> all = new ArrayList<>(List.of(lines));
    all.add("CRON_NAME=j");
    all.add("* * * * * root true");
    return RunFixture.job(all.toArray(String[]::new));
  }

  @Test
  void skipsARunWhoseJobRunsOnAnotherHostAndSaysWhere() {
    Exchange first = one.arrive(job("CRON_OVERLAP=skip"));

    other.arrive(job("CRON_OVERLAP=skip"));

    assertThat(one.passed).hasSize(1);
    assertThat(other.skipped)
        .containsExactly(
            "the previous run is still in progress: run " + run(first).id() + " on host-a");
    RunFixture.complete(first);
    one.pass(Duration.ZERO);
    other.arrive(job("CRON_OVERLAP=skip"));
    assertThat(other.passed).hasSize(1);
  }

  @Test
  void givesARunItsFence() {
    Run first = run(one.arrive(job("CRON_GROUP=g:2")));
    Run second = run(other.arrive(job("CRON_GROUP=g:2")));

    assertThat(second.fence()).isGreaterThan(first.fence()).isPositive();
  }

  @Test
  void needsNoPlaceForARunOfItsOwnReplica() {
    one.arrive(job("CRON_OVERLAP=skip"));
    Run reboot = new Run("r", job("CRON_OVERLAP=skip"), RunFixture.AT, Run.Cause.REBOOT);

    other.arrive(job("CRON_OVERLAP=skip", "CRON_SCOPE=replica"));
    other.arrive(job());
    other.arrive(job("CRON_OVERLAP=skip", "CRON_ON=each"));
    Exchange each = other.arrive(reboot);

    assertThat(other.passed).hasSize(4);
    assertThat(run(each).fence()).isZero();
    assertThat(other.timer.waiting()).as("an idle daemon sleeps").isZero();
  }

  @Test
  void letsRunsOfAllDaemonsInByTheirInstants() {
    Job job = job("CRON_GROUP=g");
    Exchange first = one.arrive(job);
    Run late = one.fixture.run(job, RunFixture.AT.plusMillis(2));
    Run early = other.fixture.run(job, RunFixture.AT.plusMillis(1));
    one.arrive(late);
    other.arrive(early);
    assertThat(one.places.waiting() + other.places.waiting()).isEqualTo(2);

    RunFixture.complete(first);
    one.pass(Duration.ofMillis(400));
    assertThat(one.passed).containsExactly(run(first).id());
    other.pass(Duration.ofMillis(400));
    assertThat(other.passed).containsExactly(early.id());
  }

  @Test
  void keepsThePlaceOfARunThatGoesToAnotherWorker() {
    Exchange first = one.arrive(job("CRON_OVERLAP=skip"));
    one.places.leaveToNext(run(first));
    RunFixture.complete(first);
    one.pass(Duration.ZERO);

    other.arrive(job("CRON_OVERLAP=skip"));
    Exchange same = other.arrive(run(first));

    assertThat(other.skipped).hasSize(1);
    assertThat(other.passed).containsExactly(run(first).id());
    assertThat(run(same).fence()).isPositive();
    one.pass(LEASE);
    assertThat(one.timer.waiting()).isZero();
    assertThat(redis.opsForHash().get("p:job:j:owners", run(first).id()))
        .asString()
        .startsWith("host-b");
  }

  @Test
  void letsTheNextRunOfTheSameDaemonInAtOnce() {
    Exchange first = one.arrive(job("CRON_OVERLAP=queue"));
    one.arrive(job("CRON_OVERLAP=queue"));
    one.pass(Duration.ofMinutes(1));
    assertThat(one.places.waiting()).isEqualTo(1);

    RunFixture.complete(first);
    one.pass(Duration.ZERO);

    assertThat(one.passed).hasSize(2);
  }

  @Test
  void endsTheRunThatAnotherDaemonReplaces() {
    Exchange first = one.arrive(job("CRON_OVERLAP=replace"));
    Run next = run(other.arrive(job("CRON_OVERLAP=replace")));

    one.pass(Duration.ofMillis(400));

    assertThat(one.interruption(first)).contains("replaced by run " + next.id() + " on host-b");
    RunFixture.complete(first);
    one.pass(Duration.ZERO);
    other.pass(Duration.ofMillis(400));
    assertThat(other.passed).containsExactly(next.id());
  }

  @Test
  void endsTheRunOfTheSameDaemonThatIsReplacedAtOnce() {
    Exchange first = one.arrive(job("CRON_OVERLAP=replace"));
    Run next = run(one.arrive(job("CRON_OVERLAP=replace")));

    one.pass(Duration.ZERO);

    assertThat(one.interruption(first)).contains("replaced by run " + next.id() + " on host-a");
  }

  @Test
  void endsARunThatHasLostItsPlaceAndSaysToWhich() {
    Exchange first = one.arrive(job("CRON_OVERLAP=skip"));
    redis.opsForZSet().add("p:job:j:leases", run(first).id(), 1);
    Run next = run(other.arrive(job("CRON_OVERLAP=skip")));
    assertThat(other.passed).containsExactly(next.id());

    one.pass(LEASE);

    assertThat(one.interruption(first))
        .contains(
            "lost its place: its lease of 30s had ended, run " + next.id() + " on host-b has it");
    RunFixture.complete(first);
    one.pass(Duration.ZERO);
    assertThat(redis.opsForZSet().range("p:job:j:inside", 0, -1)).containsExactly(next.id());
  }

  @Test
  void renewsTheLeasesOfRunsInsideAndOfThoseThatWait() {
    Run first = run(one.arrive(job("CRON_GROUP=g")));
    Run second = run(one.arrive(job("CRON_GROUP=g")));
    redis.opsForZSet().add("p:group:g:leases", first.id(), 1);
    redis.opsForZSet().add("p:group:g:leases", second.id(), 1);

    one.pass(LEASE.dividedBy(3));

    assertThat(redis.opsForZSet().rangeByScore("p:group:g:leases", 0, 1)).isEmpty();
  }

  @Test
  void sendsAWaitingRunAwayAndFreesItsTurn() {
    Exchange first = one.arrive(job("CRON_GROUP=g"));
    Run killed = run(one.arrive(job("CRON_GROUP=g")));
    one.fixture.runs.interrupt(killed, "killed on request");
    RunFixture.complete(first);
    one.pass(Duration.ZERO);

    assertThat(one.skipped).containsExactly("killed on request");
    assertThat(redis.keys("*")).containsExactly("p:last-fence");
  }

  @Test
  void freesThePlaceOfARunThatIsKilledWhileItTakesIt() {
    Run killed = one.fixture.run(job("CRON_OVERLAP=skip"));
    one.fixture.runs.begin(killed).interrupt("killed on request");

    one.take(killed);
    one.pass(Duration.ZERO);

    assertThat(one.skipped).containsExactly("killed on request");
    assertThat(redis.keys("*")).containsExactly("p:last-fence");
  }

  @Test
  void sendsAllAwayWhenTheDaemonStopsAndLeavesNoPlaceBehind() {
    Exchange first = one.arrive(job("CRON_GROUP=g"));
    one.arrive(job("CRON_GROUP=g"));
    one.places.close("stop");
    one.arrive(job());
    one.arrive(job("CRON_GROUP=h"));
    RunFixture.complete(first);
    one.places.freeLeft();

    assertThat(one.skipped).containsExactly("stop", "stop");
    assertThat(one.places.waiting()).isZero();
    assertThat(redis.keys("*")).containsExactly("p:last-fence");
  }

  @Test
  void forgetsThatRedisDidNotRespondOnceItDoes() {
    one.arrive(job("CRON_GROUP=g:1"));
    one.arrive(job("CRON_GROUP=g:1"));
    one.arrive(job("CRON_GROUP=g:1"));

    connections.stop();
    one.pass(Duration.ofSeconds(1));
    connections.start();
    assertThat(one.failures).isNotEmpty();
    for (Duration time = Duration.ZERO; time.compareTo(GRACE) <= 0; time = time.plusSeconds(1)) {
      one.pass(Duration.ofSeconds(1));
    }

    assertThat(one.skipped).isEmpty();
    assertThat(one.places.waiting()).isEqualTo(2);
  }

  @Test
  void doesWhatIsSetWhenRedisDoesNotRespondInTime() {
    JedisConnectionFactory away = connections(RedisServer.freePort());
    Daemon daemon = new Daemon(new StringRedisTemplate(away), "host-a");
    daemon.arrive(job("CRON_OVERLAP=skip"));
    Exchange run = daemon.arrive(job("CRON_OVERLAP=skip", "CRON_ON_STORE_DOWN=run"));

    daemon.pass(Duration.ofSeconds(1));
    assertThat(daemon.places.waiting()).isEqualTo(2);
    daemon.pass(GRACE);

    assertThat(daemon.skipped).containsExactly("no place: Redis did not respond");
    assertThat(daemon.passed).containsExactly(run(run).id());
    assertThat(run(run).note()).contains("run without a place, Redis did not respond");
    assertThat(daemon.failures).isNotEmpty();
  }
}
