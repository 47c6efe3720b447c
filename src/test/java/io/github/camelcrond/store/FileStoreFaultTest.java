// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelcrond.schedule.SettableClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The embedded store when things go wrong. */
class FileStoreFaultTest {
  @TempDir Path folder;
  private final Clock clock = new SettableClock(Instant.parse("2026-11-22T00:00:00Z"));

  @Test
  void keepsWhatWasWrittenBeforeAKillNine() throws Exception {
    Process writer = child(Writer.class, path().toString());
    int acknowledged = 0;
    try (BufferedReader lines = output(writer)) {
      while (acknowledged < 50) {
        acknowledged = Integer.parseInt(lines.readLine());
      }
      writer.toHandle().destroyForcibly(); // unlike the process, it leaves the pipe open
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        acknowledged = line.isEmpty() ? acknowledged : Integer.parseInt(line);
      }
    }
    writer.waitFor();
    try (FileStore store = FileStore.open(Optional.of(path()), clock, 10_000)) {
      assertThat(store.readRuns("a")).hasSizeGreaterThanOrEqualTo(acknowledged);
      assertThat(store.readCrontab()).isPresent();
      assertThat(store.readRoutes()).isNotEmpty();
    }
  }

  @Test
  void isRefusedToASecondProcess() throws Exception {
    Process holder = child(Holder.class, folder.toString());
    try (BufferedReader lines = output(holder)) {
      assertThat(lines.readLine()).isEqualTo("held");
      assertThatThrownBy(() -> StoreFolder.open(folder))
          .isInstanceOf(StoreException.class)
          .hasMessage(
              "store directory %s is in use by process %d, stop that daemon or set crond.store.dir to another directory",
              folder, holder.pid());
    } finally {
      holder.destroyForcibly().waitFor();
    }
    StoreFolder.open(folder).close();
  }

  @Test
  void isRefusedToASecondUserInTheSameProcess() throws IOException {
    try (StoreFolder first = StoreFolder.open(folder)) {
      assertThat(first.file("store.mv")).isPresent();
      assertThatThrownBy(() -> StoreFolder.open(folder)).isInstanceOf(StoreException.class);
    }
  }

  @Test
  void isKeptInMemoryWhenTheFolderCannotBeMade() throws IOException {
    Path notAFolder = Files.writeString(folder.resolve("file"), "");
    try (StoreFolder memory = StoreFolder.open(notAFolder.resolve("store"))) {
      assertThat(memory.file("store.mv")).isEmpty();
    }
    try (FileStore store = FileStore.open(Optional.empty(), clock, 3)) {
      store.writeRuns(List.of(Runs.end("a", 1)));
      assertThat(store.readRuns("a")).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"noise", "zeroes", "text", "cut", "middle"})
  void movesADamagedFileAsideAndGoesOn(String damage) throws IOException {
    fill();
    damage(damage);
    try (FileStore store = FileStore.open(Optional.of(path()), clock, 3)) {
      store.readRuns("a");
      store.writeRoutes(Map.of("b", "{}"), null);
      assertThat(store.readRoutes()).containsEntry("b", "{}");
    }
    if (!damage.equals("middle") && !damage.equals("cut")) {
      assertThat(asideFiles()).hasSize(1);
    }
  }

  @Test
  void isReadableByItsOwnerOnly() throws IOException {
    FileStore.open(Optional.of(path()), clock, 3).close();
    assertThat(Files.getPosixFilePermissions(path()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void isSmallWhenItIsClosed() throws IOException {
    try (FileStore store = FileStore.open(Optional.of(path()), Clock.systemUTC(), 20)) {
      for (int i = 0; i < 3_000; i++) {
        store.writeRuns(List.of(Runs.end("job-" + i % 10, i, "schedule", "x".repeat(200))));
      }
    }
    assertThat(Files.size(path())).isLessThan(2 << 20);
  }

  private void fill() {
    try (FileStore store = FileStore.open(Optional.of(path()), clock, 100)) {
      store.writeRoutes(Map.of("a", "{}"), null);
      for (int i = 0; i < 100; i++) {
        store.writeRuns(List.of(Runs.end("a", i, "schedule", "x".repeat(500))));
      }
    }
  }

  private void damage(String how) throws IOException {
    byte[] bytes = Files.readAllBytes(path());
    byte[] noise = new byte[bytes.length];
    new Random(1).nextBytes(noise);
    if (how.equals("noise")) {
      bytes = noise;
    } else if (how.equals("zeroes")) {
      bytes = new byte[bytes.length];
    } else if (how.equals("text")) {
      bytes = "this is no store\n".repeat(1_000).getBytes(StandardCharsets.UTF_8);
    } else if (how.equals("cut")) {
      bytes = Arrays.copyOf(bytes, bytes.length / 2);
    } else {
      System.arraycopy(noise, 0, bytes, 8_192, bytes.length - 8_192 - 4_096);
    }
    Files.write(path(), bytes);
  }

  private List<Path> asideFiles() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().contains(".damaged-")).toList();
    }
  }

  private Path path() {
    return folder.resolve("store.mv");
  }

  private static BufferedReader output(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private static Process child(Class<?> main, String... arguments) throws IOException {
    List<String> command =
        Stream.concat(
                Stream.of(
                    System.getProperty("java.home") + "/bin/java",
                    "-cp",
                    System.getProperty("java.class.path"),
                    main.getName()),
                Stream.of(arguments))
            .toList();
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** Writes until it is killed, and says how far it came. */
  static final class Writer {
    public static void main(String[] args) {
      FileStore store = FileStore.open(Optional.of(Path.of(args[0])), Clock.systemUTC(), 10_000);
      store.writeCrontab("{}");
      store.writeRoutes(Map.of("a", "{}"), null);
      for (int i = 1; ; i++) {
        store.writeRuns(List.of(Runs.end("a", i)));
        System.out.println(i);
        System.out.flush();
      }
    }
  }

  /** Has a folder until it is killed. */
  static final class Holder {
    public static void main(String[] args) throws InterruptedException {
      StoreFolder.open(Path.of(args[0]));
      System.out.println("held");
      System.out.flush();
      Thread.currentThread().join();
    }
  }
}
