// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Comparator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LowWakeupQueuesTest {
  private final LowWakeupQueues queues = new LowWakeupQueues();
  private volatile Thread consumer;
  private volatile boolean interruptedAfterwards;

  /** What a consumer gets, which asks once, for as long as consumers do. */
  private CompletableFuture<Exchange> consume(BlockingQueue<Exchange> queue) {
    CompletableFuture<Exchange> got = new CompletableFuture<>();
    consumer =
        new Thread(
            () -> {
              try {
                got.complete(queue.poll(1_001, TimeUnit.MILLISECONDS));
                interruptedAfterwards = Thread.currentThread().isInterrupted();
              } catch (InterruptedException e) {
                got.completeExceptionally(e);
              }
            });
    consumer.start();
    return got;
  }

  private void awaitWaiting() {
    await().until(() -> consumer.getState() == Thread.State.TIMED_WAITING);
  }

  private static Exchange exchange(String body) {
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    exchange.getMessage().setBody(body);
    return exchange;
  }

  @Test
  void aMessageIsDeliveredAtOnce() throws Exception {
    BlockingQueue<Exchange> queue = queues.create(1);
    CompletableFuture<Exchange> got = consume(queue);
    awaitWaiting();
    Exchange sent = exchange("x");
    queue.add(sent);
    assertThat(got.get()).isSameAs(sent);
  }

  @Test
  void aStepThatAsksForAnotherTimeWaitsNoLonger() throws Exception {
    assertThat(queues.create().poll(1, TimeUnit.MILLISECONDS)).isNull();
    assertThat(queues.create().poll(1, TimeUnit.SECONDS)).isNull();
  }

  @Test
  void aConsumerThatWaitsLooksUpWhenSomebodyIsInAHurry() throws Exception {
    CompletableFuture<Exchange> got = consume(queues.create());
    awaitWaiting();
    LowWakeupQueues.Hurry hurry = queues.hurry();
    assertThat(got.get()).isNull();
    consumer.join();
    assertThat(interruptedAfterwards).isFalse();
    assertThat(consume(queues.create()).get()).isNull();
    hurry.close();
    CompletableFuture<Exchange> quiet = consume(queues.create());
    awaitWaiting();
    assertThat(quiet).isNotDone();
    consumer.interrupt();
  }

  @Test
  void anInterruptOfSomebodyElseIsPassedOn() {
    CompletableFuture<Exchange> got = consume(queues.create());
    awaitWaiting();
    consumer.interrupt();
    assertThat(got).failsWithin(java.time.Duration.ofSeconds(20));
  }

  @Test
  void theOrderIsTheOneAskedFor() throws Exception {
    BlockingQueue<Exchange> queue =
        queues.ordered(Comparator.comparing(e -> e.getMessage().getBody(String.class))).create();
    queue.add(exchange("b"));
    queue.add(exchange("a"));
    assertThat(consume(queue).get().getMessage().getBody()).isEqualTo("a");
    assertThat(consume(queue).get().getMessage().getBody()).isEqualTo("b");
  }
}
