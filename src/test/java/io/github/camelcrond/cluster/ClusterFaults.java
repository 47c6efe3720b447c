// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.daemon.RealDaemon;
import io.github.camelcrond.rabbitmq.RabbitNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What can happen to the hosts, daemons and servers of a {@link Cluster}, chosen at random. */
final class ClusterFaults {
  private final Random random;
  private final Lan lan;
  private final WatchedRedis redis;
  private final RabbitNode broker;
  private final List<Member> members;
  private final boolean slow;

  /** A step that may fail. */
  interface Step {
    void run() throws Exception;
  }

  /**
   * A fault that lasts until it is healed.
   *
   * @param host the host that is concerned; * for Redis, which concerns all hosts
   * @param kills whether it kills the daemon of the host
   */
  record Fault(String what, String host, boolean kills, Step begin, Step heal) {}

  /** A daemon on its host. */
  interface Member {
    Host host();

    RealDaemon daemon();

    /** Ends the daemon as a crash does. */
    void kill() throws Exception;

    /** Changes its clock, to be wrong by so many seconds. */
    void shiftClock(long seconds) throws IOException;
  }

  ClusterFaults(
      long seed, Lan lan, WatchedRedis redis, RabbitNode broker, List<? extends Member> members)
      throws IOException, InterruptedException {
    this.random = new Random(seed);
    this.lan = lan;
    this.redis = redis;
    this.broker = broker;
    this.members = List.copyOf(members);
    this.slow = Lan.canBeSlow();
    if (!slow) {
      System.out.println("the kernel has no netem: no connection is slow");
    }
  }

  /** One fault, or sometimes two that concern different hosts. */
  List<Fault> next() {
    List<Fault> faults = new ArrayList<>(List.of(draw()));
    Fault second = draw();
    if (random.nextInt(4) == 0 && !second.host().equals(faults.get(0).host())) {
      faults.add(second);
    }
    return faults;
  }

  /** How long they last, in milliseconds: from less than the lease to more than twice of it. */
  long duration() {
    return 2_000 + random.nextInt(12_000);
  }

  private Fault draw() {
    Member member = members.get(random.nextInt(members.size()));
    Member other = members.get(random.nextInt(members.size()));
    int amount = random.nextInt(10);
    return switch (random.nextInt(12)) {
      case 0, 1 -> cut(member.host());
      case 2 -> block(member.host(), other.host());
      case 3 -> slow ? slow(member.host()) : block(other.host(), member.host());
      case 4, 5 -> stop(member);
      case 6, 7 -> kill(member);
      case 8 -> shift(member, amount < 5 ? amount + 1 : 4 - amount);
      case 9 -> killMaster();
      case 10 -> amount < 5 ? failOver() : hangMaster();
      default -> amount < 5 ? cutBroker() : killBroker();
    };
  }

  private Fault cut(Host host) {
    String concerned = redis.isOn(host) ? "*" : host.name();
    return new Fault(
        "cut off " + host.name(), concerned, false, () -> lan.cut(host), () -> lan.join(host));
  }

  private Fault block(Host from, Host to) {
    Host target = from.equals(to) ? lan.here() : to;
    return new Fault(
        "no packets from " + from.name() + " to " + target.name(),
        redis.isOn(from) ? "*" : from.name(),
        false,
        () -> lan.block(from, target),
        () -> lan.unblock(from, target));
  }

  private Fault slow(Host host) {
    return new Fault(
        "slow and lossy " + host.name(),
        redis.isOn(host) ? "*" : host.name(),
        false,
        () -> lan.slow(host),
        () -> lan.quicken(host));
  }

  private static Fault stop(Member member) {
    return new Fault(
        "SIGSTOP " + member.host().name(),
        member.host().name(),
        false,
        () -> member.daemon().signal("STOP"),
        () -> member.daemon().signal("CONT"));
  }

  private static Fault kill(Member member) {
    return new Fault(
        "kill -9 " + member.host().name(),
        member.host().name(),
        true,
        member::kill,
        () -> member.daemon().start());
  }

  private static Fault shift(Member member, long seconds) {
    return new Fault(
        "clock " + (seconds > 0 ? "+" : "") + seconds + " s " + member.host().name(),
        member.host().name(),
        false,
        () -> member.shiftClock(seconds),
        () -> member.shiftClock(0));
  }

  private Fault killMaster() {
    Host[] master = new Host[1];
    return new Fault(
        "kill -9 Redis master",
        "*",
        false,
        () -> {
          master[0] = redis.master();
          redis.kill(master[0]);
        },
        () -> redis.start(master[0]));
  }

  private Fault hangMaster() {
    Host[] master = new Host[1];
    return new Fault(
        "SIGSTOP Redis master",
        "*",
        false,
        () -> {
          master[0] = redis.master();
          redis.signal(master[0], "STOP");
        },
        () -> redis.signal(master[0], "CONT"));
  }

  private Fault failOver() {
    return new Fault("SENTINEL FAILOVER", "*", false, redis::failOver, () -> {});
  }

  private Fault cutBroker() {
    return new Fault(
        "cut off RabbitMQ",
        lan.here().name(),
        false,
        () -> lan.cut(lan.here()),
        () -> lan.join(lan.here()));
  }

  private Fault killBroker() {
    return new Fault("kill -9 RabbitMQ", lan.here().name(), false, broker::kill, broker::start);
  }
}
