// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelcrond.store.LogCapture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordLogTest {
  private static final int SEGMENT = 10_000;

  @TempDir Path folder;
  private final AtomicLong nanos = new AtomicLong();
  private final FaultyFiles files = new FaultyFiles(new Random(1));
  private final List<RecordLog> opened = new ArrayList<>();

  @AfterEach
  void close() {
    opened.forEach(RecordLog::close);
  }

  private RecordLog open() throws IOException {
    return open(FileLayer.LOCAL);
  }

  private RecordLog open(FileLayer layer) throws IOException {
    RecordLog log =
        RecordLog.open(
            folder.resolve("log"),
            new RecordLog.Options(layer, SEGMENT, Clock.systemUTC(), nanos::get));
    opened.add(log);
    return log;
  }

  private RecordLog reopen() throws IOException {
    opened.remove(0).close();
    return open();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String read(RecordLog log, long id) throws IOException {
    return log.read(id).map(content -> new String(content, StandardCharsets.UTF_8)).orElse("gone");
  }

  private static List<String> all(RecordLog log) throws IOException {
    List<String> found = new ArrayList<>();
    log.forEach((id, content) -> found.add(new String(content, StandardCharsets.UTF_8)));
    return found;
  }

  private List<String> names() throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void keepsRecordsOverARestart() throws Exception {
    RecordLog log = open();
    long first = log.add(bytes("one"));
    long second = log.add(bytes("two"));
    log.put(second, bytes("two again"));
    log.remove(first);
    assertThat(log.flush()).isTrue();
    log = reopen();
    assertThat(all(log)).containsExactly("two again");
    assertThat(log.add(bytes("three"))).isGreaterThan(second);
  }

  @Test
  void readsWhatIsNotWrittenYet() throws Exception {
    RecordLog log = open();
    long id = log.add(bytes("one"));
    assertThat(read(log, id)).isEqualTo("one");
    log.remove(id);
    assertThat(read(log, id)).isEqualTo("gone");
    assertThat(names()).isEmpty();
  }

  @Test
  void takesARecordThatIsLongerThanASegment() throws Exception {
    RecordLog log = open();
    String text = "x".repeat(3 * SEGMENT);
    long id = log.add(bytes(text));
    assertThat(log.flush()).isTrue();
    log = reopen();
    assertThat(read(log, id)).isEqualTo(text);
  }

  @Test
  void usesNoMoreDiskSpaceThanItsRecordsNeedAndTwoSegments() throws Exception {
    RecordLog log = open();
    long oldest = log.add(bytes("oldest"));
    for (int i = 0; i < 5_000; i++) {
      long id = log.add(bytes("record " + i));
      log.flush();
      if (i % 10 > 0) {
        log.remove(id);
      }
    }
    log.flush();
    assertThat(all(log)).hasSize(501).startsWith("oldest");
    long bytes = 0;
    for (String name : names()) {
      bytes += Files.size(folder.resolve(name));
    }
    assertThat(bytes).isLessThan(501 * 40 * 5 / 4 + 3 * SEGMENT);
    log = reopen();
    assertThat(all(log)).hasSize(501);
    assertThat(read(log, oldest)).isEqualTo("oldest");
  }

  @Test
  void deletesItsFilesWhenNothingIsLeft() throws Exception {
    RecordLog log = open();
    log.remove(log.add(bytes("one")));
    long id = log.add(bytes("two"));
    log.flush();
    log.remove(id);
    log.flush();
    reopen();
    assertThat(names()).isEmpty();
  }

  @Test
  void aFileIsReadableByItsOwnerOnly() throws Exception {
    RecordLog log = open();
    log.add(bytes("secret"));
    log.flush();
    assertThat(Files.getPosixFilePermissions(folder.resolve("log.00000001")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void aWriteThatWasCutOffCostsNothingElse() throws Exception {
    RecordLog log = open();
    log.add(bytes("one"));
    log.add(bytes("two"));
    log.flush();
    log.close();
    Path file = folder.resolve("log.00000001");
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 2));
    assertThat(all(reopen())).containsExactly("one");
    assertThat(names()).containsExactly("log.00000001");
  }

  @Test
  void aDamagedFileIsPutAsideAndItsReadableRecordsGoOn() throws Exception {
    RecordLog log = open();
    for (int i = 0; i < 200; i++) {
      log.add(bytes("record " + i + " " + "x".repeat(100)));
    }
    log.flush();
    log.close();
    Path file = folder.resolve("log.00000001");
    byte[] damaged = Files.readAllBytes(file);
    Arrays.fill(damaged, 4_096, 4_296, (byte) 0);
    Files.write(file, damaged);
    log = reopen();
    assertThat(all(log)).hasSizeBetween(196, 198);
    assertThat(names()).filteredOn(name -> name.contains(".damaged-")).hasSize(1);
    int left = all(log).size();
    assertThat(all(reopen())).hasSize(left);
  }

  @Test
  void whatADamagedFileRemovedDoesNotComeBack() throws Exception {
    RecordLog log = open();
    long removed = log.add(bytes("removed"));
    log.add(bytes("kept"));
    log.flush();
    log = reopen();
    log.remove(removed);
    log.add(bytes("damaged"));
    log.add(bytes("after"));
    log.flush();
    log.close();
    Path second = folder.resolve("log.00000002");
    byte[] damaged = Files.readAllBytes(second);
    damaged[new String(damaged, StandardCharsets.ISO_8859_1).indexOf("damaged")] ^= 1;
    Files.write(second, damaged);
    assertThat(all(reopen())).containsExactly("kept", "after");
    assertThat(all(reopen())).containsExactly("kept", "after");
  }

  @Test
  void aDamagedFileThatStaysKeepsTheLaterOnesInUse() throws Exception {
    RecordLog log = open();
    long removed = log.add(bytes("removed"));
    log.add(bytes("damaged"));
    log.add(bytes("kept"));
    log.flush();
    log = reopen();
    log.remove(removed);
    log.add(bytes("damaged"));
    log.add(bytes("after"));
    log.flush();
    opened.remove(0).close();
    for (String name : List.of("log.00000001", "log.00000002")) {
      byte[] damaged = Files.readAllBytes(folder.resolve(name));
      damaged[new String(damaged, StandardCharsets.ISO_8859_1).indexOf("damaged")] ^= 1;
      Files.write(folder.resolve(name), damaged);
    }
    assertThat(all(open(new OneFailure()))).containsExactly("kept", "after");
    assertThat(all(reopen())).containsExactly("kept", "after");
  }

  /** Local files, of which the first that is to be created is not. */
  private static final class OneFailure implements FileLayer {
    private boolean failed;

    @Override
    public OpenFile open(Path file) throws IOException {
      if (!failed && Files.notExists(file)) {
        failed = true;
        throw new IOException("No space left on device");
      }
      return LOCAL.open(file);
    }

    @Override
    public void delete(Path file) throws IOException {
      LOCAL.delete(file);
    }

    @Override
    public List<Path> list(Path folder, String prefix) throws IOException {
      return LOCAL.list(folder, prefix);
    }
  }

  @Test
  void errorsOfTheDiskPutNothingAside() throws Exception {
    RecordLog log = open(files);
    log.add(bytes("one"));
    log.flush();
    log.close();
    files.failures = 100;
    assertThatThrownBy(() -> open(files)).isInstanceOf(IOException.class);
    files.failures = 0;
    assertThat(all(open(files))).containsExactly("one");
  }

  @Test
  void aFullDiskForgetsNothingAndIsWrittenToWhenThereIsRoom() throws Exception {
    RecordLog log = open(files);
    long durable = log.add(bytes("durable"));
    assertThat(log.flush()).isTrue();
    files.capacity = files.bytes() + 5;
    long waiting = log.add(bytes("waiting"));
    assertThat(log.flush()).isFalse();
    assertThat(log.isDurable()).isFalse();
    assertThat(read(log, durable)).isEqualTo("durable");
    assertThat(read(log, waiting)).isEqualTo("waiting");
    files.capacity = Long.MAX_VALUE;
    assertThat(log.flush()).as("does not try at each call").isFalse();
    nanos.addAndGet(1_000_000_000);
    assertThat(log.flush()).isTrue();
    assertThat(log.isDurable()).isTrue();
    assertThat(all(open(files))).containsExactly("durable", "waiting");
  }

  @Test
  void saysWhatAFullDiskLosesWhenItIsClosed() throws Exception {
    RecordLog log = open(files);
    files.capacity = files.bytes() + 5;
    log.add(bytes("one"));
    log.add(bytes("two"));
    try (LogCapture captured = new LogCapture()) {
      log.close();
      assertThat(captured.with("changes lost, they cannot be written"))
          .singleElement()
          .asString()
          .contains("changes=2");
    }
  }

  @Test
  void anInterruptHarmsNothing() throws Exception {
    RecordLog log = open();
    Thread.currentThread().interrupt();
    long id = log.add(bytes("one"));
    assertThat(log.flush()).isTrue();
    assertThat(read(log, id)).isEqualTo("one");
    assertThat(Thread.interrupted()).isTrue();
    log.add(bytes("two"));
    assertThat(log.flush()).isTrue();
    assertThat(all(reopen())).containsExactly("one", "two");
  }

  @Test
  void whatManyThreadsWriteIsDurableWhenTheirFlushReturns() throws Exception {
    files.delayMicros = 50;
    RecordLog log = open(files);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Future<Integer>> kept = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      int thread = t;
      kept.add(threads.submit(() -> writeAndRemove(log, thread)));
    }
    int expected = 0;
    for (Future<Integer> count : kept) {
      expected += count.get();
    }
    threads.shutdown();
    assertThat(all(log)).hasSize(expected);
    assertThat(all(open(files))).hasSize(expected);
  }

  /** Adds 200 records and removes half of them, each flushed; returns how many are left. */
  private static int writeAndRemove(RecordLog log, int thread) throws IOException {
    int left = 0;
    for (int i = 0; i < 200; i++) {
      String text = thread + "/" + i;
      long id = log.add(bytes(text));
      assertThat(log.flush()).isTrue();
      assertThat(read(log, id)).isEqualTo(text);
      if (i % 2 == 0) {
        log.remove(id);
        assertThat(log.flush()).isTrue();
        assertThat(read(log, id)).isEqualTo("gone");
      } else {
        left++;
      }
    }
    return left;
  }

  @Test
  void inMemoryNothingIsDurable() throws Exception {
    RecordLog log = RecordLog.inMemory();
    long id = log.add(bytes("one"));
    assertThat(log.flush()).isFalse();
    assertThat(read(log, id)).isEqualTo("one");
    assertThat(log.unwrittenBytes()).isPositive();
    log.remove(id);
    assertThat(log.unwrittenBytes()).isZero();
  }
}
