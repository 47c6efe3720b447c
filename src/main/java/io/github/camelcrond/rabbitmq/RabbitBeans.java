// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import com.rabbitmq.client.ConnectionFactory;
import io.github.camelcrond.config.Settings;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.camel.CamelContext;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;

/** The components {@code rabbitmq} and {@code spring-rabbitmq}, and the connections behind them. */
public final class RabbitBeans implements AutoCloseable {
  private static final long CLOSE_MILLIS = 2_000;

  private final Optional<Link> link;
  private final Optional<CachingConnectionFactory> consumers;
  private final ExecutorService answers;

  private RabbitBeans(
      Optional<Link> link, Optional<CachingConnectionFactory> consumers, ExecutorService answers) {
    this.link = link;
    this.consumers = consumers;
    this.answers = answers;
  }

  /**
   * Adds the components to {@code context}; without {@code crond.rabbitmq.url} their endpoints say
   * that it is missing. Nothing is connected yet.
   */
  public static RabbitBeans bind(
      CamelContext context, Settings settings, ScheduledExecutorService timer) {
    Optional<RabbitUrl> url = settings.find("crond.rabbitmq.url").map(RabbitUrl::parse);
    ExecutorService answers =
        context.getExecutorServiceManager().newSingleThreadExecutor(context, "rabbitmq-answers");
    if (url.isEmpty()) {
      context.addComponent("rabbitmq", new NoRabbit());
      context.addComponent("spring-rabbitmq", new NoRabbit());
      return new RabbitBeans(Optional.empty(), Optional.empty(), answers);
    }
    Duration timeout =
        settings.duration("crond.rabbitmq.timeout", Duration.ofMillis(100), Duration.ofMinutes(5));
    ConnectionFactory factory = RabbitClients.factory(settings, url.get(), timeout);
    Link link =
        new Link(factory, url.get(), Topology.of(settings), timeout, timer, System::nanoTime);
    CachingConnectionFactory consumers = new CachingConnectionFactory(factory);
    consumers.setAddresses(url.get().hosts());
    context.addComponent("rabbitmq", new RabbitComponent(link, consumers, answers));
    context.addComponent("spring-rabbitmq", new RabbitComponent(link, consumers, answers));
    return new RabbitBeans(Optional.of(link), Optional.of(consumers), answers);
  }

  @Override
  public void close() {
    link.ifPresent(Link::close);
    consumers.ifPresent(RabbitBeans::close);
    answers.shutdownNow();
  }

  /** Waits no longer than a moment: a broker that does not answer may keep it connecting. */
  private static void close(CachingConnectionFactory consumers) {
    Thread closer = new Thread(consumers::destroy, "rabbitmq-close");
    closer.setDaemon(true);
    closer.start();
    try {
      closer.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
