// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.chaos;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A TCP proxy in front of a server, whose connections are cut, delayed or truncated on demand. */
final class FaultyLink implements Closeable {
  /** What the proxy does with connections. */
  enum Fault {
    /** Nothing: bytes are passed on. */
    NONE,
    /** Connections are closed, new ones refused. */
    CUT,
    /** Each packet takes 300 ms longer. */
    DELAY,
    /** Connections end in the middle of a packet. */
    TRUNCATE,
    /** Connections stay open, and nothing is passed on. */
    STALL
  }

  private static final int DELAY_MILLIS = 300;
  private static final int LOOK_MILLIS = 20;

  private final ServerSocket listener;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile Fault fault = Fault.NONE;

  private FaultyLink(ServerSocket listener, int target) {
    this.listener = listener;
    this.target = target;
  }

  /** Listens on a free port in front of the server at {@code target}. */
  static FaultyLink to(int target) throws IOException {
    FaultyLink link =
        new FaultyLink(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target);
    link.inBackground(link::accept);
    return link;
  }

  int port() {
    return listener.getLocalPort();
  }

  void set(Fault next) {
    fault = next;
    if (next == Fault.CUT) {
      open.forEach(FaultyLink::abort);
    }
  }

  private void accept() throws IOException, InterruptedException {
    while (true) {
      Socket client = listener.accept();
      if (fault == Fault.CUT) {
        abort(client);
        continue;
      }
      Socket server = new Socket();
      try {
        server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 1_000);
      } catch (IOException e) {
        abort(client);
        continue;
      }
      open.add(client);
      open.add(server);
      inBackground(() -> pass(client, server));
      inBackground(() -> pass(server, client));
    }
  }

  private void pass(Socket from, Socket to) throws IOException, InterruptedException {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[65_536];
      for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
        while (fault == Fault.STALL) {
          TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        if (fault == Fault.DELAY) {
          TimeUnit.MILLISECONDS.sleep(DELAY_MILLIS);
        }
        if (fault == Fault.TRUNCATE) {
          out.write(buffer, 0, n / 2);
          out.flush();
          break;
        }
        out.write(buffer, 0, n);
      }
    } finally {
      abort(from);
      abort(to);
      open.remove(from);
      open.remove(to);
    }
  }

  private static void abort(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // closed already
    }
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
            "faulty-link");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    open.forEach(FaultyLink::abort);
  }
}
