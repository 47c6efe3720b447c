// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Return;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongSupplier;

/**
 * A channel whose messages are each answered: taken, refused, or given up with the channel. One for
 * each exchange, as a wrong exchange takes its channel down.
 */
final class ConfirmChannel {
  private final Channel channel;
  private final LongSupplier nanos;
  private final ConcurrentNavigableMap<Long, Pending> pending = new ConcurrentSkipListMap<>();
  private volatile boolean returned;

  private static final class Pending {
    final Outgoing message;
    final long since;
    final CompletableFuture<Void> answer = new CompletableFuture<>();
    volatile String returned = "";

    Pending(Outgoing message, long since) {
      this.message = message;
      this.since = since;
    }
  }

  /** Takes over {@code channel}. */
  ConfirmChannel(Channel channel, LongSupplier nanos) throws IOException {
    this.channel = channel;
    this.nanos = nanos;
    channel.confirmSelect();
    channel.addConfirmListener(
        (tag, multiple) -> answer(tag, multiple, true),
        (tag, multiple) -> answer(tag, multiple, false));
    channel.addReturnListener(this::returned);
    channel.addShutdownListener(this::closed);
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  /** Whether a message came back since the channel was opened. */
  boolean hadReturns() {
    return returned;
  }

  /** Sends {@code message}; the answer may come on the connection's own thread. */
  synchronized CompletableFuture<Void> publish(Outgoing message) throws IOException {
    Pending entry = new Pending(message, nanos.getAsLong());
    long tag = channel.getNextPublishSeqNo();
    pending.put(tag, entry);
    try {
      channel.basicPublish(
          message.exchange(),
          message.routingKey(),
          message.mandatory(),
          message.properties(),
          message.body());
    } catch (AlreadyClosedException e) {
      pending.remove(tag);
      throw e;
    } catch (IOException | RuntimeException e) {
      pending.remove(tag);
      throw e;
    }
    return entry.answer;
  }

  private void answer(long tag, boolean multiple, boolean taken) {
    if (!multiple) {
      Pending entry = pending.remove(tag);
      if (entry != null) {
        complete(entry, taken);
      }
      return;
    }
    Map<Long, Pending> answered = pending.headMap(tag, true);
    List<Pending> entries = new ArrayList<>(answered.values());
    answered.clear();
    entries.forEach(e -> complete(e, taken));
  }

  private static void complete(Pending entry, boolean taken) {
    String destination = entry.message.destination();
    if (!taken) {
      entry.answer.completeExceptionally(
          new Undeliverable(destination + ": the broker refused the message"));
    } else if (!entry.returned.isEmpty()) {
      entry.answer.completeExceptionally(
          new Undeliverable(
              destination + ": " + entry.returned.toLowerCase(java.util.Locale.ROOT)));
    } else {
      entry.answer.complete(null);
    }
  }

  /** The broker returns a message before it confirms it. */
  private void returned(Return message) {
    returned = true;
    String why =
        message.getReplyCode() == 312 ? "no queue is bound for it" : message.getReplyText();
    String id = message.getProperties().getMessageId();
    for (Pending entry : pending.values()) {
      if (id.equals(entry.message.properties().getMessageId())
          && message.getRoutingKey().equals(entry.message.routingKey())
          && entry.returned.isEmpty()) {
        entry.returned = why;
        return;
      }
    }
  }

  private void closed(ShutdownSignalException cause) {
    IOException why =
        cause.isHardError()
            ? new BrokerDown(Reasons.of(cause))
            : new Undeliverable(Reasons.of(cause));
    fail(why);
  }

  /** Gives up all that is not answered yet. */
  void fail(IOException why) {
    List<Pending> entries = new ArrayList<>();
    for (Long tag : pending.keySet()) {
      Pending entry = pending.remove(tag);
      if (entry != null) {
        entries.add(entry);
      }
    }
    entries.forEach(e -> e.answer.completeExceptionally(why));
  }

  /** Whether the broker has owed an answer for longer than {@code time}. */
  boolean owesSince(Duration time) {
    Map.Entry<Long, Pending> oldest = pending.firstEntry();
    return oldest != null && nanos.getAsLong() - oldest.getValue().since > time.toNanos();
  }

  boolean isIdle() {
    return pending.isEmpty();
  }

  void close() {
    try {
      channel.abort();
    } catch (IOException | ShutdownSignalException e) {
      // closed already
    }
  }
}
