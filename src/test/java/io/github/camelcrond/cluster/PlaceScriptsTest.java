// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelcrond.cluster.PlaceScripts.Answer;
import io.github.camelcrond.cluster.PlaceScripts.Occupant;
import io.github.camelcrond.cluster.PlaceScripts.Verdict;
import io.github.camelcrond.run.Run;
import io.github.camelcrond.store.RedisServer;
import io.github.camelcrond.store.ReplicatedWrites;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlaceScriptsTest extends WithRedis {
  private PlaceScripts one;
  private PlaceScripts other;

  @BeforeEach
  void begin() {
    one = daemon("host-a 1");
    other = daemon("host-b 1");
  }

  private PlaceScripts daemon(String owner) {
    return daemon(owner, 0);
  }

  private PlaceScripts daemon(String owner, int replicas) {
    ReplicatedWrites writes = new ReplicatedWrites(redis, replicas, Duration.ofMillis(200));
    return new PlaceScripts(redis, writes, "p", owner, Duration.ofMinutes(1));
  }

  private static Run run(String id, String variables) {
    return run(id, variables, 0);
  }

  private static Run run(String id, String variables, int second) {
    Instant at = Requests.AT.plusSeconds(second);
    return new Run(id, Requests.job(variables.replace(' ', '\n')), at, Run.Cause.SCHEDULE);
  }

  private static Answer take(PlaceScripts daemon, Run run) {
    return daemon.take(run, Place.of(run), false);
  }

  private static long fence(Answer answer) {
    assertThat(answer.verdict()).isEqualTo(Verdict.TAKEN);
    return Long.parseLong(answer.detail());
  }

  private static List<Occupant> occupants(Run run, long fence) {
    return Place.of(run).stream().map(place -> new Occupant(run.id(), fence, place)).toList();
  }

  private static void release(PlaceScripts daemon, Run run) {
    daemon.release(occupants(run, 0));
  }

  /** As if the daemon of {@code run} had not renewed its lease in time. */
  private void endLease(Run run) {
    Place.of(run)
        .forEach(place -> redis.opsForZSet().add("p:" + place.name() + ":leases", run.id(), 1));
  }

  @Test
  void skipsARunWhileAnotherDaemonHasThePlaceAndNamesItsRunAndHost() {
    Run first = run("a1", "CRON_OVERLAP=skip");
    take(one, first);

    assertThat(take(other, run("b1", "CRON_OVERLAP=skip")))
        .isEqualTo(new Answer(Verdict.FULL, "run a1 on host-a", 1));
    release(one, first);
    assertThat(take(other, run("b2", "CRON_OVERLAP=skip")).verdict()).isEqualTo(Verdict.TAKEN);
  }

  @Test
  void givesEachRunAHigherFenceThanAllBefore() {
    long first = fence(take(one, run("a1", "CRON_GROUP=g:9")));
    long again = fence(take(one, run("a1", "CRON_GROUP=g:9")));
    long second = fence(take(other, run("b1", "CRON_GROUP=g:9")));

    assertThat(List.of(first, again, second)).isSorted().doesNotHaveDuplicates();
    assertThat(first)
        .as("higher even if Redis has lost its data")
        .isGreaterThan(1_000_000_000_000L);
  }

  @Test
  void letsTheRunsOfAGroupInByTheirScheduledInstants() {
    Run first = run("a1", "CRON_GROUP=g");
    Run late = run("a2", "CRON_GROUP=g", 2);
    Run early = run("b1", "CRON_GROUP=g", 1);
    take(one, first);

    assertThat(take(one, late)).isEqualTo(new Answer(Verdict.WAITS, "run a1 on host-a", 1));
    assertThat(take(other, early).verdict()).isEqualTo(Verdict.WAITS);
    release(one, first);
    assertThat(take(one, late).verdict()).isEqualTo(Verdict.WAITS);
    assertThat(take(other, early).verdict()).isEqualTo(Verdict.TAKEN);
    release(other, early);
    assertThat(take(one, late).verdict()).isEqualTo(Verdict.TAKEN);
  }

  @Test
  void letsAsManyRunsOfAGroupInAsTheLeastLimitAllows() {
    Run first = run("a1", "CRON_GROUP=g:2");
    take(one, first);

    assertThat(take(other, run("b1", "CRON_GROUP=g:1")).verdict()).isEqualTo(Verdict.WAITS);
    assertThat(take(other, run("b2", "CRON_GROUP=g:2", -1)).verdict()).isEqualTo(Verdict.TAKEN);
    release(one, first);
    assertThat(take(other, run("b1", "CRON_GROUP=g:1")).verdict()).isEqualTo(Verdict.WAITS);
  }

  @Test
  void keepsThePlaceOfItsJobWhileARunWaitsForItsGroup() {
    take(one, run("a1", "CRON_GROUP=g"));
    Run both = run("a2", "CRON_GROUP=g CRON_OVERLAP=skip");

    assertThat(take(one, both)).isEqualTo(new Answer(Verdict.WAITS, "run a1 on host-a", 2));
    assertThat(take(other, run("b1", "CRON_OVERLAP=skip")))
        .isEqualTo(new Answer(Verdict.FULL, "run a2 on host-a", 1));
  }

  @Test
  void letsOneRunOfAJobWait() {
    Run first = run("a1", "CRON_OVERLAP=queue");
    take(one, first);

    assertThat(take(other, run("b1", "CRON_OVERLAP=queue", 1)).verdict()).isEqualTo(Verdict.WAITS);
    assertThat(take(one, run("a2", "CRON_OVERLAP=queue", 2)))
        .isEqualTo(new Answer(Verdict.QUEUED, "run a1 on host-a", 1));
    release(one, first);
    assertThat(take(one, run("a3", "CRON_OVERLAP=queue", 3)).verdict())
        .as("the one that waited has room, though it has not asked since")
        .isEqualTo(Verdict.WAITS);
    assertThat(take(other, run("b1", "CRON_OVERLAP=queue", 1)).verdict()).isEqualTo(Verdict.TAKEN);
  }

  @Test
  void replacesTheRunInsideAndTheOneThatWaits() {
    Run first = run("a1", "CRON_OVERLAP=replace");
    Run second = run("b1", "CRON_OVERLAP=replace", 1);
    Run third = run("c1", "CRON_OVERLAP=replace", 2);
    long fence = fence(take(one, first));

    assertThat(take(other, second).verdict()).isEqualTo(Verdict.WAITS);
    assertThat(one.renew(occupants(first, fence))).containsExactly("replaced run b1 on host-b");
    assertThat(take(one, third).verdict()).isEqualTo(Verdict.WAITS);
    release(one, first);
    assertThat(take(one, third).verdict())
        .as("the one that it replaced is no longer ahead, though it has not asked since")
        .isEqualTo(Verdict.TAKEN);
    assertThat(take(other, second)).isEqualTo(new Answer(Verdict.REPLACED, "run c1 on host-a", 0));
    release(other, second);
    assertThat(one.renew(occupants(third, 1))).containsExactly("");
  }

  @Test
  void changesNothingForARunThatIsEarly() {
    Run first = run("a1", "CRON_OVERLAP=replace");
    take(one, first);
    Run early = run("b1", "CRON_OVERLAP=replace", 1);

    assertThat(other.take(early, Place.of(early), true).verdict()).isEqualTo(Verdict.FULL);
    assertThat(one.renew(occupants(first, 1))).containsExactly("");
  }

  @Test
  void freesThePlaceOfARunWhoseLeaseHasEndedAndTellsItsDaemonWhoHasIt() {
    Run hangs = run("a1", "CRON_OVERLAP=skip");
    long fence = fence(take(one, hangs));
    endLease(hangs);

    assertThat(fence(take(other, run("b1", "CRON_OVERLAP=skip")))).isGreaterThan(fence);
    assertThat(one.renew(occupants(hangs, fence))).containsExactly("lost run b1 on host-b");
    release(one, hangs);
    assertThat(take(one, run("a2", "CRON_OVERLAP=skip")).detail()).isEqualTo("run b1 on host-b");
  }

  @Test
  void takesARunForLostEvenIfTheOneThatHadItsPlaceHasEnded() {
    Run hangs = run("a1", "CRON_OVERLAP=skip");
    long fence = fence(take(one, hangs));
    endLease(hangs);
    Run next = run("b1", "CRON_OVERLAP=skip");
    take(other, next);
    release(other, next);

    assertThat(one.renew(occupants(hangs, fence))).containsExactly("lost ");
  }

  @Test
  void keepsThePlaceOfARunWhoseLeaseEndedWhileNobodyElseWantedIt() {
    Run slow = run("a1", "CRON_OVERLAP=skip");
    long fence = fence(take(one, slow));
    endLease(slow);

    assertThat(one.renew(occupants(slow, fence))).containsExactly("");
    assertThat(take(other, run("b1", "CRON_OVERLAP=skip")).verdict()).isEqualTo(Verdict.FULL);
  }

  @Test
  void givesBackThePlacesThatRedisHasLostUnlessOthersHaveFilledThem() {
    Run kept = run("a1", "CRON_OVERLAP=skip");
    Run filled = run("a2", "CRON_GROUP=g");
    long keptFence = fence(take(one, kept));
    long filledFence = fence(take(one, filled));
    redis.delete(redis.keys("*"));
    take(other, run("b1", "CRON_GROUP=g"));

    assertThat(one.renew(occupants(kept, keptFence))).containsExactly("");
    assertThat(one.renew(occupants(filled, filledFence))).containsExactly("lost run b1 on host-b");
    assertThat(take(other, run("b2", "CRON_OVERLAP=skip")).detail()).isEqualTo("run a1 on host-a");
  }

  @Test
  void givesNoPlaceUntilReplicasOfRedisHaveIt(@TempDir Path folder) {
    PlaceScripts careful = daemon("host-a 1", 1);
    Run run = run("a1", "CRON_OVERLAP=skip");
    assertThatThrownBy(() -> take(careful, run))
        .hasMessage("written to 0 of 1 replicas (crond.claims.wait-replicas)");
    assertThat(careful.renew(occupants(run, 1))).as("renewed on the master").containsExactly("");
    assertThat(take(other, run("b1", "CRON_OVERLAP=skip")).verdict()).isEqualTo(Verdict.FULL);
    try (RedisServer replica =
        RedisServer.start(folder, "--replicaof", "127.0.0.1", "" + server.port())) {
      await().ignoreExceptions().until(() -> fence(take(careful, run)) > 0);
      assertThat(RedisServer.command(replica.port(), "EXISTS", "p:job:j:inside")).isEqualTo(":1");
    }
  }

  @Test
  void survivesAFailOverThatLosesTheLastWrites() {
    take(one, run("a1", "CRON_GROUP=g"));
    byte[] before = redis.dump("p:last-fence");
    Run kept = run("a2", "CRON_OVERLAP=skip");
    long fence = fence(take(one, kept));
    redis.delete(redis.keys("p:job*"));
    redis.restore("p:last-fence", before, 0, TimeUnit.MILLISECONDS, true);

    assertThat(one.renew(occupants(kept, fence))).containsExactly("");
    assertThat(take(other, run("b1", "CRON_OVERLAP=skip")).detail()).isEqualTo("run a2 on host-a");
    assertThat(fence(take(other, run("b2", "CRON_GROUP=h")))).isGreaterThan(fence);
  }

  @Test
  void givesARunThatTheQueueDeliversAgainThePlaceOfItsFirstDelivery() {
    Run run = run("r1", "CRON_OVERLAP=skip");
    long fence = fence(take(one, run));

    assertThat(fence(take(other, run))).isGreaterThan(fence);
    assertThat(one.renew(occupants(run, fence))).containsExactly("lost run r1 on host-b");
    release(one, run);
    assertThat(take(one, run("a1", "CRON_OVERLAP=skip")).detail()).isEqualTo("run r1 on host-b");
  }

  @Test
  void leavesNothingInRedisButTheFence() {
    Run run = run("a1", "CRON_GROUP=g CRON_OVERLAP=replace");
    take(one, run);
    assertThat(redis.keys("*"))
        .filteredOn(key -> !key.equals("p:last-fence"))
        .hasSize(6)
        .allMatch(key -> redis.getExpire(key) > 80_000);

    release(one, run);
    release(one, run);

    assertThat(redis.keys("*")).containsExactly("p:last-fence");
  }
}
