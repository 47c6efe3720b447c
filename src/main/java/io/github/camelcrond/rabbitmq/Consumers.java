// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import io.github.camelcrond.config.CheckResult;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.springframework.amqp.AmqpConnectException;
import org.springframework.amqp.rabbit.listener.AbstractMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.ConsumeOkEvent;
import org.springframework.amqp.rabbit.listener.ListenerContainerConsumerFailedEvent;
import org.springframework.amqp.rabbit.listener.ListenerContainerConsumerTerminatedEvent;
import org.springframework.amqp.rabbit.listener.MissingQueueEvent;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Tracks the queues that routes should consume but do not, from the events of Spring's listeners.
 */
public final class Consumers implements ApplicationEventPublisher {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final LongSupplier nanos;
  private final Predicate<AbstractMessageListenerContainer> running;
  private final Map<String, StartFailure> failures = new ConcurrentSkipListMap<>();

  private record StartFailure(
      AbstractMessageListenerContainer listener, long since, String reason, boolean brokerAway) {}

  /**
   * @param nanos a clock that only goes forward
   * @param running whether a listener has not been stopped
   */
  Consumers(LongSupplier nanos, Predicate<AbstractMessageListenerContainer> running) {
    this.nanos = nanos;
    this.running = running;
  }

  @Override
  public void publishEvent(Object event) {
    if (event instanceof ConsumeOkEvent ok) {
      failures.remove(ok.getQueue());
    } else if (event instanceof ListenerContainerConsumerFailedEvent failed) {
      failed(failed.getSource(), Optional.ofNullable(failed.getThrowable()), failed.getReason());
    } else if (event instanceof ListenerContainerConsumerTerminatedEvent ended) {
      failed(ended.getSource(), Optional.empty(), "consumer cancelled");
    } else if (event instanceof MissingQueueEvent missing) {
      failed(missing.getSource(), Optional.empty(), "the queue does not exist");
    }
  }

  private void failed(Object source, Optional<Throwable> cause, String reason) {
    AbstractMessageListenerContainer listener = (AbstractMessageListenerContainer) source;
    boolean brokerAway = cause.filter(AmqpConnectException.class::isInstance).isPresent();
    String why = cause.map(BrokerErrors::of).orElse(reason);
    for (String queue : listener.getQueueNames()) {
      failures.merge(
          queue,
          new StartFailure(listener, nanos.getAsLong(), why, brokerAway),
          (old, now) -> new StartFailure(listener, old.since, now.reason, now.brokerAway));
    }
  }

  /** Down if a queue has not been consumed for a minute while the broker can be reached. */
  public CheckResult check() {
    failures.values().removeIf(failure -> !running.test(failure.listener));
    if (failures.isEmpty()) {
      return CheckResult.up("all queues are consumed");
    }
    String message =
        failures.entrySet().stream()
            .map(e -> "queue " + e.getKey() + " is not consumed: " + e.getValue().reason)
            .collect(Collectors.joining(", "));
    boolean down =
        failures.values().stream()
            .anyMatch(f -> !f.brokerAway && nanos.getAsLong() - f.since >= PATIENCE.toNanos());
    return down ? CheckResult.down(message) : CheckResult.up(message);
  }
}
