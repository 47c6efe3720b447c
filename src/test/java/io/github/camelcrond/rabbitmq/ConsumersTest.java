// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.config.CheckResult;
import java.net.ConnectException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.AmqpConnectException;
import org.springframework.amqp.rabbit.listener.ConsumeOkEvent;
import org.springframework.amqp.rabbit.listener.DirectMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.ListenerContainerConsumerFailedEvent;
import org.springframework.amqp.rabbit.listener.ListenerContainerConsumerTerminatedEvent;
import org.springframework.amqp.rabbit.listener.MissingQueueEvent;

class ConsumersTest {
  private final AtomicLong nanos = new AtomicLong();
  private boolean stopped;
  private final Consumers consumers = new Consumers(nanos::get, listener -> !stopped);
  private final DirectMessageListenerContainer listener = new DirectMessageListenerContainer();

  ConsumersTest() {
    listener.setQueueNames("crond.work");
  }

  private void pass(long seconds) {
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }

  @Test
  void aQueueThatIsNotConsumedIsNamedAtOnceAndDownAfterAMinute() {
    consumers.publishEvent(new ListenerContainerConsumerTerminatedEvent(listener, "closed"));
    assertThat(consumers.check())
        .isEqualTo(CheckResult.up("queue crond.work is not consumed: consumer cancelled"));
    pass(59);
    consumers.publishEvent(new MissingQueueEvent(listener, "crond.work"));
    assertThat(consumers.check().up()).isTrue();
    pass(1);
    assertThat(consumers.check())
        .isEqualTo(CheckResult.down("queue crond.work is not consumed: the queue does not exist"));
  }

  @Test
  void aQueueThatIsConsumedAgainIsWell() {
    consumers.publishEvent(new MissingQueueEvent(listener, "crond.work"));
    pass(90);
    consumers.publishEvent(new ConsumeOkEvent(listener, "crond.work", "tag"));
    assertThat(consumers.check()).isEqualTo(CheckResult.up("all queues are consumed"));
  }

  @Test
  void aBrokerThatIsAwayIsNamedOnly() {
    Exception refused = new AmqpConnectException(new ConnectException("Connection refused"));
    consumers.publishEvent(new ListenerContainerConsumerTerminatedEvent(listener, "closed"));
    consumers.publishEvent(new ListenerContainerConsumerFailedEvent(listener, "x", refused, false));
    pass(90);
    assertThat(consumers.check())
        .isEqualTo(CheckResult.up("queue crond.work is not consumed: connection refused"));
  }

  @Test
  void aRouteThatWasStoppedIsForgotten() {
    consumers.publishEvent(new MissingQueueEvent(listener, "crond.work"));
    pass(90);
    stopped = true;
    assertThat(consumers.check()).isEqualTo(CheckResult.up("all queues are consumed"));
  }
}
