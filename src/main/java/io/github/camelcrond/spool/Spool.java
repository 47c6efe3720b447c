// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import io.github.camelcrond.rabbitmq.BrokerDown;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages on disk until they are sent, in order within their lane. What was sent is taken out when
 * its receiver has it, so a message can be sent twice, but not be lost.
 */
public final class Spool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("crond.spool");

  /** So many may be on their way at once. */
  private static final int WINDOW = 512;

  /** So many bytes of messages are kept in memory too, to be sent without reading them again. */
  private static final long HELD = 8 << 20;

  /** Removals are written with the next message; when none comes, after so many. */
  private static final int SENT_BEFORE_COMMIT = 256;

  private static final Duration FIRST_PROBE = Duration.ofMillis(500);
  private static final Duration LONGEST_PROBE = Duration.ofSeconds(5);

  private final SpoolFile file;
  private final long limit;
  private final Full whenFull;
  private final Duration refusedMost;
  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, Lane> lanes = new HashMap<>();
  private final TreeMap<Long, Lane.Entry> all = new TreeMap<>();
  private final Map<Boolean, Deque<Lane>> ready =
      Map.of(true, new ArrayDeque<>(), false, new ArrayDeque<>());
  private final PriorityQueue<Lane> paused =
      new PriorityQueue<>(Comparator.comparingLong((Lane l) -> l.notBefore));
  private final Troubles troubles = new Troubles();
  private long next;
  private long sent;
  private long bytes;
  private long held;
  private final Map<Long, Taken> onTheirWay = new HashMap<>();
  private long dropped;
  private boolean dropping;
  private boolean down;
  private boolean probing;
  private long probeAt;
  private Duration probePause = FIRST_PROBE;

  private Spool(
      SpoolFile file, long limit, Full whenFull, Duration refusedMost, LongSupplier nanos) {
    this.file = file;
    this.limit = limit;
    this.whenFull = whenFull;
    this.refusedMost = refusedMost;
    this.nanos = nanos;
  }

  /**
   * The spool at {@code path}, in memory without one; what an earlier process left is in it.
   *
   * @param limit bytes that may wait
   * @param refusedMost how long a message may be refused by its receiver before it is dropped; that
   *     the broker is down does not count
   * @param nanos a clock that only goes forward
   */
  public static Spool open(
      Optional<Path> path, long limit, Full whenFull, Duration refusedMost, LongSupplier nanos) {
    Spool spool = new Spool(SpoolFile.open(path), limit, whenFull, refusedMost, nanos);
    spool.recover();
    return spool;
  }

  private void recover() {
    next = file.next();
    file.forEach(this::recover);
    if (!all.isEmpty()) {
      LOG.atInfo().addKeyValue("messages", all.size()).log("messages wait from before the start");
    }
  }

  private void recover(byte[] message, long id) {
    lock.lock();
    try {
      enter(id, message.length, SpoolMessage.decoded(message), false);
    } catch (IOException e) {
      LOG.warn("spooled message {} is damaged, ignored", id);
    } finally {
      lock.unlock();
    }
  }

  /** Keeps {@code message}; when it returns, a kill of the process does not lose it. */
  public void add(SpoolMessage message) {
    byte[] encoded = message.encoded();
    lock.lock();
    try {
      if (!makeRoom(encoded.length)) {
        return;
      }
      long id = next++;
      file.put(id, encoded);
      enter(id, encoded.length, message, true);
    } finally {
      lock.unlock();
    }
    file.commit();
  }

  private void enter(long id, int size, SpoolMessage message, boolean fresh) {
    boolean hold = fresh && held + size <= HELD;
    Lane lane = lanes.computeIfAbsent(message.lane(), n -> new Lane(n, message.toBroker()));
    Lane.Entry entry = new Lane.Entry(id, lane, size, hold ? message : null);
    lane.entries.add(entry);
    all.put(id, entry);
    bytes += size;
    held += hold ? size : 0;
    if (lane.entries.size() == 1 && !lane.busy) {
      ready.get(lane.toBroker).add(lane);
      changed.signalAll();
    }
  }

  /**
   * The next message that may be sent.
   *
   * @param toBroker of those for RabbitMQ, else of the others
   * @param wait for one, at most
   */
  Optional<Taken> take(boolean toBroker, Duration wait) throws InterruptedException {
    long end = nanos.getAsLong() + wait.toNanos();
    lock.lockInterruptibly();
    try {
      while (true) {
        long now = nanos.getAsLong();
        wakePaused(now);
        Optional<Taken> found = mayTake(toBroker, now) ? takeReady(toBroker) : Optional.empty();
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
    // Nothing to do: time to write down what was sent.
    file.commit();
    return Optional.empty();
  }

  /**
   * A message that is on its way until {@link #done} or {@link #failed} is called for it.
   *
   * @param id its number
   */
  public record Taken(long id, SpoolMessage message) {}

  private boolean mayTake(boolean toBroker, long now) {
    return onTheirWay.size() < WINDOW && !(toBroker && down && (probing || now < probeAt));
  }

  private long wakeAt(boolean toBroker, long end) {
    long at = paused.isEmpty() ? end : paused.peek().notBefore;
    return toBroker && down && !probing && !ready.get(true).isEmpty() ? Math.min(at, probeAt) : at;
  }

  private void wakePaused(long now) {
    while (!paused.isEmpty() && paused.peek().notBefore <= now) {
      Lane lane = paused.poll();
      ready.get(lane.toBroker).add(lane);
      changed.signalAll();
    }
  }

  private Optional<Taken> takeReady(boolean toBroker) {
    Deque<Lane> lanesReady = ready.get(toBroker);
    while (!lanesReady.isEmpty()) {
      Lane lane = lanesReady.poll();
      Lane.Entry entry = lane.entries.peek();
      if (entry == null) {
        lanes.remove(lane.name);
        continue;
      }
      Optional<SpoolMessage> message = read(entry);
      if (message.isEmpty()) {
        leave(entry);
        lanesReady.add(lane);
        continue;
      }
      lane.busy = true;
      probing |= toBroker && down;
      Taken taken = new Taken(entry.id(), message.get());
      onTheirWay.put(entry.id(), taken);
      return Optional.of(taken);
    }
    return Optional.empty();
  }

  private Optional<SpoolMessage> read(Lane.Entry entry) {
    if (entry.held() != null) {
      return Optional.of(entry.held());
    }
    Optional<byte[]> found = file.get(entry.id());
    try {
      return found.isEmpty() ? Optional.empty() : Optional.of(SpoolMessage.decoded(found.get()));
    } catch (IOException e) {
      LOG.warn("spooled message {} is damaged, dropped", entry.id());
      return Optional.empty();
    }
  }

  /** Takes a message out that its receiver has; does nothing after {@link #failed}. */
  public void done(Taken taken) {
    boolean write = false;
    lock.lock();
    try {
      if (!arrived(taken)) {
        return;
      }
      Lane.Entry entry = all.get(taken.id());
      write = ++sent % SENT_BEFORE_COMMIT == 0;
      leave(entry);
      entry.lane().failures = 0;
      troubles.over(entry.lane().name, taken.message().endpoint(), all.size());
      if (entry.lane().toBroker) {
        up();
      }
      goOn(entry.lane());
    } finally {
      lock.unlock();
    }
    if (write) {
      file.commit();
    }
  }

  /** Keeps a message that was not taken because of {@code cause}; it is tried again later. */
  public void failed(Taken taken, Exception cause) {
    lock.lock();
    try {
      if (!arrived(taken)) {
        return;
      }
      Lane lane = all.get(taken.id()).lane();
      if (lane.toBroker && cause instanceof BrokerDown) {
        down(cause);
        ready.get(lane.toBroker).addFirst(lane);
      } else {
        if (lane.toBroker) {
          up();
        }
        troubles.begin(lane.name, taken.message().endpoint(), cause);
        if (cause instanceof BrokerDown) {
          // Of a route that sends to a broker.
          lane.away(nanos.getAsLong());
        } else if (lane.refusedFor(refusedMost, nanos.getAsLong())) {
          giveUp(taken, cause);
          return;
        }
        lane.pause(nanos.getAsLong(), ThreadLocalRandom.current().nextDouble());
        paused.add(lane);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Drops a message that its receiver refuses for good, so that those behind it can go. */
  private void giveUp(Taken taken, Exception cause) {
    dropped++;
    LOG.atWarn()
        .addKeyValue("endpoint", taken.message().endpoint())
        .addKeyValue("job", taken.message().headers().get("job"))
        .addKeyValue("run", taken.message().headers().get("run"))
        .addKeyValue("reason", cause.getMessage())
        .log("message is lost, it was refused for longer than crond.rabbitmq.spool-refused");
    Lane.Entry entry = all.get(taken.id());
    leave(entry);
    entry.lane().failures = 0;
    troubles.dropped(entry.lane().name, taken.message().endpoint());
    goOn(entry.lane());
  }

  /** Whether {@code taken} was still on its way. */
  private boolean arrived(Taken taken) {
    if (!onTheirWay.remove(taken.id(), taken)) {
      return false;
    }
    Lane lane = all.get(taken.id()).lane();
    lane.busy = false;
    probing = probing && !lane.toBroker;
    return true;
  }

  private void goOn(Lane lane) {
    if (lane.entries.isEmpty()) {
      lanes.remove(lane.name);
    } else {
      ready.get(lane.toBroker).add(lane);
    }
    changed.signalAll();
  }

  private void leave(Lane.Entry entry) {
    entry.lane().entries.remove(entry);
    all.remove(entry.id());
    bytes -= entry.size();
    held -= entry.held() == null ? 0 : entry.size();
    file.remove(entry.id());
  }

  private void down(Exception cause) {
    if (!down) {
      down = true;
      probePause = FIRST_PROBE;
      LOG.atWarn().addKeyValue("reason", cause.getMessage()).log("broker is down, messages wait");
    } else if (probeAt <= nanos.getAsLong()) {
      Duration doubled = probePause.multipliedBy(2);
      probePause = doubled.compareTo(LONGEST_PROBE) > 0 ? LONGEST_PROBE : doubled;
    }
    probeAt = nanos.getAsLong() + probePause.toNanos();
  }

  private void up() {
    if (down) {
      down = false;
      LOG.atInfo().addKeyValue("messages", all.size()).log("broker is back, messages are sent");
      changed.signalAll();
    }
  }

  private boolean makeRoom(int size) {
    if (bytes + size <= limit) {
      dropping = dropping && bytes > limit / 2;
      return true;
    }
    if (whenFull == Full.DROP_OLDEST && size <= limit) {
      Map.Entry<Long, Lane.Entry> oldest = all.firstEntry();
      while (oldest != null && bytes + size > limit) {
        if (!onTheirWay.containsKey(oldest.getKey())) {
          drop();
          leave(oldest.getValue());
        }
        oldest = all.higherEntry(oldest.getKey());
      }
    }
    if (bytes + size <= limit) {
      return true;
    }
    drop();
    return false;
  }

  private void drop() {
    dropped++;
    if (!dropping) {
      dropping = true;
      LOG.atWarn()
          .addKeyValue("limit", limit)
          .addKeyValue("messages", all.size())
          .log("spool is full, messages are lost");
    }
  }

  /** Messages that wait or are on their way. */
  public int waiting() {
    lock.lock();
    try {
      return all.size();
    } finally {
      lock.unlock();
    }
  }

  /** Their bytes on disk. */
  public long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  /** Messages lost since the start because there was no room or their receiver never took them. */
  public long dropped() {
    lock.lock();
    try {
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the broker takes no messages at present. */
  public boolean brokerDown() {
    lock.lock();
    try {
      return down;
    } finally {
      lock.unlock();
    }
  }

  /** Messages that could be sent now, as far as is known. */
  int sendable(boolean toBroker) {
    lock.lock();
    try {
      return toBroker && down ? 0 : ready.get(toBroker).size();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    file.commit();
    file.close();
  }
}
