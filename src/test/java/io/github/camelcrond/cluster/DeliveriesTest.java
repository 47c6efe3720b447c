// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Channel;
import io.github.camelcrond.cluster.Leases.Turn;
import io.github.camelcrond.run.FailedAttempts;
import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.run.RunSkipped;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.component.springrabbit.SpringRabbitMQConstants;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

class DeliveriesTest extends WithRedis {
  private static final WorkRequest REQUEST = Requests.of("r1");
  private static final List<RunEnd> ENDS = List.of(Requests.end("r1"));

  private static final FailedAttempts FAILED =
      new FailedAttempts(1, "a", Requests.AT, Optional.empty());

  private Deliveries deliveries;
  private final FakeChannel channel = new FakeChannel();
  private final FakeChannel later = new FakeChannel();
  private final DefaultCamelContext context = new DefaultCamelContext();

  @BeforeEach
  void create() {
    deliveries = new Deliveries(leases("a"));
  }

  private Leases leases(String worker) {
    return new Leases(redis, "w", worker, Duration.ofMinutes(1));
  }

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
    return take(from, tag, text, false);
  }

  private Optional<WorkRequest> take(FakeChannel from, long tag, String text, boolean again) {
    Exchange exchange = new DefaultExchange(context);
    exchange.getMessage().setHeader(SpringRabbitMQConstants.REDELIVERED, again);
    exchange.setProperty(SpringRabbitMQConstants.CHANNEL, from.channel);
    exchange.getMessage().setHeader(SpringRabbitMQConstants.DELIVERY_TAG, tag);
    exchange.getMessage().setBody(text);
    deliveries.register(exchange);
    return Optional.ofNullable(exchange.getMessage().getBody(WorkRequest.class));
  }

  private Optional<WorkRequest> take(FakeChannel from, long tag) {
    return take(from, tag, Requests.of("r1").json());
  }

  @Test
  void answersForARequestWhenTheRecordOfItsRunIsStored() {
    assertThat(take(channel, 1)).contains(Requests.of("r1"));
    assertThat(channel.answers).isEmpty();

    deliveries.acknowledgeStored(List.of(Requests.end("r0"), Requests.end("r1")));

    assertThat(channel.answers).containsExactly("basicAck[1, false]");
    assertThat(deliveries.size()).isZero();
  }

  @Test
  void answersOnTheChannelOnWhichARequestCameAgain() {
    take(channel, 1);
    channel.open = false;

    assertThat(take(later, 2)).isEmpty();
    deliveries.acknowledgeStored(List.of(Requests.end("r1")));

    assertThat(channel.answers).isEmpty();
    assertThat(later.answers).containsExactly("basicAck[2, false]");
  }

  @Test
  void doesNotMindAChannelThatIsGone() {
    take(channel, 1);
    channel.open = false;

    deliveries.acknowledgeStored(List.of(Requests.end("r1")));

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
  void keepsARequestThatComesAgainBeforeTheBrokerHasClosedItsChannel() {
    take(channel, 1);

    assertThat(take(later, 2, REQUEST.json(), true)).isEmpty();
    assertThat(later.answers).isEmpty();
    channel.open = false;
    assertThat(deliveries.isHeld(REQUEST)).isTrue();
    deliveries.acknowledgeStored(ENDS);

    assertThat(channel.answers).isEmpty();
    assertThat(later.answers).containsExactly("basicAck[2, false]");
  }

  @Test
  void answersEachDeliveryOfARequestThatCameAgain() {
    take(channel, 1);
    take(later, 2, REQUEST.json(), true);

    deliveries.returnForLater(REQUEST);

    assertThat(channel.answers).containsExactly("basicReject[1, true]");
    assertThat(later.answers).containsExactly("basicReject[2, true]");
  }

  @Test
  void leavesARequestThatHasNotBegunToWhoGetsItWhenTheChannelIsGone() {
    take(channel, 1);
    assertThat(deliveries.isHeld(Requests.of("r1"))).isTrue();

    channel.open = false;

    assertThat(deliveries.isHeld(Requests.of("r1"))).isFalse();
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

    deliveries.markAsDeadLetter(Requests.of("r1"));
    assertThat(channel.answers).isEmpty();
    deliveries.acknowledgeStored(List.of(Requests.end("r1")));

    assertThat(channel.answers).containsExactly("basicReject[1, false]");
  }

  @Test
  void givesBackWhatComesWhileItStops() {
    deliveries.close();

    assertThat(take(channel, 1)).isEmpty();

    assertThat(channel.answers).containsExactly("basicNack[1, false, true]");
    assertThat(
            deliveries.isForAnotherWorker(
                Requests.run("r1"), new RunSkipped("the daemon is stopping")))
        .isTrue();
    for (Exception other :
        List.of(new IllegalStateException(), new RunSkipped("killed on request"))) {
      assertThat(deliveries.isForAnotherWorker(Requests.run("r1"), other)).isFalse();
    }
  }

  @Test
  void givesTheLeaseBackOfARequestWhoseChannelIsGone() {
    take(channel, 1);
    assertThat(deliveries.acquireLease(REQUEST)).isEqualTo(Turn.RUN);
    deliveries.countStart(REQUEST);
    channel.open = false;

    assertThat(deliveries.isHeld(REQUEST)).isFalse();
    deliveries.renewLeases();

    assertThat(leases("b").take("r1")).isEqualTo(Turn.RUN);
    assertThat(leases("b").begin("r1", "other").number()).isEqualTo(1);
  }

  @Test
  void givesALeaseBackWhenRedisAnswersAgain() {
    take(channel, 1);
    deliveries.acquireLease(REQUEST);
    deliveries.countStart(REQUEST);
    channel.open = false;
    connections.stop();
    assertThat(deliveries.isHeld(REQUEST)).isFalse();
    connections.start();

    deliveries.renewLeases();

    assertThat(redis.keys("*")).isEmpty();
    assertThat(deliveries.size()).isZero();
  }

  @Test
  void beginsARequestAnewThatComesBackBeforeItsLeaseWasGivenBack() {
    take(channel, 1);
    deliveries.acquireLease(REQUEST);
    deliveries.countStart(REQUEST);
    channel.open = false;
    connections.stop();
    deliveries.isHeld(REQUEST);
    connections.start();

    assertThat(take(later, 2)).contains(REQUEST);

    assertThat(deliveries.acquireLease(REQUEST)).isEqualTo(Turn.RUN);
    assertThat(deliveries.countStart(REQUEST).number()).isEqualTo(1);
  }

  @Test
  void renewsTheLeaseOfARunUntilItHasEnded() {
    take(channel, 1);
    deliveries.acquireLease(REQUEST);
    redis.expire("w:lease:r1", Duration.ofSeconds(5));
    deliveries.renewLeases();
    assertThat(redis.getExpire("w:lease:r1")).isBetween(58L, 60L);

    deliveries.acknowledgeStored(ENDS);
    deliveries.renewLeases();

    assertThat(leases("b").take("r1")).isEqualTo(Turn.OVER);
  }

  @Test
  void reportsThatARunIsOverAlthoughRedisWasDownMeanwhile() {
    take(channel, 1);
    deliveries.acquireLease(REQUEST);
    connections.stop();
    assertThatThrownBy(() -> deliveries.acknowledgeStored(ENDS))
        .isInstanceOf(RuntimeException.class);
    assertThat(channel.answers).isEmpty();
    connections.start();

    deliveries.acknowledgeStored(ENDS);

    assertThat(leases("b").take("r1")).isEqualTo(Turn.OVER);
    assertThat(channel.answers).containsExactly("basicAck[1, false]");
  }

  @Test
  void leavesARunThatAnotherWorkerHasAsItIs() {
    leases("b").take("r1");
    take(channel, 1);
    assertThat(deliveries.acquireLease(REQUEST)).isEqualTo(Turn.WAIT);

    deliveries.acknowledge(REQUEST);

    assertThat(redis.opsForValue().get("w:lease:r1")).isEqualTo("b");
  }

  @Test
  void givesARunBackThatDidNotStart() {
    take(channel, 1);
    deliveries.acquireLease(REQUEST);
    deliveries.countStart(REQUEST);

    deliveries.returnToQueue(Requests.run("r1"));

    assertThat(redis.keys("*")).isEmpty();
    assertThat(channel.answers).containsExactly("basicNack[1, false, true]");
  }

  @Test
  void leavesARetryToTheWorkerThatGetsTheRequestNext() {
    take(channel, 1);
    deliveries.acquireLease(REQUEST);
    deliveries.countStart(REQUEST);

    assertThatThrownBy(() -> deliveries.leaveRetry(Requests.run("r1"), FAILED))
        .isInstanceOf(RetriedElsewhere.class)
        .satisfies(
            e ->
                assertThat(deliveries.isForAnotherWorker(Requests.run("r1"), (Exception) e))
                    .isTrue());
    deliveries.renewLeases();

    assertThat(channel.answers).as("it is not returned before it is forgotten here").isEmpty();
    assertThat(leases("b").take("r1")).isEqualTo(Turn.RUN);
    assertThat(leases("b").begin("r1", "other").failed()).contains(FAILED);
    deliveries.returnToQueue(Requests.run("r1"));
    assertThat(channel.answers).containsExactly("basicNack[1, false, true]");
    assertThat(leases("c").take("r1")).isEqualTo(Turn.WAIT);
  }

  @Test
  void retriesARunItselfWhenRedisDoesNotAnswer() throws Exception {
    take(channel, 1);
    deliveries.acquireLease(REQUEST);
    connections.stop();

    deliveries.leaveRetry(Requests.run("r1"), FAILED);
    connections.start();
    deliveries.renewLeases();

    assertThat(leases("b").take("r1")).isEqualTo(Turn.WAIT);
  }

  @Test
  void countsAStartAgainThatRedisTookBackWithoutAnAnswer() throws Exception {
    StringRedisTemplate losesAnswers =
        new StringRedisTemplate(connections) {
          @Override
          public <T> T execute(RedisScript<T> script, List<String> keys, Object... arguments) {
            T answer = super.execute(script, keys, arguments);
            if (keys.contains("w:lease:r1") && keys.contains("w:failed:r1")) {
              throw new QueryTimeoutException("Read timed out");
            }
            return answer;
          }
        };
    deliveries = new Deliveries(new Leases(losesAnswers, "w", "a", Duration.ofMinutes(1)));
    take(channel, 1);
    deliveries.acquireLease(REQUEST);
    deliveries.countStart(REQUEST);

    deliveries.leaveRetry(Requests.run("r1"), FAILED);
    assertThat(redis.keys("*")).containsExactly("w:failed:r1");
    deliveries.renewLeases();

    assertThat(leases("b").take("r1")).isEqualTo(Turn.WAIT);
    assertThat(leases("b").begin("r1", "other").number()).isEqualTo(2);
  }

  @Test
  void returnsARequestThatAnotherWorkerShouldGet() {
    take(channel, 1);
    deliveries.acquireLease(REQUEST);
    deliveries.countStart(REQUEST);

    deliveries.releaseLease(REQUEST);
    assertThat(redis.keys("*")).as("a kill now is not one of its worker").isEmpty();
    deliveries.returnToOther(REQUEST);

    assertThat(channel.answers).containsExactly("basicNack[1, false, true]");
    assertThat(deliveries.size()).isZero();
  }
}
