// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import com.rabbitmq.client.AMQP.Queue.DeclareOk;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.job.JobTable;
import io.github.camelcrond.rabbitmq.BrokerErrors;
import io.github.camelcrond.rabbitmq.QuorumQueues;
import io.github.camelcrond.run.Run;
import io.github.camelcrond.store.PendingCrontab;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitTemplate;

/** The queues of requests: their declaration, contents, depth and age. */
public final class WorkQueues {
  private static final Logger LOG = LoggerFactory.getLogger("crond.cluster");

  private final WorkSettings settings;
  private final JobTable jobs;
  private final PendingCrontab state;
  private final Clock clock;
  private final RabbitTemplate broker;
  private final Set<String> declared = ConcurrentHashMap.newKeySet();
  // Those that others have declared otherwise, or that may not be declared here.
  private final Set<String> foreign = ConcurrentHashMap.newKeySet();
  // Whether the queue of this worker was declared to delay rejected requests.
  private volatile boolean delaying;
  private volatile Map<String, Load> loads = Map.of();
  private volatile boolean down;

  /**
   * The load of a queue.
   *
   * @param depth number of requests that are not delivered to a worker
   * @param age of the oldest of them; zero if there is none
   * @param workers number of slots of all connected workers
   */
  public record Load(long depth, Duration age, long workers) {}

  WorkQueues(
      WorkSettings settings,
      JobTable jobs,
      PendingCrontab state,
      ConnectionFactory connections,
      Clock clock) {
    this.settings = settings;
    this.jobs = jobs;
    this.state = state;
    this.clock = clock;
    this.broker = new RabbitTemplate(connections);
    connections.addConnectionListener(
        connection -> {
          try (Channel channel = connection.createChannel(false)) {
            declareAll(channel);
          } catch (IOException | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException("work queues cannot be declared", e);
          }
        });
  }

  /** The request for {@code run}, as JSON. */
  @CalledByRoute
  public String requestAsJson(@Variable("run") Run run) {
    LOG.atDebug()
        .addKeyValue("job", run.job().id())
        .addKeyValue("run", run.id())
        .log("requesting run");
    return new WorkRequest(
            run.job().id(),
            run.id(),
            run.scheduled(),
            run.cause().text(),
            state.digest(),
            clock.instant(),
            run.note())
        .json();
  }

  /** The endpoint that the request for {@code run} goes to. */
  @CalledByRoute
  public String queueEndpoint(@Variable("run") Run run) {
    return WorkSettings.endpoint(settings.queueOf(run.job().policies().queue()));
  }

  /** Declares the queue for {@code run}, unless this was done. */
  @CalledByRoute
  public void declareQueue(@Variable("run") Run run) {
    String queue = settings.queueOf(run.job().policies().queue());
    if (!declared.contains(queue)) {
      broker.execute(channel -> declare(channel, queue));
    }
  }

  /** Reads depth and age of each queue; a queue that is missing is declared. */
  @CalledByRoute
  public void readLoads() {
    Map<String, Load> seen =
        broker.execute(
            channel -> {
              Map<String, Load> found = new TreeMap<>();
              for (String queue : names()) {
                DeclareOk state = declare(channel, queue);
                Duration age = state.getMessageCount() > 0 ? age(channel, queue) : Duration.ZERO;
                found.put(queue, new Load(state.getMessageCount(), age, state.getConsumerCount()));
              }
              declareDead(channel);
              return found;
            });
    loads = seen;
    if (down) {
      down = false;
      LOG.atInfo().log("broker is up, consuming run requests");
    }
  }

  /**
   * Notes that {@link #readLoads()} failed. A worker logs it once; a scheduler does not, as the
   * spool reports that sending fails.
   */
  @CalledByRoute
  public void noteFailure(Exception failure) {
    loads = Map.of();
    if (settings.worker() && !down) {
      down = true;
      LOG.atWarn()
          .addKeyValue("reason", BrokerErrors.of(failure))
          .log("broker is down, no run requests received");
    }
  }

  /** What {@link #readLoads()} saw last, by queue. */
  public Map<String, Load> loads() {
    return loads;
  }

  /**
   * How long the broker keeps a request of the queue of this worker that is rejected after it was
   * rejected {@code times}; zero if it redelivers it at once.
   */
  Duration delayOfRejected(long times) {
    return delaying ? QuorumQueues.delay(times) : Duration.ZERO;
  }

  /** Whether other workers consume the queue of this worker, as {@link #readLoads()} saw last. */
  boolean hasOtherWorkers() {
    Load load = loads.get(settings.queue());
    return load != null && load.workers() > settings.slots();
  }

  private Set<String> names() {
    Set<String> names = new TreeSet<>();
    if (settings.worker()) {
      names.add(settings.queue());
    }
    if (settings.scheduler()) {
      names.add(settings.base());
      jobs.all().forEach(job -> names.add(settings.queueOf(job.policies().queue())));
    }
    return names;
  }

  private void declareAll(Channel channel) throws IOException {
    // They may have been deleted since the last connection.
    foreign.clear();
    for (String queue : names()) {
      declare(channel, queue);
    }
    declareDead(channel);
  }

  /** Declares a queue of requests and returns its state. */
  private DeclareOk declare(Channel channel, String queue) throws IOException {
    Map<String, Object> arguments = new HashMap<>();
    arguments.put("x-dead-letter-exchange", "");
    arguments.put("x-dead-letter-routing-key", settings.deadQueue());
    boolean canDelay = QuorumQueues.canDelay(channel.getConnection());
    if (canDelay) {
      arguments.putAll(QuorumQueues.delayingRejected());
    }
    boolean ours = declareUnlessForeign(channel, queue, arguments);
    if (queue.equals(settings.queue())) {
      delaying = canDelay && ours;
    }
    try {
      DeclareOk state = channel.queueDeclarePassive(queue);
      declared.add(queue);
      return state;
    } catch (IOException e) {
      // It was deleted: declared anew next time.
      foreign.remove(queue);
      throw e;
    }
  }

  private void declareDead(Channel channel) throws IOException {
    declareUnlessForeign(channel, settings.deadQueue(), Map.of());
  }

  /** A queue that somebody else has declared otherwise is used as it is. */
  private boolean declareUnlessForeign(Channel channel, String queue, Map<String, Object> arguments)
      throws IOException {
    if (foreign.contains(queue)) {
      return false;
    }
    Optional<IOException> refusal =
        QuorumQueues.declare(channel.getConnection(), queue, QuorumQueues.arguments(arguments));
    if (refusal.filter(BrokerErrors::isChannelClosed).isPresent()) {
      foreign.add(queue);
      String reason =
          BrokerErrors.isOtherwiseDeclared(refusal.get())
              ? "it exists with another type or other arguments"
              : BrokerErrors.of(refusal.get());
      LOG.atInfo()
          .addKeyValue("queue", queue)
          .addKeyValue("reason", reason)
          .log("queue not declared, used as it is");
    }
    return refusal.isEmpty();
  }

  /** Fetches the first message and returns it, as the broker does not report its age. */
  private Duration age(Channel channel, String queue) throws IOException {
    GetResponse first = channel.basicGet(queue, false);
    if (first == null) {
      return Duration.ZERO;
    }
    channel.basicNack(first.getEnvelope().getDeliveryTag(), false, true);
    return WorkRequest.parse(new String(first.getBody(), StandardCharsets.UTF_8))
        .map(request -> Duration.between(request.requested(), clock.instant()))
        .filter(age -> !age.isNegative())
        .orElse(Duration.ZERO);
  }
}
