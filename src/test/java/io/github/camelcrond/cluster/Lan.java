// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Hosts at a bridge. The network namespace of this process is one of them. Nothing is removed at
 * the end: this process is to run in namespaces of its own, which end with it.
 */
final class Lan {
  private static final String BRIDGE = "lan";

  private final List<Host> hosts;
  private final Host here = new Host("here", "10.0.0.10");

  private Lan(List<Host> hosts) {
    this.hosts = hosts;
  }

  /** Sets up {@code count} hosts besides this one. */
  static Lan of(int count) throws IOException, InterruptedException {
    Lan lan =
        new Lan(
            IntStream.rangeClosed(1, count)
                .mapToObj(n -> new Host("host" + n, "10.0.0." + n))
                .toList());
    run("ip netns add " + BRIDGE);
    run("ip -n lan link add bridge type bridge");
    run("ip -n lan link set bridge up");
    run("ip link set lo up");
    for (Host host : lan.hosts) {
      run("ip netns add " + host.name());
      attach(host, host.name(), "ip -n " + host.name());
    }
    attach(lan.here, "1", "ip");
    return lan;
  }

  private static void attach(Host host, String namespace, String ip)
      throws IOException, InterruptedException {
    String port = host.name();
    run("ip -n lan link add " + port + " type veth peer name eth0 netns " + namespace);
    run("ip -n lan link set " + port + " master bridge up");
    run(ip + " addr add " + host.address() + "/24 dev eth0");
    run(ip + " link set eth0 up");
    run(ip + " link set lo up");
  }

  List<Host> hosts() {
    return hosts;
  }

  Host host(int number) {
    return hosts.get(number - 1);
  }

  /** The host of this process. */
  Host here() {
    return here;
  }

  /** Lets no packet of a host through. */
  void cut(Host host) throws IOException, InterruptedException {
    run("ip -n lan link set " + host.name() + " down");
  }

  /** Ends {@link #cut}. */
  void join(Host host) throws IOException, InterruptedException {
    run("ip -n lan link set " + host.name() + " up");
  }

  /** Drops the packets of one host to another one, but not those in the other direction. */
  void block(Host from, Host to) throws IOException, InterruptedException {
    run("ip -n " + from.name() + " route add blackhole " + to.address() + "/32");
  }

  /** Ends {@link #block}. */
  void unblock(Host from, Host to) throws IOException, InterruptedException {
    run("ip -n " + from.name() + " route del blackhole " + to.address() + "/32");
  }

  /** Whether {@link #slow} works: the kernel has netem. */
  static boolean canBeSlow() throws IOException, InterruptedException {
    return exit("tc qdisc add dev lo root netem delay 1ms") == 0
        && exit("tc qdisc del dev lo root") == 0;
  }

  /** Delays, reorders and loses packets of a host. */
  void slow(Host host) throws IOException, InterruptedException {
    run("tc -n " + host.name() + " qdisc add dev eth0 root netem delay 150ms 100ms loss 8%");
  }

  /** Ends {@link #slow}. */
  void quicken(Host host) throws IOException, InterruptedException {
    run("tc -n " + host.name() + " qdisc del dev eth0 root");
  }

  private static int exit(String command) throws IOException, InterruptedException {
    return new ProcessBuilder(command.split(" "))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  private static void run(String command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command.split(" ")).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command + ": " + said.strip());
    }
  }
}
