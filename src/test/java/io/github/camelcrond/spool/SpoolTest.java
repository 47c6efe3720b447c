// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.rabbitmq.BrokerDown;
import io.github.camelcrond.rabbitmq.Undeliverable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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

  private Spool open(long limit, Full full) {
    Spool spool =
        Spool.open(Optional.of(folder.resolve("spool.mv")), limit, full, REFUSED, nanos::get);
    opened.add(spool);
    return spool;
  }

  private Spool open() {
    return open(LARGE, Full.DROP_OLDEST);
  }

  private static SpoolMessage message(String lane, String body) {
    return new SpoolMessage(
        lane, "rabbitmq:x", Map.of("job", lane), body.getBytes(StandardCharsets.UTF_8));
  }

  private static Optional<Spool.Taken> take(Spool spool) throws InterruptedException {
    return spool.take(true, Duration.ZERO);
  }

  private static String body(Optional<Spool.Taken> taken) {
    return taken.map(t -> new String(t.message().body(), StandardCharsets.UTF_8)).orElse("");
  }

  /** Takes out and acknowledges all there is. */
  private static List<String> drain(Spool spool) throws InterruptedException {
    List<String> bodies = new ArrayList<>();
    for (var taken = take(spool); taken.isPresent(); taken = take(spool)) {
      bodies.add(body(taken));
      spool.done(taken.get());
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
    spool.done(first.orElseThrow());
    assertThat(body(take(spool))).isEqualTo("a2");
  }

  @Test
  void aMessageComesWithItsHeaders() throws Exception {
    Spool spool = open();
    spool.add(
        new SpoolMessage("a", "direct:x", Map.of("n", 7, "t", "x", "b", true), new byte[] {1, 2}));
    spool.close();
    opened.clear();
    SpoolMessage again = open().take(false, Duration.ZERO).orElseThrow().message();
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
    spool.done(take(spool).orElseThrow());
    take(spool);
    spool.close();
    opened.clear();
    assertThat(drain(open())).containsExactly("m1", "m2", "m3", "m4");
  }

  @Test
  void aKilledProcessLosesNothingThatWasAdded() throws Exception {
    Spool spool = open();
    spool.add(message("a", "m0"));
    spool.add(message("a", "m1"));
    Path copy = folder.resolve("as-it-was");
    Files.copy(folder.resolve("spool.mv"), copy);
    Spool other = Spool.open(Optional.of(copy), LARGE, Full.DROP_OLDEST, REFUSED, nanos::get);
    opened.add(other);
    assertThat(drain(other)).containsExactly("m0", "m1");
  }

  @Test
  void aDamagedFileIsPutAside() throws Exception {
    Files.writeString(folder.resolve("spool.mv"), "x".repeat(20_000));
    Spool spool = open();
    spool.add(message("a", "m"));
    assertThat(drain(spool)).containsExactly("m");
    assertThat(folder.resolve("spool.mv.damaged")).exists();
  }

  @Test
  void theOldestMakeRoom() throws Exception {
    Spool spool = open(1_000, Full.DROP_OLDEST);
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
    Spool spool = open(1_000, Full.DROP_NEWEST);
    for (int i = 0; i < 20; i++) {
      spool.add(message("lane" + i, "m" + i + " ".repeat(90)));
    }
    assertThat(spool.dropped()).isEqualTo(20 - spool.waiting());
    assertThat(drain(spool).get(0)).startsWith("m0");
  }

  @Test
  void aMessageOnItsWayIsNotDropped() throws Exception {
    Spool spool = open(1_000, Full.DROP_OLDEST);
    spool.add(message("a", "first" + " ".repeat(90)));
    Optional<Spool.Taken> first = take(spool);
    for (int i = 0; i < 20; i++) {
      spool.add(message("b", "m" + i + " ".repeat(90)));
    }
    spool.failed(first.orElseThrow(), new BrokerDown("it is down"));
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    assertThat(body(take(spool))).startsWith("first").as("still there");
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
  void aRouteWhoseBrokerIsDownForLongLosesNothing() throws Exception {
    Spool spool = open();
    spool.add(new SpoolMessage("a", "direct:mine", Map.of("job", "a"), new byte[] {'1'}));
    for (int i = 0; i < 2 * REFUSED.toMinutes(); i++) {
      spool
          .take(false, Duration.ZERO)
          .ifPresent(t -> spool.failed(t, new BrokerDown("connection refused")));
      nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    }
    spool
        .take(false, Duration.ZERO)
        .ifPresent(t -> spool.failed(t, new Undeliverable("not yet bound")));
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
    assertThat(spool.brokerDown()).isTrue();
    assertThat(take(spool)).isEmpty();
    nanos.addAndGet(Duration.ofSeconds(6).toNanos());
    Optional<Spool.Taken> probe = take(spool);
    assertThat(probe).isPresent();
    assertThat(take(spool)).isEmpty();
    spool.done(probe.orElseThrow());
    assertThat(spool.brokerDown()).isFalse();
    assertThat(drain(spool)).hasSize(2);
  }

  @Test
  void theEndOfAnEarlierTryDoesNotCountForTheNext() throws Exception {
    Spool spool = open();
    spool.add(message("a", "a1"));
    Spool.Taken first = take(spool).orElseThrow();
    spool.failed(first, new IOException("no luck"));
    spool.done(first);
    assertThat(spool.waiting()).isEqualTo(1);
  }

  @Test
  void addsFromAnInterruptedThread() throws Exception {
    Spool spool = open();
    Thread.currentThread().interrupt();
    spool.add(message("a", "a1"));
    assertThat(Thread.interrupted()).isTrue();
    spool.close();
    opened.clear();
    assertThat(drain(open())).containsExactly("a1");
  }

  @Test
  void keepsThousandsInOrder() throws Exception {
    Spool spool = open(64 << 20, Full.DROP_OLDEST);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      expected.add("m" + i + "-" + "x".repeat(4_000));
      spool.add(message("a", expected.get(i)));
    }
    assertThat(drain(spool)).isEqualTo(expected);
    assertThat(spool.bytes()).isZero();
  }
}
