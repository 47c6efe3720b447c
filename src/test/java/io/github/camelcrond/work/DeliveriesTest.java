// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.work;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import io.github.camelcrond.job.RunSkipped;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.component.springrabbit.SpringRabbitMQConstants;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class DeliveriesTest {
  private final Deliveries deliveries = new Deliveries();
  private final FakeChannel channel = new FakeChannel();
  private final FakeChannel later = new FakeChannel();
  private final DefaultCamelContext context = new DefaultCamelContext();

  /** A channel that notes how it is answered. */
  private static final class FakeChannel {
    final List<String> answers = new ArrayList<>();
    boolean open = true;
    final Channel channel =
        (Channel)
            Proxy.newProxyInstance(
                Channel.class.getClassLoader(),
                new Class<?>[] {Channel.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("isOpen")) {
                    return open;
                  }
                  if (!open) {
                    // As Spring's channels do.
                    throw new IllegalStateException("Channel closed; cannot ack/nack");
                  }
                  answers.add(method.getName() + Arrays.toString(arguments));
                  return null;
                });
  }

  private Optional<WorkRequest> take(FakeChannel from, long tag, String text) {
    Exchange exchange = new DefaultExchange(context);
    exchange.setProperty(SpringRabbitMQConstants.CHANNEL, from.channel);
    exchange.getMessage().setHeader(SpringRabbitMQConstants.DELIVERY_TAG, tag);
    exchange.getMessage().setBody(text);
    deliveries.take(exchange);
    return Optional.ofNullable(exchange.getMessage().getBody(WorkRequest.class));
  }

  private Optional<WorkRequest> take(FakeChannel from, long tag) {
    return take(from, tag, Requests.of("r1").json());
  }

  @Test
  void answersForARequestWhenTheRecordOfItsRunIsStored() {
    assertThat(take(channel, 1)).contains(Requests.of("r1"));
    assertThat(channel.answers).isEmpty();

    deliveries.done(List.of(Requests.end("r0"), Requests.end("r1")));

    assertThat(channel.answers).containsExactly("basicAck[1, false]");
    assertThat(deliveries.size()).isZero();
  }

  @Test
  void answersOnTheChannelOnWhichARequestCameAgain() {
    take(channel, 1);
    channel.open = false;

    assertThat(take(later, 2)).isEmpty();
    deliveries.done(List.of(Requests.end("r1")));

    assertThat(channel.answers).isEmpty();
    assertThat(later.answers).containsExactly("basicAck[2, false]");
  }

  @Test
  void doesNotMindAChannelThatIsGone() {
    take(channel, 1);
    channel.open = false;

    deliveries.done(List.of(Requests.end("r1")));

    assertThat(deliveries.size()).isZero();
  }

  @Test
  void dropsARequestThatWasSentTwice() {
    take(channel, 1);

    assertThat(take(later, 2)).isEmpty();

    assertThat(later.answers).containsExactly("basicAck[2, false]");
    assertThat(deliveries.size()).isEqualTo(1);
  }

  @Test
  void leavesARequestThatHasNotBegunToWhoGetsItWhenTheChannelIsGone() {
    take(channel, 1);
    assertThat(deliveries.holds(Requests.of("r1"))).isTrue();

    channel.open = false;

    assertThat(deliveries.holds(Requests.of("r1"))).isFalse();
    assertThat(deliveries.size()).isZero();
  }

  @Test
  void sendsToTheDeadLettersWhatIsNoRequest() {
    assertThat(take(channel, 1, "hello")).isEmpty();

    assertThat(channel.answers).containsExactly("basicReject[1, false]");
  }

  @Test
  void sendsToTheDeadLettersWhatIsGivenUpOnceThatIsRecorded() {
    take(channel, 1);

    deliveries.giveUp(Requests.of("r1"));
    assertThat(channel.answers).isEmpty();
    deliveries.done(List.of(Requests.end("r1")));

    assertThat(channel.answers).containsExactly("basicReject[1, false]");
  }

  @Test
  void givesBackWhatComesWhileItStops() {
    deliveries.close();

    assertThat(take(channel, 1)).isEmpty();

    assertThat(channel.answers).containsExactly("basicNack[1, false, true]");
    assertThat(deliveries.givesBack(Requests.run("r1"), new RunSkipped("the daemon stops")))
        .isTrue();
    assertThat(deliveries.givesBack(Requests.run("r1"), new IllegalStateException())).isFalse();
  }
}
