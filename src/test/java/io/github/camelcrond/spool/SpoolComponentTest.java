// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelcrond.config.SettingsLoader;
import io.github.camelcrond.crontab.EndpointRule;
import io.github.camelcrond.disk.RecordLog;
import io.github.camelcrond.rabbitmq.BrokerDown;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SpoolComponentTest {
  private static final long LARGE = 1 << 20;

  @TempDir Path folder;

  private final CamelContext context = new DefaultCamelContext();
  private final List<Exchange> delivered = new CopyOnWriteArrayList<>();
  private RecordLog log;
  private Spool spool;

  @BeforeEach
  void start() throws Exception {
    log = RecordLog.open(folder.resolve("spool"), RecordLog.Options.of(1 << 20, Clock.systemUTC()));
    SpoolLimits limits =
        new SpoolLimits(LARGE, 1_000, LARGE, OverflowPolicy.DROP_OLDEST, Duration.ofHours(1));
    SpoolRule rule = rule();
    spool = new Spool(log, limits, System::nanoTime, rule::refusal);
    context.addComponent("spool", new SpoolComponent(spool, rule::refusal));
    context.start();
  }

  @AfterEach
  void stop() {
    context.stop();
    spool.close();
  }

  /** That of a daemon whose crontab may name {@code direct:} only. */
  private static SpoolRule rule() throws Exception {
    Properties settings = new Properties();
    settings.setProperty("crond.run.output", "file:/tmp/out?fileName=x&fileExist=Append");
    return new SpoolRule(
        SettingsLoader.load(Map.of(), settings),
        new EndpointRule(List.of("direct"), Set.of("direct:own"), Map.of()));
  }

  private void deliver(String from, Processor to) throws Exception {
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from(from).routeId("deliver").errorHandler(noErrorHandler()).process(to);
          }
        });
  }

  private void send(String uri, String body, Map<String, Object> headers) {
    context.createProducerTemplate().sendBodyAndHeaders(uri, body, headers);
  }

  private static String destination(Exchange exchange) {
    return exchange.getVariable("destination", String.class);
  }

  private static String body(Exchange exchange) {
    return exchange.getMessage().getBody(String.class);
  }

  @Test
  void aMessageIsOnDiskWhenTheStepReturns() {
    send("spool:direct:x", "1", Map.of());
    assertThat(log.unwrittenBytes()).isZero();
    assertThat(spool.waiting()).isEqualTo(1);
  }

  @Test
  void messagesOfABatchAreWrittenAtOnce() {
    send("spool:batch:direct:x", "1", Map.of());
    send("spool:batch:direct:x", "2", Map.of());
    assertThat(log.unwrittenBytes()).isPositive();
    send("spool:flush", "", Map.of());
    assertThat(log.unwrittenBytes()).isZero();
    assertThat(spool.waiting()).isEqualTo(2);
  }

  @Test
  void aMessageArrivesWithItsHeadersAndIsRemoved() throws Exception {
    send(
        "spool:direct:x",
        "1",
        Map.of("n", 7, "at", Instant.EPOCH, "list", List.of("not kept"), "job", "a"));
    deliver("spool:for-others", delivered::add);
    await().until(() -> spool.waiting() == 0);
    assertThat(delivered).singleElement().satisfies(e -> assertThat(body(e)).isEqualTo("1"));
    assertThat(delivered.get(0).getMessage().getHeaders())
        .containsOnly(
            Map.entry("n", 7), Map.entry("at", "1970-01-01T00:00:00Z"), Map.entry("job", "a"));
    await().until(() -> log.unwrittenBytes() == 0);
  }

  @Test
  void aMessageWhoseExchangeFailsIsRetriedBeforeTheNextOfItsJob() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    send("spool:direct:x", "1", Map.of("job", "a"));
    send("spool:direct:x", "2", Map.of("job", "a"));
    deliver(
        "spool:for-others",
        exchange -> {
          if (attempts.incrementAndGet() == 1) {
            throw new BrokerDown("not yet");
          }
          delivered.add(exchange);
        });
    await().until(() -> spool.waiting() == 0);
    assertThat(attempts).hasValue(3);
    assertThat(delivered).extracting(SpoolComponentTest::body).containsExactly("1", "2");
  }

  @Test
  void aConsumerThatIsIdleEndsAtOnceAndCanBeginAgain() throws Exception {
    deliver("spool:for-others", delivered::add);
    long begin = System.nanoTime();
    context.getRouteController().suspendRoute("deliver");
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(1));
    send("spool:direct:x", "1", Map.of());
    context.getRouteController().resumeRoute("deliver");
    await().until(() -> spool.waiting() == 0);
    context.getRouteController().stopRoute("deliver");
    send("spool:direct:x", "2", Map.of());
    assertThat(spool.waiting()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "direct:x",
        "direct:x?timeout=1&block=false",
        "direct:x?name=a%2Bb%20c",
        "rabbitmq:crond",
        "rabbitmq:default?routingKey=crond.work",
        "rabbitmq:default?routingKey=crond.work.gpu",
        "file:/tmp/out?fileName=x&fileExist=Append"
      })
  void messagesMayGoWhereCrontabAndSettingsSay(String uri) throws Exception {
    send("spool:" + uri, "1", Map.of());
    deliver(uri.startsWith("rabbitmq:") ? "spool:for-broker" : "spool:for-others", delivered::add);
    await().until(() -> spool.waiting() == 0);
    assertThat(context.getEndpoint("stub:" + destination(delivered.get(0))))
        .isSameAs(context.getEndpoint("stub:" + uri));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          rabbitmq:other                                     | endpoint scheme rabbitmq is not allowed
          rabbitmq:default?routingKey=crond.work.x&args=%23a | endpoint scheme rabbitmq is not allowed
          rabbitmq:default?routingKey=crond.work-dead        | endpoint scheme rabbitmq is not allowed
          file:/etc?fileName=passwd                          | endpoint scheme file is not allowed
          direct:own                                         | direct:own is reserved for the daemon
          batch:direct:own                                   | direct:own is reserved for the daemon
          direct:x?exceptionHandler=#bean                    | begins with # is not allowed
          nothing                                            | has no scheme
          """)
  void messagesMayGoNowhereElse(String uri, String reason) {
    assertThatThrownBy(() -> context.getEndpoint("spool:" + uri))
        .rootCause()
        .hasMessageContaining(reason);
  }

  @Test
  void senderAndReceiverAreNotMixedUp() {
    assertThatThrownBy(() -> context.getEndpoint("spool:for-others").createProducer())
        .hasMessageContaining("use spool:ENDPOINT");
    assertThatThrownBy(() -> deliver("spool:direct:x", delivered::add))
        .rootCause()
        .hasMessageContaining("use spool:for-broker or spool:for-others");
  }
}
