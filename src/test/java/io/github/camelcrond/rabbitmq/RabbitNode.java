// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import com.rabbitmq.client.ConnectionFactory;
import io.github.camelcrond.servers.ServerRoot;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A rabbitmq-server of our own, on free ports and in a folder of its own. */
public final class RabbitNode implements AutoCloseable {
  private static final int EPMD = freePort();

  private static Optional<Process> epmd = Optional.empty();

  private final ServerRoot root;
  private final Path folder;
  private final int port = freePort();
  private final int distribution = freePort();
  private final List<String> configuration = new ArrayList<>();
  private Optional<Process> process = Optional.empty();

  private RabbitNode(ServerRoot root, Path folder) {
    this.root = root;
    this.folder = folder;
  }

  /** Whether there is a server to be started here. */
  public static boolean isInstalled() {
    return isIn(ServerRoot.chosen());
  }

  /** The same for {@code root}. */
  public static boolean isIn(ServerRoot root) {
    return server(root).isPresent();
  }

  private static Optional<String> server(ServerRoot root) {
    return root.program(
        "/usr/lib/rabbitmq/bin/rabbitmq-server",
        "/opt/rabbitmq/sbin/rabbitmq-server",
        "/usr/local/sbin/rabbitmq-server",
        "/usr/sbin/rabbitmq-server");
  }

  /** Starts one that has {@code lines} besides in its configuration. */
  public static RabbitNode with(String... lines) throws IOException {
    return in(ServerRoot.chosen(), lines);
  }

  /** The same with the programs in {@code root}. */
  public static RabbitNode in(ServerRoot root, String... lines) throws IOException {
    RabbitNode node = new RabbitNode(root, Files.createTempDirectory("rabbitmq-"));
    node.configuration.addAll(List.of(lines));
    node.start();
    return node;
  }

  /** Starts it, again after {@link #kill}; returns when it lets clients in. */
  public void start() throws IOException {
    startEpmd(root);
    Files.writeString(folder.resolve("enabled_plugins"), "[].\n");
    List<String> lines = new ArrayList<>(configuration);
    lines.add("listeners.tcp.1 = 127.0.0.1:" + port);
    lines.add("loopback_users = none");
    Files.write(folder.resolve("rabbitmq.conf"), lines);
    ProcessBuilder builder = new ProcessBuilder(root.command(server(root).orElseThrow()));
    builder.environment().putAll(environment());
    builder.directory(folder.toFile());
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("out").toFile());
    process = Optional.of(builder.start());
    Runtime.getRuntime().addShutdownHook(new Thread(this::end));
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(this::answers);
  }

  private Map<String, String> environment() {
    return Map.of(
        "RABBITMQ_NODENAME", "crond" + port + "@localhost",
        "RABBITMQ_MNESIA_BASE", folder.resolve("data").toString(),
        "RABBITMQ_LOG_BASE", folder.resolve("log").toString(),
        "RABBITMQ_CONFIG_FILE", folder.resolve("rabbitmq.conf").toString(),
        "RABBITMQ_ENABLED_PLUGINS_FILE", folder.resolve("enabled_plugins").toString(),
        "RABBITMQ_DIST_PORT", String.valueOf(distribution),
        "ERL_EPMD_PORT", String.valueOf(EPMD),
        "ERL_FLAGS", "-start_epmd false",
        "ERL_CRASH_DUMP", "/dev/null",
        "HOME", folder.toString());
  }

  private boolean answers() {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setPort(port);
    try (var connection = factory.newConnection()) {
      return connection.isOpen();
    } catch (IOException | java.util.concurrent.TimeoutException e) {
      return false;
    }
  }

  /** The port of plain AMQP. */
  public int port() {
    return port;
  }

  /** For {@code crond.rabbitmq.url}. */
  public String url() {
    return "amqp://guest:guest@127.0.0.1:" + port;
  }

  /** Ends it as a power cut would, some time after its queues were declared. */
  public void kill() {
    if (process.isPresent()) {
      sync();
    }
    end();
  }

  /**
   * Up to 4.0, RabbitMQ holds the Raft term of a quorum queue in memory for up to five seconds. A
   * node that is killed in this time has a queue without a leader when it is back, for ever.
   */
  private void sync() {
    try {
      control("eval", "[ok = dets:sync(Table) || Table <- dets:all()].");
    } catch (IOException e) {
      throw new IllegalStateException("RabbitMQ did not write its tables", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void end() {
    handles().forEach(ProcessHandle::destroyForcibly);
    process.ifPresent(
        p -> {
          try {
            p.waitFor(10, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    process = Optional.empty();
  }

  /** Sends {@code name} (STOP, CONT) to all its processes. */
  public void signal(String name) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("kill", "-" + name));
    handles().forEach(h -> command.add(String.valueOf(h.pid())));
    new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  private List<ProcessHandle> handles() {
    List<ProcessHandle> all = new ArrayList<>();
    process.ifPresent(
        p -> {
          p.descendants().forEach(all::add);
          all.add(p.toHandle());
        });
    return all;
  }

  /** Runs rabbitmqctl on it, and returns what it says. */
  public String control(String... arguments) throws IOException, InterruptedException {
    String program = server(root).orElseThrow().replace("rabbitmq-server", "rabbitmqctl");
    List<String> command = root.command(program);
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment());
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("control").toFile());
    int code = builder.start().waitFor();
    String said = Files.readString(folder.resolve("control"));
    if (code != 0) {
      throw new IOException(said);
    }
    return said;
  }

  @Override
  public void close() {
    end();
  }

  /** Starts an epmd of our own, which ends with the tests; nodes would leave theirs running. */
  private static synchronized void startEpmd(ServerRoot root) throws IOException {
    if (epmd.isPresent()) {
      return;
    }
    Process process =
        new ProcessBuilder(root.command("epmd", "-port", "" + EPMD))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    epmd = Optional.of(process);
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> listens(EPMD));
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** A port that nobody listens on. */
  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
