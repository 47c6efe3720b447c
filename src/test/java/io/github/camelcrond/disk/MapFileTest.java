// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelcrond.disk.FaultyFilePath.Fault;
import io.github.camelcrond.store.LogCapture;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file of maps keeps what it was given, and tells damage from trouble. */
class MapFileTest {
  private static final int FLIPS = 300;
  @TempDir Path folder;

  @AfterEach
  void mend() {
    FaultyFilePath.plan(Fault.NONE, 0);
  }

  @Test
  void makesAllOfAChangeOrNothing() {
    try (MapFile file = open()) {
      assertThatThrownBy(
              () ->
                  file.write(
                      maps -> {
                        maps.get("a").put("x", "1");
                        throw new IllegalStateException("no");
                      }))
          .isInstanceOf(DiskException.class)
          .hasMessage(path() + " cannot be written, the change is not saved: no");
      put(file, "b", "y", "2");
      assertThat(file.<Optional<String>>read(maps -> maps.get("a").get("x"))).isEmpty();
    }
  }

  @Test
  void makesAllOfAChangeOrNothingInMemory() {
    try (MapFile file = MapFile.open(Optional.empty(), Clock.systemUTC(), Set.of())) {
      put(file, "a", "w", "0");
      assertThatThrownBy(
              () ->
                  file.write(
                      maps -> {
                        maps.get("a").put("x", "1");
                        throw new IllegalStateException("no");
                      }))
          .isInstanceOf(DiskException.class);
      assertThat(file.<Map<String, String>>read(maps -> maps.get("a").entries("")))
          .isEqualTo(Map.of("w", "0"));
    }
  }

  @Test
  void isNotClosedByTheInterruptOfACaller() {
    try (MapFile file = open()) {
      Thread.currentThread().interrupt();
      put(file, "a", "x", "1");
      assertThat(get(file, "a", "x")).contains("1");
      assertThat(Thread.interrupted()).isTrue();
      assertThat(get(file, "a", "x")).contains("1");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"WRITE_FAILS", "WRITE_TEARS", "DISK_FULL", "NO_MEMORY"})
  void forgetsNothingDurableWhenAWriteFails(Fault fault) throws IOException {
    try (MapFile file = faulty()) {
      put(file, "a", "x", "1");
      FaultyFilePath.plan(fault, 0);
      assertThatThrownBy(() -> put(file, "a", "y", "2".repeat(50_000)))
          .isInstanceOf(DiskException.class)
          .hasMessageContaining("the change is not saved");
      FaultyFilePath.plan(Fault.NONE, 0);
      assertThat(get(file, "a", "x")).contains("1");
      put(file, "a", "y", "2");
    }
    try (MapFile file = open()) {
      assertThat(get(file, "a", "y")).contains("2");
    }
    assertThat(aside()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"READ_FAILS", "NO_DESCRIPTORS"})
  void putsNothingAsideThatItCannotOpenAtTheMoment(Fault fault) throws IOException {
    try (MapFile file = open()) {
      put(file, "a", "x", "1");
    }
    FaultyFilePath.plan(fault, 0);
    try (LogCapture log = new LogCapture();
        MapFile file = faulty()) {
      assertThat(log.with("cannot open store file, retrying at next use")).hasSize(1);
      assertThat(get(file, "a", "x")).contains("1");
    }
    assertThat(aside()).isEmpty();
  }

  @Test
  void tellsDamageFromTrouble() {
    assertThat(
            List.of(
                corrupt(DataUtils.ERROR_FILE_CORRUPT, null),
                corrupt(DataUtils.ERROR_READING_FAILED, new EOFException()),
                corrupt(DataUtils.ERROR_INTERNAL, new ArrayIndexOutOfBoundsException()),
                corrupt(DataUtils.ERROR_CHUNK_NOT_FOUND, null),
                new IllegalArgumentException()))
        .allMatch(MapStore::isDamage);
    assertThat(
            List.of(
                corrupt(DataUtils.ERROR_INTERNAL, new OutOfMemoryError()),
                corrupt(DataUtils.ERROR_READING_FAILED, new IOException("Input/output error")),
                corrupt(DataUtils.ERROR_READING_FAILED, new IOException("Too many open files")),
                corrupt(DataUtils.ERROR_READING_FAILED, new ClosedByInterruptException()),
                corrupt(DataUtils.ERROR_WRITING_FAILED, null),
                corrupt(DataUtils.ERROR_FILE_LOCKED, null),
                new IllegalStateException(new InterruptedException())))
        .noneMatch(MapStore::isDamage);
  }

  private static RuntimeException corrupt(int code, Throwable cause) {
    RuntimeException e = DataUtils.newMVStoreException(code, "x");
    return cause == null ? e : (RuntimeException) e.initCause(cause);
  }

  /** One flipped bit anywhere: what is read is what was written, or there was a warning. */
  @Test
  void losesNothingToAFlippedBitWithoutAWarning() throws IOException {
    Map<String, String> written = fill();
    byte[] good = Files.readAllBytes(path());
    long seed = Long.getLong("flips.seed", System.nanoTime());
    Random random = new Random(seed);
    int lost = 0;
    for (int i = 0; i < FLIPS; i++) {
      byte[] bad = good.clone();
      int bit = random.nextInt(bad.length * 8);
      bad[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(path(), bad);
      try (LogCapture log = new LogCapture()) {
        Map<String, String> found = new TreeMap<>();
        try (MapFile file = open()) {
          found.putAll(all(file));
          put(file, "routes", "new", "1");
          put(file, "runs", "new", "1");
        }
        String where = "bit " + bit + " of -Dflips.seed=" + seed;
        found.keySet().removeIf(key -> key.endsWith("/new"));
        if (!found.equals(written)) {
          lost++;
          assertThat(log.warnings()).as(where).isNotEmpty();
        }
      }
      deleteAll();
    }
    System.out.println("flipped bits: " + FLIPS + ", of which lost something: " + lost);
  }

  /** The places where MVStore would open an empty store: its root, and that of its list of maps. */
  @ParameterizedTest
  @ValueSource(strings = {",root:", "root.1"})
  void reportsDamageToARootOfTheNewestState(String place) throws IOException {
    fill();
    byte[] bytes = Files.readAllBytes(path());
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int newest = bytes.length - 4096;
    bytes[text.indexOf(place, newest) + 1] ^= 1;
    Files.write(path(), bytes);
    try (LogCapture log = new LogCapture();
        MapFile file = open()) {
      all(file);
      assertThat(log.warnings())
          .singleElement()
          .asString()
          .contains("damaged file moved aside", "the list of its maps cannot be read");
    }
    assertThat(aside()).hasSize(1);
  }

  @Test
  void writesOnAfterDamageToTheNumberOfEntries() {
    try (MVStore store = MapStore.open(Optional.of(path().toString()))) {
      MVMap<String, String> routes = MapStore.map(store, "routes");
      routes.put("a", CheckedText.seal("a", "{}"));
      MapStore.count(store, List.of(routes));
      MapStore.map(store, "counts").put("routes", "damaged");
    }
    try (MapFile file = open()) {
      put(file, "routes", "b", "{}");
    }
    try (LogCapture log = new LogCapture();
        MapFile file = open()) {
      assertThat(all(file)).hasSize(2);
      assertThat(log.warnings()).isEmpty();
    }
  }

  @Test
  void reportsThatTheNumbersOfEntriesAreMissing() throws IOException {
    try (MVStore store = MapStore.open(Optional.of(path().toString()))) {
      MapStore.map(store, "routes").put("a", CheckedText.seal("a", "{}"));
    }
    try (LogCapture log = new LogCapture();
        MapFile file = open()) {
      assertThat(get(file, "routes", "a")).contains("{}");
      assertThat(log.warnings()).singleElement().asString().contains("numbers of its entries");
    }
    assertThat(aside()).hasSize(1);
  }

  private Map<String, String> fill() {
    try (MapFile file = open()) {
      for (int i = 0; i < 60; i++) {
        int n = i; // a commit each
        file.write(
            maps -> {
              maps.get("routes").put("job-" + n % 20, "{\"id\":" + n + "}" + "r".repeat(n));
              maps.get("runs").put("job-" + n % 7 + '\0' + n, "output ".repeat(n % 30) + n);
            });
      }
      return all(file);
    }
  }

  private static Map<String, String> all(MapFile file) {
    Map<String, String> found = new TreeMap<>();
    file.read(
        maps -> {
          for (String map : List.of("routes", "runs")) {
            maps.get(map).entries("").forEach((key, value) -> found.put(map + '/' + key, value));
          }
          return true;
        });
    return found;
  }

  @Test
  void leavesOutAValueThatHasChangedAndNamesItOnce() {
    try (MVStore store = MapStore.open(Optional.of(path().toString()))) {
      MVMap<String, String> runs = MapStore.map(store, "runs");
      runs.put("job\0one", CheckedText.seal("job\0one", "good"));
      runs.put("job\0two", CheckedText.seal("job\0two", "good").replace("good", "gooe"));
      MapStore.count(store, List.of(runs));
    }
    try (LogCapture log = new LogCapture();
        MapFile file = open()) {
      for (int i = 0; i < 3; i++) {
        assertThat(file.<Map<String, String>>read(maps -> maps.get("runs").entries("job\0")))
            .containsOnlyKeys("job\0one");
      }
      assertThat(log.warnings()).hasSize(1);
      assertThat(log.warnings().get(0)).contains("map=runs").contains("key=job/two");
    }
  }

  @Test
  void saysThatEntriesAreMissing() {
    try (MVStore store = MapStore.open(Optional.of(path().toString()))) {
      MVMap<String, String> routes = MapStore.map(store, "routes");
      routes.put("a", CheckedText.seal("a", "{}"));
      MapStore.count(store, List.of(routes));
      routes.remove("a");
    }
    try (LogCapture log = new LogCapture();
        MapFile file = open()) {
      assertThat(all(file)).isEmpty();
      assertThat(log.warnings()).singleElement().asString().contains("entries are missing");
    }
  }

  @Test
  void finishesWhatAKillLeftBetweenPuttingAsideAndTheNewFile() throws IOException {
    fill();
    Files.move(path(), folder.resolve("store.mv.new"));
    try (MapFile file = open()) {
      assertThat(all(file)).hasSize(80);
    }
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void closesWhateverTheDiskDoes(Fault fault) {
    MapFile file = faulty();
    put(file, "a", "x", "1");
    file.read(maps -> maps.get("not there yet").keys(""));
    FaultyFilePath.plan(fault, 0);
    file.close();
    file.close();
    assertThatThrownBy(() -> get(file, "a", "x")).hasMessage(path() + " is closed");
    try (MapFile again = open()) {
      assertThat(get(again, "a", "x")).contains("1");
    }
  }

  @Test
  void findsKeysByTheirPrefix() {
    try (MapFile file = open()) {
      for (String key : List.of("a\0" + 1, "a\0" + 2, "ab\0" + 1, "b")) {
        put(file, "m", key, "v");
      }
      file.read(
          maps -> {
            TextMap map = maps.get("m");
            assertThat(map.keys("a\0")).containsExactly("a\0" + 1, "a\0" + 2);
            assertThat(map.count("a\0")).isEqualTo(2);
            assertThat(map.count("c")).isZero();
            assertThat(map.first("ab")).contains("ab\0" + 1);
            assertThat(map.last("")).contains("b");
            return true;
          });
    }
  }

  private List<Path> aside() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().contains(".damaged-")).toList();
    }
  }

  private void deleteAll() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  private static void put(MapFile file, String map, String key, String value) {
    file.write(maps -> maps.get(map).put(key, value));
  }

  private static Optional<String> get(MapFile file, String map, String key) {
    return file.read(maps -> maps.get(map).get(key));
  }

  private MapFile open() {
    return MapFile.open(Optional.of(path()), Clock.systemUTC(), Set.of("runs"));
  }

  private MapFile faulty() {
    return MapFile.open(
        Optional.of(path()), FaultyFilePath.SCHEME, Clock.systemUTC(), Set.of("runs"));
  }

  private Path path() {
    return folder.resolve("store.mv");
  }
}
