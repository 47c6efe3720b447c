// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import com.rabbitmq.client.ConnectionFactory;
import io.github.camelcrond.config.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.listener.AbstractMessageListenerContainer;

/** The components {@code rabbitmq} and {@code spring-rabbitmq}, and the connections behind them. */
public final class RabbitBeans implements AutoCloseable {
  private static final long CLOSE_MILLIS = 2_000;

  /** The maximum number of threads that wait for the broker, not counting those of callers. */
  private static final int SLOW = 8;

  private final Optional<Publisher> publisher;
  private final Optional<CachingConnectionFactory> receiving;
  private final ExecutorService answers;
  private final ExecutorService slow;

  private RabbitBeans(
      Optional<Publisher> publisher,
      Optional<CachingConnectionFactory> receiving,
      ExecutorService answers,
      ExecutorService slow) {
    this.publisher = publisher;
    this.receiving = receiving;
    this.answers = answers;
    this.slow = slow;
  }

  /**
   * Adds the components to {@code context}; without {@code crond.rabbitmq.url}, creating one of
   * their endpoints is an error. No connection is opened yet.
   */
  public static RabbitBeans bind(CamelContext context, Settings settings) {
    Optional<RabbitUrl> url = settings.find("crond.rabbitmq.url").map(RabbitUrl::parse);
    ExecutorService answers = threads(1, "rabbitmq-answers");
    ExecutorService slow = threads(SLOW, "rabbitmq-slow");
    if (url.isEmpty()) {
      context.addComponent("rabbitmq", new MissingBroker());
      context.addComponent("spring-rabbitmq", new MissingBroker());
      return new RabbitBeans(Optional.empty(), Optional.empty(), answers, slow);
    }
    Duration timeout =
        settings.duration("crond.rabbitmq.timeout", Duration.ofMillis(100), Duration.ofMinutes(5));
    ConnectionFactory factory = RabbitClients.factory(settings, url.get(), timeout);
    Publisher publisher =
        new Publisher(factory, url.get(), RunEndedTopology.of(settings), timeout, answers, slow);
    CachingConnectionFactory receiving = new CachingConnectionFactory(factory);
    receiving.setAddresses(url.get().hosts());
    Consumers consumers =
        new Consumers(System::nanoTime, AbstractMessageListenerContainer::isRunning);
    context.getRegistry().bind("rabbitmq-consumers", consumers);
    for (String name : List.of("rabbitmq", "spring-rabbitmq")) {
      context.addComponent(name, new RabbitComponent(publisher, consumers, receiving));
    }
    return new RabbitBeans(Optional.of(publisher), Optional.of(receiving), answers, slow);
  }

  private static ExecutorService threads(int most, String name) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            most,
            most,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(),
            task -> daemon(task, name));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void close() {
    publisher.ifPresent(Publisher::close);
    receiving.ifPresent(RabbitBeans::close);
    // Confirms that have arrived are still processed, as a caller may wait for the result.
    answers.shutdown();
    slow.shutdownNow();
  }

  /** Waits only briefly, as a broker that does not answer may block an attempt to connect. */
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
