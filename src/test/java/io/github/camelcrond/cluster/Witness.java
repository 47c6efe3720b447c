// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * A PostgreSQL server of our own, to which jobs report when they run; see {@code src/it/witness}.
 * It has a socket in the file system and no address: faults of the network do not concern it.
 */
final class Witness implements AutoCloseable {
  private final Path data;
  private final Path psql;
  private final Process server;

  private Witness(Path data, Path psql, Process server) {
    this.data = data;
    this.psql = psql;
    this.server = server;
  }

  static Witness start(Path folder) throws IOException, InterruptedException {
    Path data = Files.createDirectories(folder.resolve("postgres"));
    Path log = folder.resolve("postgres.log");
    Path bin = run(log, "sh", "-c", "dirname $(readlink -f $(command -v initdb))");
    // The server refuses to run as root.
    run(log, "chown", "postgres", data.toString());
    run(log, "runuser", "-u", "postgres", "--", bin + "/initdb", "-A", "trust", "-N", "" + data);
    Process server =
        new ProcessBuilder(
                List.of(
                    "runuser",
                    "-u",
                    "postgres",
                    "--",
                    bin + "/postgres",
                    "-D",
                    data.toString(),
                    "-k",
                    data.toString(),
                    "-h",
                    "",
                    "-c",
                    "fsync=off",
                    "-c",
                    "max_connections=500",
                    "-c",
                    "log_line_prefix=%m "))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    Witness witness = new Witness(data, bin.resolve("psql"), server);
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(witness::answers);
    witness.psql("-f", Path.of("src/it/witness/runs.sql").toString());
    return witness;
  }

  private static Path run(Path log, String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + " failed, see " + log);
    }
    return Path.of(said.strip().lines().findFirst().orElse(""));
  }

  private boolean answers() throws InterruptedException {
    try {
      return !rows("select 1").isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  /** The command of a job that reports; {@code alone} if the job has CRON_OVERLAP = skip. */
  String job(boolean alone, int seconds) {
    Path program = Path.of("src/it/witness/run").toAbsolutePath();
    return program + " " + psql + " " + data + " " + alone + " " + seconds;
  }

  /** The columns of each row. */
  List<String[]> rows(String sql) throws IOException, InterruptedException {
    return psql("-c", sql).stream().map(line -> line.split("\t", -1)).toList();
  }

  void execute(String sql) throws IOException, InterruptedException {
    psql("-c", sql);
  }

  private List<String> psql(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(psql.toString(), "-h", data.toString(), "-U", "postgres", "-qAtX", "-F", "\t"));
    command.addAll(List.of("-v", "ON_ERROR_STOP=1"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(said.strip());
    }
    return said.lines().toList();
  }

  @Override
  public void close() {
    server.descendants().forEach(ProcessHandle::destroyForcibly);
    server.destroyForcibly();
  }
}
