// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelcrond.cluster.PlaceScripts.Occupant;
import io.github.camelcrond.process.StandardStream;
import io.github.camelcrond.run.NoSuchRun;
import io.github.camelcrond.run.Run;
import io.github.camelcrond.run.RunFixture;
import io.github.camelcrond.run.RunHistory;
import io.github.camelcrond.run.RunProgress;
import io.github.camelcrond.store.ReplicatedWrites;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.RedisCallback;

class PeersTest extends WithRedis {
  private static final Duration LEASE = Duration.ofMinutes(1);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Daemon one;
  private Daemon other;

  @BeforeEach
  void begin() {
    one = new Daemon("host-a");
    other = new Daemon("host-b");
    awaitListeners(2);
  }

  @AfterEach
  void end() {
    one.peers.close();
    other.peers.close();
    awaitListeners(0);
    threads.shutdownNow();
  }

  private void awaitListeners(long count) {
    await().until(() -> redis.convertAndSend("p:0:questions", "") == count);
  }

  private final class Daemon {
    final RunFixture fixture = new RunFixture();
    final AtomicInteger freed = new AtomicInteger();
    final Peers peers;

    Daemon(String host) {
      RunHistory history = new RunHistory(true);
      fixture.runs.listen(history);
      PeerChannel.Notice notice = new PeerChannel.Notice("p:freed", freed::incrementAndGet);
      peers =
          PeerBeans.of(redis, "p", 0, host, fixture.runs, history, fixture.clock, threads, notice);
    }

    /** A run whose first attempt has begun. */
    RunProgress begin() {
      Run run = fixture.run(RunFixture.job("CRON_RETRIES = 1", "* * * * * - true"));
      RunProgress progress = fixture.runs.begin(run);
      fixture.runs.countAttempt(run);
      return progress;
    }
  }

  private static void print(RunProgress progress, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    progress.output().write(StandardStream.STDOUT, bytes, 0, bytes.length);
  }

  @Test
  void killsARunOfAnotherDaemon() throws Exception {
    RunProgress progress = other.begin();

    one.peers.kill(progress.run().id());

    assertThat(progress.interruption()).contains("killed on request");
  }

  @Test
  void notifiesEachDaemonOfAFreedPlaceForWhichARunWaits() {
    PlaceScripts scripts =
        new PlaceScripts(
            redis, new ReplicatedWrites(redis, 0, Duration.ZERO), "p", "host-a 1", LEASE);
    Run first = new Run("r1", Requests.job("CRON_GROUP=g:1"), Requests.AT, Run.Cause.SCHEDULE);
    Run second = new Run("r2", first.job(), Requests.AT, Run.Cause.SCHEDULE);
    for (Run run : List.of(first, second)) {
      scripts.take(run, Place.of(run), false);
    }

    scripts.release(List.of(new Occupant("r1", 0, Place.of(first).get(0))));
    await().until(() -> one.freed.get() == 1 && other.freed.get() == 1);
    scripts.release(List.of(new Occupant("r2", 0, Place.of(second).get(0))));

    // Its answer comes on the same connection, after a notice.
    assertThat(one.peers.find("r1")).isEmpty();
    assertThat(List.of(one.freed.get(), other.freed.get())).containsExactly(1, 1);
  }

  @Test
  void knowsWithoutWaitingThatNoDaemonHasTheRun() {
    long begin = System.nanoTime();

    assertThatThrownBy(() -> one.peers.kill("r1"))
        .isInstanceOf(NoSuchRun.class)
        .hasMessage("no run with the id r1 is in progress");
    assertThat(one.peers.find("r1")).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void showsARunOfAnotherDaemonUntilTheStoreHasItsRecord() {
    RunProgress progress = other.begin();
    String id = progress.run().id();

    assertThat(one.peers.find(id).orElseThrow().get("outcome").text()).isEqualTo("waiting");
    other.fixture.runs.noteSent(progress.run());
    other.fixture.runs.end(progress.run());

    assertThat(one.peers.find(id).orElseThrow().get("outcome").text()).isEqualTo("succeeded");
  }

  @Test
  void followsTheOutputOfAnotherDaemonThroughAllAttemptsToTheEnd() {
    RunProgress progress = other.begin();
    String id = progress.run().id();
    print(progress, "one");
    PeerOutput part = one.peers.output(id, 0, 0).orElseThrow();
    assertThat(part.text()).isEqualTo("one");

    print(progress, " more");
    other.fixture.runs.noteFailure(progress.run(), new IllegalStateException());
    other.fixture.runs.countAttempt(progress.run());
    print(progress, "two");
    part = one.peers.output(id, 1, part.next()).orElseThrow();
    assertThat(part.text()).as("of the attempt that is over").isEqualTo(" more");
    part = one.peers.output(id, 1, part.next()).orElseThrow();
    assertThat(part.attempt()).isEqualTo(2);
    assertThat(part.text()).isEqualTo("two");

    print(progress, " last");
    other.fixture.runs.noteSent(progress.run());
    other.fixture.runs.end(progress.run());
    part = one.peers.output(id, 2, part.next()).orElseThrow();
    assertThat(part.text()).isEqualTo(" last");
    assertThat(part.isLast()).isFalse();
    part = one.peers.output(id, 2, part.next()).orElseThrow();
    assertThat(part.isLast()).isTrue();
    assertThat(part.run().get("outcome").text()).isEqualTo("succeeded");
  }

  @Test
  void readsTheWholeOutputInParts() {
    RunProgress progress = other.begin();
    print(progress, "x".repeat(900));

    assertThat(one.peers.output(progress.run().id())).contains("x".repeat(900));
  }

  @Test
  void letsTheOutputGoThatNobodyFollowsAnyMore() {
    RunProgress progress = other.begin();
    one.peers.output(progress.run().id(), 0, 0);
    // As the end of the run does.
    progress.output().release();
    print(progress, "held");
    assertThat(progress.output().total()).isEqualTo(4);

    other.fixture.clock.pass(Duration.ofSeconds(11));
    other.peers.reportRuns();
    print(progress, "not held");

    assertThat(progress.output().total()).isEqualTo(4);
  }

  @Test
  void saysWhichHostHadARunThatNobodyAnswersFor() {
    new Presence(redis, "p", "host-c 1", one.fixture.clock).note(Set.of("r1"));

    assertThatThrownBy(() -> one.peers.kill("r1"))
        .isInstanceOf(HostGone.class)
        .hasMessage(
            "run r1 is on host host-c, which does not respond; last seen at 2026-11-22T00:00:00Z");
    assertThatThrownBy(() -> one.peers.requireHost("r1")).isInstanceOf(HostGone.class);
  }

  @Test
  void knowsThatARunIsOverWhoseHostIsBack() {
    new Presence(redis, "p", "host-b 1", one.fixture.clock).note(Set.of("r1"));

    assertThatThrownBy(() -> one.peers.kill("r1")).isInstanceOf(NoSuchRun.class);
  }

  @Test
  void reportsRunsInProgressOnly() {
    Presence presence = new Presence(redis, "p", "host-c 1", one.fixture.clock);
    presence.note(Set.of("r1", "r2"));
    presence.note(Set.of("r2", "r3"));

    assertThat(redis.opsForSet().members("p:runs:host-c 1")).containsExactlyInAnyOrder("r2", "r3");
    presence.leave();
    assertThat(redis.keys("p:*")).isEmpty();
  }

  @Test
  void listensAgainAfterRedisHasCutItOff() throws Exception {
    RunProgress progress = other.begin();
    redis.execute(
        (RedisCallback<Object>)
            c -> c.execute("CLIENT", bytes("KILL"), bytes("TYPE"), bytes("pubsub")));

    awaitListeners(2);
    one.peers.kill(progress.run().id());

    assertThat(progress.interruption()).isPresent();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
