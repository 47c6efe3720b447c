// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.camelcrond.disk.FaultyFilePath.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thousands of short random histories of a file whose disk fails, each compared with a model: what
 * was durable is there, nothing else is, a change is there as a whole or not at all.
 */
class MapFileHistoriesTest {
  private static final int HISTORIES = 3_000; // 6 ms of a processor each
  private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(7);
  private static final List<String> MAPS = List.of("crontab", "routes", "runs");
  @TempDir Path folder;

  @AfterEach
  void mend() {
    FaultyFilePath.plan(Fault.NONE, 0);
  }

  @Test
  void loseNothingThatWasDurable() throws IOException {
    long seed = Long.getLong("histories.seed", System.nanoTime());
    long end = System.nanoTime() + MAX_NANOS;
    int done = 0;
    for (; done < HISTORIES && System.nanoTime() < end; done++) {
      try {
        new History(seed + done).run();
      } catch (AssertionError | Exception e) {
        fail("history -Dhistories.seed=" + (seed + done) + ": " + e.getMessage(), e);
      }
    }
    System.out.println("histories of MapFile: " + done + " from -Dhistories.seed=" + seed);
    assertThat(done).isPositive(); // few on a machine that is busy
  }

  private final class History {
    private final Random random;
    private Path path;
    private MapFile file;
    private int lives;
    // What the file may contain: one state, or two after a change that may be durable or not.
    private List<Map<String, String>> possible = new ArrayList<>(List.of(new TreeMap<>()));

    History(long seed) {
      random = new Random(seed);
    }

    void run() throws IOException {
      path = folder.resolve("0.mv");
      open();
      // Now and then long enough for compaction.
      for (int left = random.nextInt(100) == 0 ? 250 : 12; left > 0; left--) {
        step();
      }
      FaultyFilePath.plan(Fault.NONE, 0);
      compare();
      file.close();
      try (Stream<Path> files = Files.list(folder)) {
        for (Path left : files.toList()) {
          assertThat(left.toString()).doesNotContain("damaged").doesNotContain(".new");
          Files.delete(left);
        }
      }
    }

    private void open() {
      file =
          MapFile.open(Optional.of(path), FaultyFilePath.SCHEME, Clock.systemUTC(), Set.of("runs"));
    }

    private void step() throws IOException {
      int what = random.nextInt(20);
      if (what < 10) {
        change();
      } else if (what < 15) {
        Fault[] all = Fault.values();
        FaultyFilePath.plan(all[random.nextInt(all.length)], random.nextInt(6));
      } else if (what < 17) {
        compare();
      } else if (what == 17) {
        file.close();
        open();
      } else {
        kill();
      }
    }

    private void change() {
      Map<String, String> after = new TreeMap<>();
      List<Consumer<MapFile.Maps>> steps = new ArrayList<>();
      for (int i = random.nextInt(5); i >= 0; i--) {
        String map = MAPS.get(random.nextInt(MAPS.size()));
        String key = "k" + random.nextInt(30);
        boolean put = random.nextInt(4) > 0;
        String value = "v".repeat(random.nextInt(random.nextInt(10) == 0 ? 40_000 : 200)) + lives++;
        after.put(map + '/' + key, put ? value : "");
        steps.add(maps -> apply(maps.get(map), key, put, value));
      }
      List<Map<String, String>> changed =
          possible.stream().map(state -> changed(state, after)).toList();
      try {
        file.write(maps -> steps.forEach(step -> step.accept(maps)));
        possible = new ArrayList<>(changed);
      } catch (DiskException e) {
        possible.addAll(changed);
      }
    }

    private void apply(TextMap map, String key, boolean put, String value) {
      if (put) {
        map.put(key, value);
      } else {
        map.remove(key);
      }
    }

    private Map<String, String> changed(Map<String, String> state, Map<String, String> change) {
      Map<String, String> changed = new TreeMap<>(state);
      change.forEach(
          (key, value) -> {
            if (value.isEmpty()) {
              changed.remove(key);
            } else {
              changed.put(key, value);
            }
          });
      return changed;
    }

    private void compare() {
      Map<String, String> found = new TreeMap<>();
      try {
        file.read(
            maps -> {
              for (String map : MAPS) {
                maps.get(map)
                    .entries("")
                    .forEach((key, value) -> found.put(map + '/' + key, value));
              }
              return true;
            });
      } catch (DiskException e) {
        return; // the disk fails
      }
      assertThat(possible).contains(found);
      possible = new ArrayList<>(List.of(found));
    }

    /** What the disk has is all that is left. */
    private void kill() throws IOException {
      Path next = folder.resolve(++lives + ".mv");
      if (Files.exists(path)) {
        Files.copy(path, next);
      }
      FaultyFilePath.plan(Fault.NONE, 0);
      file.close();
      Files.deleteIfExists(path);
      path = next;
      open();
    }
  }
}
