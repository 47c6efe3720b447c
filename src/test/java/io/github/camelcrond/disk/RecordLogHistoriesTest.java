// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Thousands of short random histories of a log on files that fail, each compared with a model. The
 * seed of a history that breaks a rule is in the message; {@code -Dcrond.test.seed} starts there.
 */
class RecordLogHistoriesTest {
  private static final int HISTORIES = 3_000;
  private static final Path BASE = Path.of("/folder/log");
  private static final String NONE = "";

  private static final long FIRST_SEED =
      Long.getLong("crond.test.seed", System.currentTimeMillis());

  /** What a record has been: all values since, and including, the last that was durable. */
  private final Map<Long, List<String>> model = new TreeMap<>();

  private final AtomicLong nanos = new AtomicLong();
  private FaultyFiles files;
  private Random random;
  private RecordLog log;

  @ParameterizedTest
  @ValueSource(strings = {"kills", "failures", "a full disk", "all of them"})
  void nothingDurableIsLostAndNothingComesFromNowhere(String faults) throws Exception {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + HISTORIES; seed++) {
      begin(seed);
      boolean all = faults.startsWith("all");
      int kills = all || faults.equals("kills") ? 3 : 0;
      int failures = all || faults.equals("failures") ? 5 : 0;
      for (int life = 0; life < 4; life++) {
        files.kills = kills;
        files.failures = failures;
        files.capacity =
            (all || faults.startsWith("a full")) && random.nextBoolean()
                ? files.bytes() + random.nextInt(500)
                : Long.MAX_VALUE;
        live();
        files.kills = 0;
        files.failures = 0;
        log = open();
        compare(seed, faults);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aFlippedBitCostsOneRecordAtMost(int flips) throws Exception {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + HISTORIES / 3; seed++) {
      begin(seed);
      live();
      log.flush();
      Map<Long, String> before = state();
      for (int i = 0; i < flips; i++) {
        files.flipABit();
      }
      log = open();
      Map<Long, String> after = state();
      List<Long> changed = new ArrayList<>();
      for (long id : model.keySet()) {
        String now = after.getOrDefault(id, NONE);
        if (!now.equals(before.getOrDefault(id, NONE))) {
          changed.add(id);
          assertThat(now.isEmpty() || now.startsWith(id + ":")).as("seed %s", seed).isTrue();
        }
      }
      assertThat(after.keySet()).as("seed %s", seed).isSubsetOf(model.keySet());
      assertThat(changed.size()).as("seed %s", seed).isLessThanOrEqualTo(flips);
    }
  }

  private void begin(long seed) throws IOException {
    random = new Random(seed);
    files = new FaultyFiles(random);
    model.clear();
    log = open();
  }

  private RecordLog open() throws IOException {
    return RecordLog.open(BASE, new RecordLog.Options(files, 300, Clock.systemUTC(), nanos::get));
  }

  /** Does something at random until the process is killed, closed, or simply gone. */
  private void live() {
    try {
      int steps = random.nextInt(60);
      for (int i = 0; i < steps; i++) {
        step();
      }
      if (random.nextBoolean()) {
        log.close();
      }
    } catch (FaultyFiles.Killed e) {
      // the next life begins with what is on disk
    }
  }

  private void step() {
    nanos.addAndGet(random.nextInt(400_000_000));
    List<Long> known = new ArrayList<>(model.keySet());
    int what = random.nextInt(10);
    if (what < 4 || known.isEmpty()) {
      byte[] content = value(known.size());
      long id = log.add(content);
      assertThat(model).doesNotContainKey(id);
      model.put(id, new ArrayList<>(List.of(NONE)));
      set(id, new String(content, StandardCharsets.UTF_8));
    } else if (what < 5) {
      long id = known.get(random.nextInt(known.size()));
      byte[] content = value(id);
      log.put(id, content);
      set(id, new String(content, StandardCharsets.UTF_8));
    } else if (what < 7) {
      long id = known.get(random.nextInt(known.size()));
      log.remove(id);
      set(id, NONE);
    } else if (what < 8) {
      read(known.get(random.nextInt(known.size())));
    } else if (log.flush()) {
      model.values().forEach(values -> values.subList(0, values.size() - 1).clear());
    }
  }

  private void set(long id, String value) {
    model.get(id).add(value);
  }

  private void read(long id) {
    try {
      List<String> values = model.get(id);
      assertThat(text(log.read(id))).isEqualTo(values.get(values.size() - 1));
    } catch (IOException e) {
      assertThat(e).isNotInstanceOf(DamagedRecordException.class);
    }
  }

  private byte[] value(long id) {
    String text = id + ":" + "x".repeat(random.nextInt(random.nextInt(20) == 0 ? 700 : 40));
    return (text + random.nextInt(1_000)).getBytes(StandardCharsets.UTF_8);
  }

  private void compare(long seed, String faults) throws IOException {
    Map<Long, String> found = state();
    assertThat(found.keySet()).isSubsetOf(model.keySet());
    for (Map.Entry<Long, List<String>> record : model.entrySet()) {
      String now = found.getOrDefault(record.getKey(), NONE);
      assertThat(record.getValue())
          .as("record %s after %s, seed %s", record.getKey(), faults, seed)
          .contains(now);
      record.getValue().clear();
      record.getValue().add(now);
    }
    // The number of a record that is gone may be given again after a restart.
    model.values().removeIf(values -> values.get(0).equals(NONE));
    assertThat(files.paths().size()).as("segments, seed %s", seed).isLessThan(30);
  }

  private Map<Long, String> state() throws IOException {
    Map<Long, String> found = new TreeMap<>();
    log.forEach((id, content) -> found.put(id, new String(content, StandardCharsets.UTF_8)));
    return found;
  }

  private static String text(Optional<byte[]> content) {
    return content.map(bytes -> new String(bytes, StandardCharsets.UTF_8)).orElse(NONE);
  }
}
