// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.disk.DamagedRecordException;
import io.github.camelcrond.disk.RecordLog;
import io.github.camelcrond.rabbitmq.BrokerDown;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps messages on disk until they are delivered, in order within each lane. A message is removed
 * after its receiver has accepted it: it may be delivered twice, but is never lost.
 */
public final class Spool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("crond.spool");

  /** How long without a message to send until removals are written. */
  private static final long IDLE = Duration.ofSeconds(3).toNanos();

  private static final long LONG = Duration.ofDays(1).toNanos();

  private final RecordLog log;
  private final SpoolLimits limits;
  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final BrokerState brokerState;
  private final SpoolLanes lanes;
  private final SpoolContents contents;
  private final Set<Long> inFlight = new HashSet<>();
  private final DeliveryFailures failures = new DeliveryFailures();

  /**
   * A spool that keeps its messages in {@code log}, including those of an earlier process, and
   * closes it.
   *
   * @param nanos a clock that only goes forward
   * @param refusal why a message of an earlier process may not be sent to an endpoint; empty if it
   *     may
   * @throws IOException if the messages cannot be read
   */
  Spool(
      RecordLog log,
      SpoolLimits limits,
      LongSupplier nanos,
      Function<String, Optional<String>> refusal)
      throws IOException {
    this.log = log;
    this.limits = limits;
    this.nanos = nanos;
    this.brokerState = new BrokerState(nanos.getAsLong());
    this.lanes = new SpoolLanes(brokerState, limits.held());
    this.contents = new SpoolContents(log, limits);
    Map<String, Boolean> known = new HashMap<>();
    Predicate<String> allowed = uri -> known.computeIfAbsent(uri, u -> isAllowed(u, refusal));
    lock.lock();
    try {
      log.forEach((id, record) -> recover(id, record, allowed));
    } finally {
      lock.unlock();
    }
    if (contents.count() > 0) {
      LOG.atInfo()
          .addKeyValue("queued", contents.count())
          .log("queued messages of an earlier start found");
    }
  }

  private static boolean isAllowed(String uri, Function<String, Optional<String>> refusal) {
    Optional<String> reason = refusal.apply(uri);
    reason.ifPresent(
        r ->
            LOG.atWarn()
                .addKeyValue("endpoint", uri)
                .addKeyValue("reason", r)
                .log("messages of an earlier start dropped: their endpoint is not allowed"));
    return reason.isEmpty();
  }

  private void recover(long id, byte[] record, Predicate<String> allowed) {
    try {
      SpoolMessage message = SpoolMessage.decoded(record);
      if (!allowed.test(message.endpoint())) {
        contents.countDropped();
        log.remove(id);
        return;
      }
      contents.found(id, record.length);
      lanes.add(id, message);
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
      if (contents.makeRoom(record.length, inFlight::contains)) {
        lanes.add(contents.add(message, record), message);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes all additions and removals to disk.
   *
   * @return whether they are durable; if not, a later call retries
   */
  public boolean flush() {
    return log.flush();
  }

  /**
   * Waits for the next message that may be sent.
   *
   * @param toBroker whether it is one for RabbitMQ, or one for any other endpoint
   * @param wanted whether to continue waiting; evaluated again after {@link #wakeUp}
   * @return empty if none is wanted any more
   */
  Optional<Taken> take(boolean toBroker, BooleanSupplier wanted) throws InterruptedException {
    lock.lock();
    try {
      while (wanted.getAsBoolean()) {
        Optional<Taken> found = next(toBroker);
        if (found.isPresent()) {
          return found;
        }
        long now = nanos.getAsLong();
        long time = lanes.wakeAt(toBroker, now + LONG) - now;
        boolean writes = log.unwrittenBytes() > 0 && IDLE <= time;
        if (changed.awaitNanos(writes ? IDLE : time) <= 0 && writes) {
          flush();
        }
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** Makes threads that wait for a message ask whether one is still wanted. */
  void wakeUp() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * A message that is in flight until {@link #delivered} or {@link #failed} is called for it.
   *
   * @param id its number
   */
  record Taken(long id, SpoolMessage message) {}

  /** The next message, if there is one that may be sent now. */
  Optional<Taken> next(boolean toBroker) {
    return locked(() -> next(toBroker, nanos.getAsLong()));
  }

  private Optional<Taken> next(boolean toBroker, long now) {
    if (lanes.wake(now)) {
      changed.signalAll();
    }
    Optional<SpoolLane> lane = lanes.next(toBroker, now);
    while (lane.isPresent()) {
      Optional<Taken> taken = first(lane.get(), now);
      if (taken.isPresent()) {
        lane.get().state = SpoolLane.LaneState.BUSY;
        lane.get().receiver.took(taken.get().message());
        inFlight.add(taken.get().id());
        if (toBroker) {
          brokerState.asked();
        }
        return taken;
      }
      lane = lanes.next(toBroker, now);
    }
    return Optional.empty();
  }

  /** The first message of {@code lane} that has not been dropped, if it can be read. */
  private Optional<Taken> first(SpoolLane lane, long now) {
    while (!lane.messages.isEmpty()) {
      long id = lane.messages.peek();
      try {
        Optional<SpoolMessage> message = contents.read(id);
        if (message.isPresent()) {
          return message.map(m -> new Taken(id, m));
        }
      } catch (DamagedRecordException e) {
        contents.countDropped();
        LOG.atWarn().addKeyValue("reason", e.getMessage()).log("message lost");
        contents.remove(id);
      } catch (IOException e) {
        failures.begin(lane.name, lane.endpoint, e);
        lanes.pause(lane, now);
        return Optional.empty();
      }
      lane.messages.remove();
    }
    empty(lane);
    return Optional.empty();
  }

  private void empty(SpoolLane lane) {
    lanes.remove(lane);
    failures.dropped(lane.name, lane.endpoint);
  }

  /** Removes a message that its receiver has accepted. */
  void delivered(Taken taken) {
    lock.lock();
    try {
      SpoolLane lane = landed(taken);
      failures.end(lane.name, lane.endpoint, contents.count() - 1);
      if (lane.receiver.broker) {
        brokerState.up(contents.count() - 1, nanos.getAsLong());
      }
      next(lane, taken);
    } finally {
      lock.unlock();
    }
    if (locked(contents::removalsToWrite)) {
      flush();
    }
  }

  /** Removes the message from its lane, which continues with the next one. */
  private void next(SpoolLane lane, Taken taken) {
    lane.messages.remove();
    lane.failures = 0;
    contents.remove(taken.id());
    if (lane.messages.isEmpty()) {
      empty(lane);
    } else {
      lanes.ready(lane);
    }
    changed.signalAll();
  }

  /**
   * Keeps a message that could not be delivered because of {@code cause}, to be retried later. A
   * {@link BrokerDown} concerns all messages for the broker, any other cause this message only.
   */
  void failed(Taken taken, Exception cause) {
    lock.lock();
    try {
      SpoolLane lane = landed(taken);
      long now = nanos.getAsLong();
      contents.mayBeDropped(taken.id());
      if (lane.receiver.broker && cause instanceof BrokerDown) {
        brokerState.down(cause, now);
        // Behind the others: the next probe is another message.
        lanes.ready(lane);
        changed.signalAll();
        return;
      }
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
      lanes.pause(lane, now);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Drops a message that was undeliverable for too long, so that its lane can continue. */
  private void giveUp(SpoolLane lane, Taken taken, Exception cause) {
    contents.countDropped();
    LOG.atWarn()
        .addKeyValue("endpoint", taken.message().endpoint())
        .addKeyValue("job", taken.message().headers().get("job"))
        .addKeyValue("run", taken.message().headers().get("run"))
        .addKeyValue("reason", cause.getMessage())
        .log("message dropped: undeliverable for longer than crond.spool.refused");
    failures.dropped(lane.name, lane.endpoint);
    next(lane, taken);
  }

  /** Ends the flight of {@code taken}, and returns its lane. */
  private SpoolLane landed(Taken taken) {
    inFlight.remove(taken.id());
    SpoolLane lane = lanes.of(taken.message());
    lane.receiver.answered(taken.message());
    if (lane.receiver.broker) {
      brokerState.answered();
    }
    return lane;
  }

  /** Messages that are queued or in flight. */
  public int waiting() {
    return locked(contents::count);
  }

  /** The size of these messages in bytes. */
  public long bytes() {
    return locked(contents::bytes);
  }

  /**
   * Messages lost since the start: dropped for lack of room, damaged, or undeliverable for too
   * long.
   */
  public long dropped() {
    return locked(contents::dropped);
  }

  /** Whether the broker accepts no messages at present. */
  @CalledByRoute
  public boolean isBrokerDown() {
    return locked(brokerState::isDown);
  }

  /** Lanes whose first message could be sent now, as far as is known. */
  int sendable(boolean toBroker) {
    return locked(() -> lanes.sendable(toBroker));
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
