// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import io.github.camelcrond.disk.DamagedRecordException;
import io.github.camelcrond.disk.RecordLog;
import io.github.camelcrond.rabbitmq.BrokerDown;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages on disk until they are delivered, in order within their lane. A message leaves the disk
 * when its receiver has it: it can be delivered twice, but is not lost.
 */
public final class Spool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("crond.spool");

  private final RecordLog log;
  private final SpoolLimits limits;
  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final SpoolReceiver broker = SpoolReceiver.broker();
  private final BrokerState brokerState;
  private final Map<String, SpoolReceiver> receivers = new LinkedHashMap<>();
  private final Map<String, SpoolLane> lanes = new HashMap<>();
  private final PriorityQueue<SpoolLane> paused =
      new PriorityQueue<>(Comparator.comparingLong((SpoolLane l) -> l.notBefore));
  private final SpoolContents contents;
  private final Map<Long, Taken> inFlight = new HashMap<>();
  private final DeliveryFailures failures = new DeliveryFailures();
  private long dropped;
  private boolean dropping;

  /**
   * A spool that keeps its messages in {@code log}, which it closes; what an earlier process left
   * there is in it.
   *
   * @param nanos a clock that only goes forward
   * @throws IOException if the messages cannot be read at present
   */
  public Spool(RecordLog log, SpoolLimits limits, LongSupplier nanos) throws IOException {
    this.log = log;
    this.limits = limits;
    this.nanos = nanos;
    this.brokerState = new BrokerState(nanos.getAsLong());
    this.contents = new SpoolContents(log, limits.held());
    lock.lock();
    try {
      log.forEach(this::recover);
    } finally {
      lock.unlock();
    }
    if (contents.count() > 0) {
      LOG.atInfo()
          .addKeyValue("queued", contents.count())
          .log("messages of an earlier start queued");
    }
  }

  private void recover(long id, byte[] record) {
    try {
      SpoolMessage message = SpoolMessage.decoded(record);
      contents.found(id, record.length);
      enter(id, message);
    } catch (IOException e) {
      LOG.atWarn().addKeyValue("reason", e.getMessage()).log("message lost");
      log.remove(id);
    }
  }

  /** Adds {@code message}; it survives a kill of the process after the next {@link #flush}. */
  public void add(SpoolMessage message) {
    byte[] record = message.encoded();
    lock.lock();
    try {
      if (makeRoom(record.length)) {
        enter(contents.add(message, record), message);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes to disk what was added and what was delivered.
   *
   * @return whether all of it is on disk; if not, a later call tries again
   */
  public boolean flush() {
    return log.flush();
  }

  private void enter(long id, SpoolMessage message) {
    SpoolReceiver receiver =
        message.toBroker()
            ? broker
            : receivers.computeIfAbsent(message.endpoint(), SpoolReceiver::of);
    SpoolLane lane =
        lanes.computeIfAbsent(
            message.lane(), name -> new SpoolLane(name, message.endpoint(), receiver));
    lane.messages.add(id);
    if (lane.state == SpoolLane.State.EMPTY) {
      ready(lane);
    }
  }

  private void ready(SpoolLane lane) {
    lane.state = SpoolLane.State.READY;
    if (!lane.receiver.broker) {
      // It may have been forgotten while the lane was paused.
      lane.receiver = receivers.computeIfAbsent(lane.endpoint, SpoolReceiver::of);
    }
    lane.receiver.ready.add(lane);
    changed.signalAll();
  }

  /**
   * The next message that may be sent.
   *
   * @param toBroker of those for RabbitMQ, else of the others
   * @param wait how long to wait for one
   */
  Optional<Taken> take(boolean toBroker, Duration wait) throws InterruptedException {
    long end = nanos.getAsLong() + wait.toNanos();
    lock.lockInterruptibly();
    try {
      while (true) {
        long now = nanos.getAsLong();
        wakePaused(now);
        Optional<Taken> found = toBroker ? takeForBroker(now) : takeForOthers();
        if (found.isPresent()) {
          return found;
        }
        if (now >= end) {
          break;
        }
        changed.awaitNanos(Math.min(end, wakeAt(toBroker, end)) - now);
      }
    } finally {
      lock.unlock();
    }
    // Nothing to do: time to write down what was delivered.
    flush();
    return Optional.empty();
  }

  /**
   * A message that is in flight until {@link #delivered} or {@link #failed} is called for it.
   *
   * @param id its number
   */
  public record Taken(long id, SpoolMessage message) {}

  private Optional<Taken> takeForBroker(long now) {
    return brokerState.mayBeAsked(now) ? take(broker) : Optional.empty();
  }

  private Optional<Taken> takeForOthers() {
    for (SpoolReceiver receiver : receivers.values()) {
      Optional<Taken> found = take(receiver);
      if (found.isPresent()) {
        // To the end: receivers take turns.
        receivers.remove(receiver.name);
        receivers.put(receiver.name, receiver);
        return found;
      }
    }
    receivers.values().removeIf(SpoolReceiver::isIdle);
    return Optional.empty();
  }

  private long wakeAt(boolean toBroker, long end) {
    long at = paused.isEmpty() ? end : paused.peek().notBefore;
    return toBroker && !broker.ready.isEmpty() ? Math.min(at, brokerState.probeAt(end)) : at;
  }

  private void wakePaused(long now) {
    while (!paused.isEmpty() && paused.peek().notBefore <= now) {
      ready(paused.poll());
    }
  }

  private Optional<Taken> take(SpoolReceiver receiver) {
    while (receiver.isOpen(limits.held()) && !receiver.ready.isEmpty()) {
      SpoolLane lane = receiver.ready.poll();
      Optional<Taken> taken = first(lane);
      if (taken.isPresent()) {
        lane.state = SpoolLane.State.BUSY;
        receiver.took(taken.get().message());
        inFlight.put(taken.get().id(), taken.get());
        if (receiver.broker) {
          brokerState.asked();
        }
        return taken;
      }
    }
    return Optional.empty();
  }

  /** The first message of {@code lane} that was not dropped meanwhile, if it can be read. */
  private Optional<Taken> first(SpoolLane lane) {
    while (!lane.messages.isEmpty()) {
      long id = lane.messages.peek();
      try {
        Optional<SpoolMessage> message = contents.read(id);
        if (message.isPresent()) {
          return message.map(m -> new Taken(id, m));
        }
      } catch (DamagedRecordException e) {
        dropped++;
        LOG.atWarn().addKeyValue("reason", e.getMessage()).log("message lost");
        contents.remove(id);
      } catch (IOException e) {
        failures.begin(lane.name, lane.endpoint, e);
        pause(lane);
        return Optional.empty();
      }
      lane.messages.remove();
    }
    empty(lane);
    return Optional.empty();
  }

  private void pause(SpoolLane lane) {
    lane.pause(nanos.getAsLong(), ThreadLocalRandom.current().nextDouble());
    paused.add(lane);
  }

  private void empty(SpoolLane lane) {
    lane.state = SpoolLane.State.EMPTY;
    lanes.remove(lane.name);
    failures.dropped(lane.name, lane.endpoint);
  }

  /** Removes a message that its receiver has; does nothing after {@link #failed}. */
  public void delivered(Taken taken) {
    lock.lock();
    try {
      Optional<SpoolLane> landed = landed(taken);
      if (landed.isPresent()) {
        SpoolLane lane = landed.get();
        failures.end(lane.name, lane.endpoint, contents.count() - 1);
        if (lane.receiver.broker) {
          brokerState.up(contents.count() - 1, nanos.getAsLong());
        }
        next(lane, taken);
      }
    } finally {
      lock.unlock();
    }
    if (locked(contents::removalsToWrite)) {
      flush();
    }
  }

  /** Removes the message from its lane, which goes on with the next one. */
  private void next(SpoolLane lane, Taken taken) {
    lane.messages.remove();
    lane.failures = 0;
    contents.remove(taken.id());
    if (lane.messages.isEmpty()) {
      empty(lane);
    } else {
      ready(lane);
    }
    changed.signalAll();
  }

  /**
   * Keeps a message that was not delivered because of {@code cause}; it is retried later. A {@link
   * BrokerDown} concerns all messages for the broker, anything else this message only.
   */
  public void failed(Taken taken, Exception cause) {
    lock.lock();
    try {
      Optional<SpoolLane> landed = landed(taken);
      if (landed.isEmpty()) {
        return;
      }
      SpoolLane lane = landed.get();
      contents.mayBeDropped(taken.id());
      if (lane.receiver.broker && cause instanceof BrokerDown) {
        brokerState.down(cause, nanos.getAsLong());
        // Behind the others: the next probe is another message.
        ready(lane);
        return;
      }
      long now = nanos.getAsLong();
      if (lane.receiver.broker) {
        brokerState.up(contents.count(), now);
        lane.reachableSince(brokerState.upSince());
      }
      failures.begin(lane.name, lane.endpoint, cause);
      if (cause instanceof BrokerDown) {
        // Of a route that sends to a broker.
        lane.reachableSince(now);
      } else if (lane.refusedFor(limits.refused(), now)) {
        giveUp(lane, taken, cause);
        return;
      }
      pause(lane);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Drops a message that its receiver has refused for too long, so that those behind it can go. */
  private void giveUp(SpoolLane lane, Taken taken, Exception cause) {
    dropped++;
    LOG.atWarn()
        .addKeyValue("endpoint", taken.message().endpoint())
        .addKeyValue("job", taken.message().headers().get("job"))
        .addKeyValue("run", taken.message().headers().get("run"))
        .addKeyValue("reason", cause.getMessage())
        .log("message dropped: refused for longer than crond.rabbitmq.spool-refused");
    failures.dropped(lane.name, lane.endpoint);
    next(lane, taken);
  }

  /** The lane of {@code taken} if the message was still in flight, which it is no longer. */
  private Optional<SpoolLane> landed(Taken taken) {
    if (!inFlight.remove(taken.id(), taken)) {
      return Optional.empty();
    }
    SpoolLane lane = lanes.get(taken.message().lane());
    lane.receiver.answered(taken.message());
    if (lane.receiver.broker) {
      brokerState.answered();
    }
    return Optional.of(lane);
  }

  private boolean makeRoom(int size) {
    if (fits(size)) {
      dropping = dropping && contents.bytes() > limits.bytes() / 2;
      return true;
    }
    // Dropping what is on disk makes no room for what cannot be written.
    if (limits.overflow() == OverflowPolicy.DROP_OLDEST && !contents.isDiskFull(size)) {
      contents.dropOldest(inFlight::containsKey, () -> fits(size), this::drop);
    }
    if (fits(size)) {
      return true;
    }
    drop();
    return false;
  }

  private boolean fits(int size) {
    return contents.bytes() + size <= limits.bytes()
        && contents.count() < limits.count()
        && !contents.isDiskFull(size);
  }

  private void drop() {
    dropped++;
    if (!dropping) {
      dropping = true;
      LOG.atWarn()
          .addKeyValue("queued", contents.count())
          .addKeyValue("bytes", contents.bytes())
          .log("spool is full, dropping messages");
    }
  }

  /** Messages that are queued or in flight. */
  public int waiting() {
    return locked(contents::count);
  }

  /** Their bytes on disk. */
  public long bytes() {
    return locked(contents::bytes);
  }

  /** Messages lost since the start: no room, damaged, or refused by their receiver for too long. */
  public long dropped() {
    return locked(() -> dropped);
  }

  /** Whether the broker takes no messages at present. */
  public boolean brokerDown() {
    return locked(brokerState::isDown);
  }

  /** Lanes whose first message could be sent now, as far as is known. */
  int sendable(boolean toBroker) {
    return locked(
        () ->
            toBroker
                ? brokerState.isDown() ? 0 : broker.ready.size()
                : receivers.values().stream().mapToInt(r -> r.ready.size()).sum());
  }

  private <T> T locked(Supplier<T> value) {
    lock.lock();
    try {
      return value.get();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    log.close();
  }
}
