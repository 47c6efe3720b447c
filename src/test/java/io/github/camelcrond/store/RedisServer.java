// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.servers.ServerRoot;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import redis.embedded.core.ExecutableProvider;

/** A real redis-server of the test's own, on a free port. */
public final class RedisServer implements AutoCloseable {
  private static List<String> standard = List.of();

  private final List<String> program;
  private final Path folder;
  private final int port;
  private final List<String> options;
  private Process process;

  private RedisServer(List<String> program, Path folder, int port, List<String> options) {
    this.program = program;
    this.folder = folder;
    this.port = port;
    this.options = options;
  }

  /**
   * Starts one that keeps nothing over its end, with more {@code options} as on its command line.
   */
  public static RedisServer start(Path folder, String... options) {
    return start(standard(), folder, options);
  }

  /** The same with the command of another server, such as that of Valkey. */
  public static RedisServer start(List<String> program, Path folder, String... options) {
    RedisServer server = new RedisServer(program, folder, freePort(), List.of(options));
    server.start();
    return server;
  }

  /** Starts a sentinel that keeps its state in {@code file}. */
  static RedisServer sentinel(Path file) {
    List<String> command = new ArrayList<>(standard());
    command.addAll(List.of(file.toString(), "--sentinel"));
    return start(command, file.getParent());
  }

  /** Starts one on a port that is known to be free. */
  static RedisServer startAt(Path folder, int port) {
    RedisServer server = new RedisServer(standard(), folder, port, List.of());
    server.start();
    return server;
  }

  /** Starts it again on the same port. */
  public void start() {
    List<String> command = new ArrayList<>(program);
    command.addAll(
        List.of(
            "--port",
            "" + port,
            "--bind",
            "127.0.0.1",
            "--dir",
            folder.toString(),
            "--save",
            "",
            "--appendonly",
            "no"));
    command.addAll(options);
    try {
      process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(10))
        .until(this::answers);
  }

  /**
   * The program of {@link ServerRoot#chosen()}, redis-server or {@code -Dcrond.test.redis=NAME};
   * else the one in embedded-redis.
   */
  static synchronized List<String> standard() {
    if (standard.isEmpty()) {
      String name = System.getProperty("crond.test.redis", "redis-server");
      ServerRoot root = ServerRoot.chosen();
      standard =
          root.program("/usr/bin/" + name, "/usr/local/bin/" + name)
              .map(root::command)
              .orElseGet(() -> List.of(embedded()));
    }
    return standard;
  }

  private static String embedded() {
    try {
      String found = ExecutableProvider.newJarResourceProvider().get().toString();
      System.out.println(
          "no redis-server is installed, tests use the one in embedded-redis: " + found);
      return found;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A port that nobody listens on. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  /** As the setting crond.redis.url wants it. */
  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** Ends it as kill -9 does; what it held is gone. */
  public void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Stops it (SIGSTOP): it holds its connections and answers nothing. */
  public void hang() {
    signal("STOP");
  }

  /** Lets it go on (SIGCONT). */
  public void goOn() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends a command that needs no password and waits for the first line of its answer. */
  public static String command(int port, String... words) {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket
          .getOutputStream()
          .write((String.join(" ", words) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      return new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
          .readLine();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether it takes connections. */
  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
      OutputStream out = socket.getOutputStream();
      out.write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      int first = socket.getInputStream().read();
      return first == '+' || first == '-';
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    kill();
  }
}
