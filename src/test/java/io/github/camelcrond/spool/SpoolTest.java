// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.disk.FileLayer;
import io.github.camelcrond.disk.RecordLog;
import io.github.camelcrond.rabbitmq.BrokerDown;
import io.github.camelcrond.rabbitmq.Undeliverable;
import io.github.camelcrond.store.LogCapture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
  private static final long LARGE = 1 << 20;
  private static final Duration REFUSED = Duration.ofHours(1);

  @TempDir Path folder;

  private final AtomicLong nanos = new AtomicLong();
  private final List<Spool> opened = new ArrayList<>();

  @AfterEach
  void close() {
    opened.forEach(Spool::close);
  }

  private Spool open(Path base, SpoolLimits limits) throws IOException {
    RecordLog log =
        RecordLog.open(
            base, new RecordLog.Options(FileLayer.LOCAL, 1 << 20, Clock.systemUTC(), nanos::get));
    Spool spool = new Spool(log, limits, nanos::get, uri -> Optional.empty());
    opened.add(spool);
    return spool;
  }

  private Spool open(long limit, OverflowPolicy overflow) throws IOException {
    return open(folder.resolve("spool"), limits(limit, 1_000_000, overflow));
  }

  private static SpoolLimits limits(long bytes, int count, OverflowPolicy overflow) {
    return new SpoolLimits(bytes, count, LARGE, overflow, REFUSED);
  }

  private Spool open() throws IOException {
    return open(LARGE, OverflowPolicy.DROP_OLDEST);
  }

  private static SpoolMessage message(String lane, String body) {
    return new SpoolMessage(
        lane, "rabbitmq:x", Map.of("job", lane), body.getBytes(StandardCharsets.UTF_8));
  }

  private static Optional<Spool.Taken> take(Spool spool) {
    return spool.next(true);
  }

  private static String body(Optional<Spool.Taken> taken) {
    return taken.map(t -> new String(t.message().body(), StandardCharsets.UTF_8)).orElse("");
  }

  /** Takes out and acknowledges all there is. */
  private static List<String> drain(Spool spool) {
    List<String> bodies = new ArrayList<>();
    for (var taken = take(spool); taken.isPresent(); taken = take(spool)) {
      bodies.add(body(taken));
      spool.delivered(taken.get());
    }
    return bodies;
  }

  @Test
  void messagesOfALaneGoOneAfterTheOther() throws Exception {
    Spool spool = open();
    spool.add(message("a", "a1"));
    spool.add(message("a", "a2"));
    spool.add(message("b", "b1"));
    Optional<Spool.Taken> first = take(spool);
    assertThat(body(first)).isEqualTo("a1");
    assertThat(body(take(spool))).isEqualTo("b1");
    assertThat(take(spool)).isEmpty();
    spool.delivered(first.orElseThrow());
    assertThat(body(take(spool))).isEqualTo("a2");
  }

  @Test
  void aMessageComesWithItsHeaders() throws Exception {
    Spool spool = open();
    spool.add(
        new SpoolMessage("a", "direct:x", Map.of("n", 7, "t", "x", "b", true), new byte[] {1, 2}));
    spool.close();
    opened.clear();
    SpoolMessage again = open().next(false).orElseThrow().message();
    assertThat(again.headers())
        .containsOnly(Map.entry("n", 7), Map.entry("t", "x"), Map.entry("b", true));
    assertThat(again.endpoint()).isEqualTo("direct:x");
    assertThat(again.body()).containsExactly(1, 2);
  }

  @Test
  void whatWasNotSentIsThereAfterARestart() throws Exception {
    Spool spool = open();
    for (int i = 0; i < 5; i++) {
      spool.add(message("a", "m" + i));
    }
    spool.delivered(take(spool).orElseThrow());
    take(spool);
    spool.close();
    opened.clear();
    assertThat(drain(open())).containsExactly("m1", "m2", "m3", "m4");
  }

  @Test
  void messagesInAFileForAForbiddenEndpointAreDroppedWithOneWarning() throws Exception {
    Spool spool = open();
    spool.add(message("a", "a1"));
    spool.add(to("exec:id", "1"));
    spool.add(to("exec:id", "2"));
    spool.close();
    opened.clear();
    RecordLog log =
        RecordLog.open(folder.resolve("spool"), RecordLog.Options.of(1 << 20, Clock.systemUTC()));
    try (LogCapture logged = new LogCapture()) {
      Spool again =
          new Spool(
              log,
              limits(LARGE, 10, OverflowPolicy.DROP_OLDEST),
              nanos::get,
              uri -> Optional.of("not allowed").filter(reason -> uri.startsWith("exec:")));
      opened.add(again);
      assertThat(logged.warnings())
          .containsExactly(
              "WARN messages of an earlier start dropped: their endpoint is not allowed"
                  + " endpoint=exec:id reason=not allowed");
      assertThat(again.dropped()).isEqualTo(2);
      assertThat(again.next(false)).isEmpty();
      assertThat(drain(again)).containsExactly("a1");
      assertThat(again.waiting()).isZero();
    }
  }

  @Test
  void aKilledProcessLosesNothingThatWasFlushed() throws Exception {
    Spool spool = open();
    spool.add(message("a", "m0"));
    spool.add(message("a", "m1"));
    assertThat(spool.flush()).isTrue();
    Files.copy(folder.resolve("spool.00000001"), folder.resolve("copy.00000001"));
    Spool other =
        open(folder.resolve("copy"), limits(LARGE, 1_000_000, OverflowPolicy.DROP_OLDEST));
    assertThat(drain(other)).containsExactly("m0", "m1");
  }

  @Test
  void damageInAFileCostsTheMessagesThereAndNoStart() throws Exception {
    Spool spool = open();
    for (int i = 0; i < 300; i++) {
      spool.add(message("a", "m" + i + "-" + "x".repeat(1_000)));
    }
    spool.close();
    opened.clear();
    Path file = folder.resolve("spool.00000001");
    byte[] whole = Files.readAllBytes(file);
    for (int block = 0; block + 4_096 < whole.length; block += 16 * 4_096) {
      byte[] damaged = whole.clone();
      Arrays.fill(damaged, block, block + 4_096, (byte) 0);
      Path base = folder.resolve("at" + block);
      Files.write(folder.resolve("at" + block + ".00000001"), damaged);
      Spool left = open(base, limits(LARGE, 1_000_000, OverflowPolicy.DROP_OLDEST));
      assertThat(drain(left)).hasSizeBetween(295, 298).last().asString().startsWith("m299");
    }
  }

  @Test
  void aFullDiskLosesNoMessageThatWasSafe() throws Exception {
    FaultyDisk disk = new FaultyDisk();
    RecordLog log =
        RecordLog.open(
            folder.resolve("spool"),
            new RecordLog.Options(disk, 1 << 20, Clock.systemUTC(), nanos::get));
    Spool spool =
        new Spool(
            log,
            new SpoolLimits(LARGE, 1_000, 0, OverflowPolicy.DROP_OLDEST, REFUSED),
            nanos::get,
            uri -> Optional.empty());
    opened.add(spool);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      expected.add("m" + i);
      spool.add(message("a", "m" + i));
    }
    assertThat(spool.flush()).isTrue();
    disk.broken = true;
    spool.add(message("b", "too late for the disk"));
    assertThat(spool.flush()).isFalse();
    Optional<Spool.Taken> fromMemory = take(spool);
    assertThat(body(fromMemory)).as("the others cannot be read").startsWith("too late");
    spool.delivered(fromMemory.orElseThrow());
    assertThat(take(spool)).isEmpty();
    disk.broken = false;
    nanos.addAndGet(Duration.ofMinutes(2).toNanos());
    assertThat(drain(spool)).containsAll(expected);
    assertThat(spool.dropped()).isZero();
  }

  /** Takes no write and gives no read while it is broken. */
  private static final class FaultyDisk implements FileLayer {
    private volatile boolean broken;

    private void check() throws IOException {
      if (broken) {
        throw new IOException("Input/output error");
      }
    }

    @Override
    public OpenFile open(Path file) throws IOException {
      OpenFile real = LOCAL.open(file);
      return new OpenFile() {
        @Override
        public int read(long position, byte[] bytes, int offset, int length) throws IOException {
          check();
          return real.read(position, bytes, offset, length);
        }

        @Override
        public void write(long position, byte[] bytes, int offset, int length) throws IOException {
          check();
          real.write(position, bytes, offset, length);
        }

        @Override
        public long size() throws IOException {
          return real.size();
        }

        @Override
        public void truncate(long size) throws IOException {
          real.truncate(size);
        }

        @Override
        public void close() throws IOException {
          real.close();
        }
      };
    }

    @Override
    public void delete(Path file) throws IOException {
      LOCAL.delete(file);
    }

    @Override
    public List<Path> list(Path directory, String prefix) throws IOException {
      return LOCAL.list(directory, prefix);
    }
  }

  @Test
  void aLaneThatWasEmptiedByDroppingIsSentOnce() throws Exception {
    Spool spool = open(1_000, OverflowPolicy.DROP_OLDEST);
    for (int i = 0; i < 1_000; i++) {
      spool.add(message("only", "m" + i + " ".repeat(90)));
    }
    List<String> drained = drain(spool);
    assertThat(drained).doesNotHaveDuplicates().hasSize((int) (1_000 - spool.dropped()));
    assertThat(drained.get(drained.size() - 1)).startsWith("m999");
    assertThat(spool.waiting()).isZero();
  }

  @Test
  void countsMessagesTooAsEachCostsHeap() throws Exception {
    Spool spool = open(folder.resolve("few"), limits(LARGE, 10, OverflowPolicy.DROP_OLDEST));
    for (int i = 0; i < 20; i++) {
      spool.add(message("lane" + i, "m" + i));
    }
    assertThat(spool.waiting()).isEqualTo(10);
    assertThat(spool.dropped()).isEqualTo(10);
    assertThat(drain(spool)).startsWith("m10").endsWith("m19");
  }

  @Test
  void aBlockedReceiverHoldsUpNoOther() throws Exception {
    Spool spool = open();
    for (int i = 0; i < 600; i++) {
      spool.add(message("broker" + i, "b" + i));
      spool.add(to("direct:stuck", "stuck" + i));
    }
    spool.add(to("direct:quick", "quick"));
    while (take(spool).isPresent()) {
      // all that the broker may have in flight
    }
    List<String> others = new ArrayList<>();
    for (var taken = takeOther(spool); taken.isPresent(); taken = takeOther(spool)) {
      others.add(body(taken));
    }
    assertThat(others).hasSizeLessThan(10).contains("quick").contains("stuck0");
  }

  private static SpoolMessage to(String endpoint, String body) {
    return new SpoolMessage(
        body + " " + endpoint, endpoint, Map.of(), body.getBytes(StandardCharsets.UTF_8));
  }

  private static Optional<Spool.Taken> takeOther(Spool spool) {
    return spool.next(false);
  }

  @Test
  void anotherMessageProbesTheBrokerAfterOneThatItDidNotTake() throws Exception {
    Spool spool = open();
    spool.add(message("poison", "poison"));
    spool.add(message("good", "good"));
    spool.failed(take(spool).orElseThrow(), new BrokerDown("the connection was closed"));
    nanos.addAndGet(Duration.ofSeconds(6).toNanos());
    Optional<Spool.Taken> probe = take(spool);
    assertThat(body(probe)).isEqualTo("good");
    spool.delivered(probe.orElseThrow());
    assertThat(spool.isBrokerDown()).isFalse();
  }

  @Test
  void theOldestMakeRoom() throws Exception {
    Spool spool = open(1_000, OverflowPolicy.DROP_OLDEST);
    for (int i = 0; i < 20; i++) {
      spool.add(message("lane" + i, "m" + i + " ".repeat(90)));
    }
    assertThat(spool.bytes()).isLessThanOrEqualTo(1_000);
    assertThat(spool.dropped()).isEqualTo(20 - spool.waiting());
    List<String> left = drain(spool);
    assertThat(left).isNotEmpty();
    assertThat(left.get(left.size() - 1)).startsWith("m19");
  }

  @Test
  void theNewestAreRefusedWhenAskedFor() throws Exception {
    Spool spool = open(1_000, OverflowPolicy.DROP_NEWEST);
    for (int i = 0; i < 20; i++) {
      spool.add(message("lane" + i, "m" + i + " ".repeat(90)));
    }
    assertThat(spool.dropped()).isEqualTo(20 - spool.waiting());
    assertThat(drain(spool).get(0)).startsWith("m0");
  }

  @Test
  void aMessageOnItsWayIsNotDropped() throws Exception {
    Spool spool = open(1_000, OverflowPolicy.DROP_OLDEST);
    spool.add(message("a", "first" + " ".repeat(90)));
    Optional<Spool.Taken> first = take(spool);
    for (int i = 0; i < 20; i++) {
      spool.add(message("b", "m" + i + " ".repeat(90)));
    }
    spool.failed(first.orElseThrow(), new BrokerDown("it is down"));
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    spool.delivered(take(spool).orElseThrow());
    assertThat(drain(spool)).as("still there").anyMatch(body -> body.startsWith("first"));
  }

  @Test
  void anUndeliverableMessageHoldsItsLaneOnlyAndIsTriedAgain() throws Exception {
    Spool spool = open();
    spool.add(message("a", "a1"));
    spool.add(message("a", "a2"));
    spool.add(message("b", "b1"));
    spool.failed(take(spool).orElseThrow(), new Undeliverable("no queue is bound for it"));
    assertThat(drain(spool)).containsExactly("b1");
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThat(drain(spool)).containsExactly("a1", "a2");
  }

  @Test
  void aMessageThatIsRefusedForTooLongLetsTheNextGo() throws Exception {
    Spool spool = open();
    spool.add(message("a", "poison"));
    spool.add(message("a", "a2"));
    Duration waited = Duration.ZERO;
    while (spool.dropped() == 0) {
      take(spool).ifPresent(t -> spool.failed(t, new Undeliverable("it is too large")));
      nanos.addAndGet(Duration.ofMinutes(1).toNanos());
      waited = waited.plusMinutes(1);
    }
    assertThat(waited).isBetween(REFUSED, REFUSED.plusMinutes(5));
    assertThat(drain(spool)).containsExactly("a2");
  }

  @Test
  void aBrokerThatIsDownForLongLosesNothing() throws Exception {
    Spool spool = open();
    spool.add(message("a", "a1"));
    for (int i = 0; i < 200; i++) {
      take(spool).ifPresent(t -> spool.failed(t, new BrokerDown("connection refused")));
      nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    }
    assertThat(drain(spool)).containsExactly("a1");
  }

  @Test
  void timeInWhichTheBrokerIsDownDoesNotCountAsRefusal() throws Exception {
    Spool spool = open();
    spool.add(message("a", "a1"));
    spool.failed(take(spool).orElseThrow(), new Undeliverable("no queue is bound for it"));
    spool.add(message("b", "b1"));
    spool.failed(take(spool).orElseThrow(), new BrokerDown("connection refused"));
    nanos.addAndGet(REFUSED.multipliedBy(2).toNanos());
    spool.delivered(take(spool).orElseThrow());
    nanos.addAndGet(Duration.ofMinutes(2).toNanos());
    spool.failed(take(spool).orElseThrow(), new Undeliverable("no queue is bound for it"));
    assertThat(spool.dropped()).isZero();
    assertThat(spool.waiting()).isEqualTo(1);
  }

  @Test
  void aRouteWhoseBrokerIsDownForLongLosesNothing() throws Exception {
    Spool spool = open();
    spool.add(new SpoolMessage("a", "direct:mine", Map.of("job", "a"), new byte[] {'1'}));
    for (int i = 0; i < 2 * REFUSED.toMinutes(); i++) {
      spool.next(false).ifPresent(t -> spool.failed(t, new BrokerDown("connection refused")));
      nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    }
    spool.next(false).ifPresent(t -> spool.failed(t, new Undeliverable("not yet bound")));
    assertThat(spool.dropped()).isZero();
    assertThat(spool.waiting()).isEqualTo(1);
  }

  @Test
  void onlyOneMessageAsksWhetherTheBrokerIsBack() throws Exception {
    Spool spool = open();
    for (int i = 0; i < 3; i++) {
      spool.add(message("lane" + i, "m" + i));
    }
    List<Spool.Taken> taken = List.of(take(spool).orElseThrow(), take(spool).orElseThrow());
    taken.forEach(t -> spool.failed(t, new BrokerDown("connection refused")));
    assertThat(spool.isBrokerDown()).isTrue();
    assertThat(take(spool)).isEmpty();
    nanos.addAndGet(Duration.ofSeconds(6).toNanos());
    Optional<Spool.Taken> probe = take(spool);
    assertThat(probe).isPresent();
    assertThat(take(spool)).isEmpty();
    spool.delivered(probe.orElseThrow());
    assertThat(spool.isBrokerDown()).isFalse();
    assertThat(drain(spool)).hasSize(2);
  }

  @Test
  void addsFromAnInterruptedThread() throws Exception {
    Spool spool = open();
    Thread.currentThread().interrupt();
    spool.add(message("a", "a1"));
    assertThat(spool.flush()).isTrue();
    assertThat(Thread.interrupted()).isTrue();
    spool.close();
    opened.clear();
    assertThat(drain(open())).containsExactly("a1");
  }

  @Test
  void keepsThousandsInOrder() throws Exception {
    Spool spool = open(64 << 20, OverflowPolicy.DROP_OLDEST);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      expected.add("m" + i + "-" + "x".repeat(4_000));
      spool.add(message("a", expected.get(i)));
    }
    assertThat(drain(spool)).isEqualTo(expected);
    assertThat(spool.bytes()).isZero();
  }
}
