// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.crontab.Job;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;

class GateTest {
  private final RunFixture fixture = new RunFixture();
  private final List<String> passed = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();

  @Test
  void passesAsManyAsTheLimitAllows() {
    Gate gate = gate(GateRule.all(2));
    Job job = RunFixture.job("* * * * * root true");
    Run a = arrive(gate, fixture.run(job));
    Run b = arrive(gate, fixture.run(job));
    Run c = arrive(gate, fixture.run(job));
    assertThat(passed).containsExactly(a.id(), b.id());
    assertThat(gate.waiting()).isEqualTo(1);
    gate.leave(a);
    assertThat(passed).containsExactly(a.id(), b.id(), c.id());
  }

  @Test
  void letsThoseThatWaitPassInTheOrderOfTheirInstants() {
    Gate gate = gate(GateRule.all(1));
    Job job = RunFixture.job("* * * * * root true");
    Run first = arrive(gate, fixture.run(job));
    Run late = arrive(gate, fixture.run(job, RunFixture.AT.plusSeconds(60)));
    Run early = arrive(gate, fixture.run(job, RunFixture.AT.plusSeconds(30)));
    gate.leave(first);
    gate.leave(early);
    gate.leave(late);
    assertThat(passed).containsExactly(first.id(), early.id(), late.id());
    assertThat(gate.kinds()).isZero();
  }

  @Test
  void theLastRunMayEndUntilTheInstantOfTheNext() {
    Job job = RunFixture.job("CRON_OVERLAP=skip", "* * * * * root true");
    AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
    Clock clock =
        new OtherClock(
            () -> {
              meanwhile.get().run();
              return RunFixture.AT;
            });
    RunJournal journal = RunFixture.journal(clock, 1024);
    Runs runs = fixture.runs(clock, journal);
    Gate gate = new Gate(GateRule.overlap(), Runnable::run, runs);
    Run last = arrive(gate, fixture.run(job));
    meanwhile.set(() -> gate.leave(last));
    Run next = arrive(gate, fixture.run(job, RunFixture.AT.plusMillis(1)));
    assertThat(passed).containsExactly(last.id(), next.id());
  }

  /** What it shows is asked for each time. */
  private static final class OtherClock extends Clock {
    private final Supplier<Instant> now;

    OtherClock(Supplier<Instant> now) {
      this.now = now;
    }

    @Override
    public Instant instant() {
      return now.get();
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void makesRoomAtTheEndOfTheExchange() {
    Gate gate = gate(GateRule.all(1));
    Job job = RunFixture.job("* * * * * root true");
    Exchange exchange = fixture.exchange(fixture.run(job));
    gate.process(exchange, sync -> {});
    Run next = arrive(gate, fixture.run(job));
    RunFixture.complete(exchange);
    assertThat(passed).containsExactly(next.id());
  }

  @Test
  void countsARunThatLeavesTwiceOnce() {
    Gate gate = gate(GateRule.all(1));
    Job job = RunFixture.job("* * * * * root true");
    Run first = arrive(gate, fixture.run(job));
    arrive(gate, fixture.run(job));
    arrive(gate, fixture.run(job));
    gate.leave(first);
    gate.leave(first);
    assertThat(gate.waiting()).isEqualTo(1);
  }

  @Test
  void letsARunInAgainThatIsInsideStill() {
    Gate gate = gate(GateRule.all(1));
    Run run = fixture.run(RunFixture.job("* * * * * root true"));
    arrive(gate, run);
    arrive(gate, run);
    assertThat(passed).containsExactly(run.id(), run.id());
    gate.leave(run);
    assertThat(gate.kinds()).isZero();
    arrive(gate, run);
    assertThat(passed).hasSize(3);
  }

  @Test
  void keepsGroupsApart() {
    Gate gate = gate(GateRule.group());
    arrive(gate, fixture.begun("CRON_GROUP=a", "* * * * * root true"));
    arrive(gate, fixture.begun("CRON_GROUP=b", "* * * * * root true"));
    arrive(gate, fixture.begun("* * * * * root true"));
    arrive(gate, fixture.begun("* * * * * root true"));
    assertThat(passed).hasSize(4);
  }

  @Test
  void keepsTheLeastLimitOfThoseInsideAGroup() {
    Gate gate = gate(GateRule.group());
    Run one = arrive(gate, fixture.begun("CRON_GROUP=g:1", "* * * * * root true"));
    Run three = arrive(gate, fixture.begun("CRON_GROUP=g:3", "* * * * * root true"));
    assertThat(passed).containsExactly(one.id());
    gate.leave(one);
    assertThat(passed).containsExactly(one.id(), three.id());
    Run another = arrive(gate, fixture.begun("CRON_GROUP=g:3", "* * * * * root true"));
    Run alone = arrive(gate, fixture.begun("CRON_GROUP=g:1", "* * * * * root true"));
    assertThat(passed).containsExactly(one.id(), three.id(), another.id());
    gate.leave(three);
    gate.leave(another);
    assertThat(passed).endsWith(alone.id());
  }

  @Test
  void skipsARunWhileTheLastOneRuns() {
    Gate gate = gate(GateRule.overlap());
    Job job = RunFixture.job("CRON_OVERLAP=skip", "* * * * * root true");
    Run first = arrive(gate, fixture.run(job));
    arrive(gate, fixture.run(job));
    assertThat(refused).containsExactly("the previous run is still in progress");
    gate.leave(first);
    arrive(gate, fixture.run(job));
    assertThat(passed).hasSize(2);
  }

  @Test
  void letsOneRunOfAQueueWaitAndSkipsTheOthers() {
    Gate gate = gate(GateRule.overlap());
    Job job = RunFixture.job("CRON_OVERLAP=queue", "* * * * * root true");
    Run first = arrive(gate, fixture.run(job));
    Run second = arrive(gate, fixture.run(job));
    arrive(gate, fixture.run(job));
    assertThat(refused)
        .containsExactly("the previous run is still in progress and another one is waiting");
    gate.leave(first);
    assertThat(passed).containsExactly(first.id(), second.id());
  }

  @Test
  void endsTheRunThatIsReplacedAndSkipsThoseThatWaited() {
    Gate gate = gate(GateRule.overlap());
    String[] lines = {"CRON_OVERLAP=replace", "* * * * * root true"};
    Run first = arrive(gate, fixture.begun(lines));
    Run second = arrive(gate, fixture.begun(lines));
    Run third = arrive(gate, fixture.begun(lines));
    assertThat(fixture.runs.find(first.id()).orElseThrow().interruption())
        .contains("replaced by run " + second.id());
    assertThat(refused).containsExactly("replaced by run " + third.id());
    gate.leave(first);
    assertThat(passed).containsExactly(first.id(), third.id());
  }

  @Test
  void countsWhatOutlivedAnEarlierDaemon() {
    Gate gate = gate(GateRule.overlap());
    Job skips = RunFixture.job("CRON_NAME=j", "CRON_OVERLAP=skip", "* * * * * root true");
    Job waits = RunFixture.job("CRON_NAME=j", "CRON_OVERLAP=queue", "* * * * * root true");
    Job allows = RunFixture.job("CRON_NAME=j", "* * * * * root true");
    gate.hold("j", "r0", by -> {});
    arrive(gate, fixture.run(skips));
    assertThat(refused).containsExactly("the previous run is still in progress");
    Run allowed = arrive(gate, fixture.run(allows));
    Run waiting = arrive(gate, fixture.run(waits));
    assertThat(passed).containsExactly(allowed.id());
    gate.release("j", "r0");
    assertThat(passed).containsExactly(allowed.id(), waiting.id());
    gate.leave(waiting);
    assertThat(gate.kinds()).isZero();
  }

  @Test
  void endsWhatOutlivedAnEarlierDaemonWhenARunReplacesIt() {
    Gate gate = gate(GateRule.overlap());
    List<String> replaced = new ArrayList<>();
    gate.hold("j", "r0", by -> replaced.add("r0 by " + by.id()));
    Run run =
        arrive(gate, fixture.begun("CRON_NAME=j", "CRON_OVERLAP=replace", "* * * * * root true"));
    assertThat(replaced).containsExactly("r0 by " + run.id());
    assertThat(passed).isEmpty();
    gate.release("j", "r0");
    assertThat(passed).containsExactly(run.id());
  }

  @Test
  void allowsOverlapsUnlessToldOtherwise() {
    Gate gate = gate(GateRule.overlap());
    Job job = RunFixture.job("* * * * * root true");
    arrive(gate, fixture.run(job));
    arrive(gate, fixture.run(job));
    assertThat(passed).hasSize(2);
    assertThat(gate.kinds()).isZero();
  }

  @Test
  void sendsAllAwayWhenClosed() {
    Gate gate = gate(GateRule.all(1));
    Job job = RunFixture.job("* * * * * root true");
    arrive(gate, fixture.run(job));
    arrive(gate, fixture.run(job));
    gate.close("the daemon is stopping");
    arrive(gate, fixture.run(job));
    assertThat(passed).hasSize(1);
    assertThat(refused).containsExactly("the daemon is stopping", "the daemon is stopping");
    assertThat(gate.waiting()).isZero();
  }

  @Test
  void sendsARunThatIsInterruptedAwayAndLetsTheNextPass() {
    Gate gate = gate(GateRule.group());
    fixture.terminator.waitsAt(gate::dismiss);
    Run inside = arrive(gate, fixture.begun("CRON_GROUP=g:2", "* * * * * root true"));
    Run alone = arrive(gate, fixture.begun("CRON_GROUP=g:1", "* * * * * root true"));
    Run behind = arrive(gate, fixture.begun("CRON_GROUP=g:2", "* * * * * root true"));
    fixture.runs.interrupt(alone, "killed by somebody");
    assertThat(refused).containsExactly("killed by somebody");
    assertThat(passed).containsExactly(inside.id(), behind.id());
  }

  @Test
  void refusesARunThatWasInterruptedOnItsWay() {
    Gate gate = gate(GateRule.all(1));
    Run run = fixture.begun("* * * * * root true");
    fixture.runs.interrupt(run, "killed by somebody");
    arrive(gate, run);
    assertThat(refused).containsExactly("killed by somebody");
  }

  @Test
  void doesNotCountMessagesAmongTheProcessesThatStart() {
    Gate gate = gate(GateRule.starting(1));
    arrive(gate, fixture.begun("* * * * * root direct:hangs"));
    arrive(gate, fixture.begun("* * * * * root direct:hangs"));
    Run command = arrive(gate, fixture.begun("* * * * * root true"));
    assertThat(passed).hasSize(3).endsWith(command.id());
  }

  @Test
  void holdsTenThousandThatWait() {
    Gate gate = gate(GateRule.all(1));
    Job job = RunFixture.job("* * * * * root true");
    int count = 10_000;
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      runs.add(arrive(gate, fixture.run(job, RunFixture.AT.plusMillis(i))));
    }
    assertThat(gate.waiting()).isEqualTo(count - 1);
    runs.forEach(gate::leave);
    assertThat(passed).containsExactlyElementsOf(runs.stream().map(Run::id).toList());
    assertThat(gate.kinds()).isZero();
  }

  @Test
  void neverLetsMoreThanTheLimitInWhenManyComeAndGoAtOnce() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(8);
    Gate gate = new Gate(GateRule.all(3), pool, fixture.runs);
    Job job = RunFixture.job("* * * * * root true");
    int count = 5_000;
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch gone = new CountDownLatch(count);
    for (int i = 0; i < count; i++) {
      Run run = fixture.run(job);
      pool.execute(
          () ->
              gate.process(
                  fixture.exchange(run),
                  sync -> {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    inside.decrementAndGet();
                    gate.leave(run);
                    gone.countDown();
                  }));
    }
    assertThat(gone.await(60, TimeUnit.SECONDS)).isTrue();
    pool.shutdown();
    assertThat(most.get()).isBetween(1, 3);
    assertThat(gate.kinds()).isZero();
  }

  private Gate gate(GateRule rule) {
    return new Gate(rule, Runnable::run, fixture.runs);
  }

  private Run arrive(Gate gate, Run run) {
    Exchange exchange = fixture.exchange(run);
    gate.process(
        exchange,
        sync -> {
          if (exchange.getException() == null) {
            passed.add(run.id());
          } else {
            refused.add(exchange.getException().getMessage());
          }
        });
    return run;
  }
}
