// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The packaged program as a child process, in a folder of its own: crontab, store and log are in
 * it, the crontab in one of its own, which is watched. Needs the jar in {@code target}, so only
 * tests that run after packaging ({@code *IT}) use it.
 *
 * <pre>{@code
 * try (RealDaemon daemon = new RealDaemon(folder).set("crond.stop.grace", "1s")) {
 *   daemon.crontab("* * * * * root true\n").start();
 *   daemon.awaitLog("crontab loaded", "jobs=1");
 *   assertThat(daemon.stop()).isZero();
 * }
 * }</pre>
 */
public final class RealDaemon implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofSeconds(40);

  private final Path folder;
  private final Map<String, String> environment = new TreeMap<>();
  private final List<String> prefix = new ArrayList<>();
  private Process process;

  /** A daemon that keeps all it writes in {@code folder}. */
  public RealDaemon(Path folder) {
    this.folder = folder;
    set("crond.store.dir", folder.resolve("store").toString());
    // Other daemons on this machine may have the port.
    set("crond.http.enabled", "false");
    environment.put("JAVA_HOME", System.getProperty("java.home"));
  }

  /** Sets {@code key}, such as {@code crond.stop.grace}, for the starts to come. */
  public RealDaemon set(String key, String value) {
    return variable(key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"), value);
  }

  /** Sets a variable of the daemon's environment for the starts to come. */
  public RealDaemon variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Puts a program in front, such as {@code prlimit --nofile=64}, for the starts to come. */
  public RealDaemon under(String... program) {
    prefix.clear();
    prefix.addAll(List.of(program));
    return this;
  }

  /** Writes the crontab, whole at once, before or after a start. */
  public RealDaemon crontab(String text) throws IOException {
    Files.createDirectories(crontab().getParent());
    Path next = Files.writeString(folder.resolve("crontab.new"), text);
    Files.move(next, crontab(), StandardCopyOption.ATOMIC_MOVE);
    return this;
  }

  /** The crontab's file. */
  public Path crontab() {
    return folder.resolve("etc").resolve("crontab");
  }

  /** Starts {@code camel-crond run} on the crontab, which may be missing. */
  public RealDaemon start() throws IOException {
    return set("crond.crontab.file", crontab().toString()).start("run");
  }

  /** Starts the program with {@code arguments}; what it prints begins anew. */
  public RealDaemon start(String... arguments) throws IOException {
    Path program = Path.of("bin", "camel-crond").toAbsolutePath();
    assertThat(program).isExecutable();
    assertThat(Path.of("target")).isDirectoryContaining("glob:**/camel-crond-*.jar");
    List<String> command = new ArrayList<>(prefix);
    command.add(program.toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("CROND_"));
    builder.environment().putAll(environment);
    process = builder.redirectOutput(logFile().toFile()).start();
    return this;
  }

  /** All it has printed since the last start, by line. */
  public List<String> log() {
    try {
      return new String(Files.readAllBytes(logFile()), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path logFile() {
    return folder.resolve("daemon.log");
  }

  /** The log's lines that contain each of {@code parts}. */
  public List<String> log(String... parts) {
    return log().stream().filter(line -> Stream.of(parts).allMatch(line::contains)).toList();
  }

  /** Waits for a line that contains each of {@code parts}, and returns the first. */
  public String awaitLog(String... parts) {
    return awaitLogs(1, parts).get(0);
  }

  /** Waits for {@code count} lines that contain each of {@code parts}. */
  public List<String> awaitLogs(int count, String... parts) {
    try {
      await()
          .atMost(LONGEST)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> log(parts).size() >= count);
    } catch (RuntimeException e) {
      throw new AssertionError(
          "not in the log: " + List.of(parts) + "\n" + String.join("\n", log()), e);
    }
    return log(parts);
  }

  /** The value of {@code key} in a log line of the plain form. */
  public static String value(String line, String key) {
    return line.replaceFirst(".*\\b" + key + "=(\\S+).*", "$1");
  }

  /** Sends the signal with {@code name}, such as {@code HUP}, to the daemon alone. */
  public void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, String.valueOf(pid())).start().waitFor();
  }

  /** The daemon's process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether it still runs. */
  public boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Waits for its end and returns the exit code. */
  public int exitCode() throws InterruptedException {
    assertThat(process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS))
        .as("the daemon ends\n" + String.join("\n", log()))
        .isTrue();
    return process.exitValue();
  }

  /** Asks it to stop (SIGTERM), waits for the end and returns the exit code. */
  public int stop() throws Exception {
    signal("TERM");
    return exitCode();
  }

  /** Ends it as a crash does; what it started lives on. */
  public void kill9() throws InterruptedException {
    process.destroyForcibly();
    exitCode();
  }

  @Override
  public void close() {
    if (isAlive()) {
      process.destroyForcibly();
    }
  }
}
