// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Puts a server as far away as is asked for, and counts how often a client waits for it. */
final class DelayingProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int target;
  private final Duration oneWay;
  private final AtomicLong roundTrips = new AtomicLong();

  /** Bytes that may be passed on at {@code due}, in nanoseconds; none for the end. */
  private record Parcel(byte[] bytes, long due) {}

  private DelayingProxy(int target, Duration oneWay) throws IOException {
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.target = target;
    this.oneWay = oneWay;
  }

  /**
   * Listens on a free port; an answer of the server at {@code target} takes {@code roundTrip}
   * longer.
   */
  static DelayingProxy to(int target, Duration roundTrip) {
    try {
      DelayingProxy proxy = new DelayingProxy(target, roundTrip.dividedBy(2));
      proxy.inBackground(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  String url() {
    return "redis://127.0.0.1:" + listener.getLocalPort();
  }

  /** Times that a client sent something after an answer, over all connections. */
  long roundTrips() {
    return roundTrips.get();
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = listener.accept();
      Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      boolean[] answered = {true};
      pass(client, server, () -> count(answered, false));
      pass(server, client, () -> count(answered, true));
    }
  }

  private void count(boolean[] answered, boolean answer) {
    synchronized (answered) {
      if (!answer && answered[0]) {
        roundTrips.incrementAndGet();
      }
      answered[0] = answer;
    }
  }

  private void pass(Socket from, Socket to, Runnable seen) {
    BlockingQueue<Parcel> parcels = new LinkedBlockingQueue<>();
    inBackground(
        () -> {
          InputStream in = from.getInputStream();
          byte[] buffer = new byte[65_536];
          for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
            seen.run();
            parcels.add(new Parcel(Arrays.copyOf(buffer, n), System.nanoTime() + oneWay.toNanos()));
          }
          parcels.add(new Parcel(new byte[0], 0));
        });
    inBackground(
        () -> {
          OutputStream out = to.getOutputStream();
          for (Parcel parcel = parcels.take(); parcel.bytes.length > 0; parcel = parcels.take()) {
            TimeUnit.NANOSECONDS.sleep(parcel.due - System.nanoTime());
            out.write(parcel.bytes);
          }
          to.close();
        });
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private void inBackground(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException | InterruptedException e) {
                // a connection has ended, or all have
              }
            },
            "delaying-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
