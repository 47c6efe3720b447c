// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.crontab.EndpointRule;
import io.github.camelcrond.crontab.JobJson;
import io.github.camelcrond.job.JobTable;
import io.github.camelcrond.log.LogSetup;
import io.github.camelcrond.store.PendingCrontab;
import io.github.camelcrond.store.RedisKeys;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.CamelContext;
import org.apache.camel.component.springrabbit.SpringRabbitMQComponent;
import org.apache.camel.spi.Registry;
import org.springframework.data.redis.core.StringRedisTemplate;

/** The beans that the routes of the queue name. */
public final class WorkBeans {
  private static final String TAKE = "work-take";
  private static final String LISTENERS =
      "org.apache.camel.component.springrabbit.CamelDirectMessageListenerContainer";

  private final CamelContext context;
  private final Optional<Deliveries> deliveries;

  private WorkBeans(CamelContext context, Optional<Deliveries> deliveries) {
    this.context = context;
    this.deliveries = deliveries;
  }

  /**
   * Binds the beans for the role in {@code settings}; requires those of store, jobs and RabbitMQ.
   *
   * @param host the name under which runs are recorded
   * @param endpoints that stored jobs may name
   */
  public static WorkBeans bind(
      CamelContext context,
      WorkSettings settings,
      String host,
      EndpointRule endpoints,
      Clock clock) {
    if (!settings.queued()) {
      return new WorkBeans(context, Optional.empty());
    }
    Registry registry = context.getRegistry();
    WorkQueues queues =
        new WorkQueues(
            settings,
            registry.lookupByNameAndType("job-table", JobTable.class),
            registry.lookupByNameAndType("pending-crontab", PendingCrontab.class),
            context.getComponent("rabbitmq", SpringRabbitMQComponent.class).getConnectionFactory(),
            clock);
    registry.bind("work-queues", queues);
    if (!settings.worker()) {
      return new WorkBeans(context, Optional.empty());
    }
    LogSetup.silence(LISTENERS);
    Leases leases =
        new Leases(
            registry.lookupByNameAndType("redis-template", StringRedisTemplate.class),
            registry.lookupByNameAndType("redis-keys", RedisKeys.class).work(),
            host + "-" + ProcessHandle.current().pid() + "-" + UUID.randomUUID(),
            settings.lease());
    Deliveries deliveries = new Deliveries(leases);
    registry.bind("deliveries", deliveries);
    registry.bind(
        "work-runs",
        new WorkRuns(
            new JobJson(endpoints),
            settings.deliveries(),
            host,
            queues::hasOtherWorkers,
            queues::delayOfRejected,
            clock));
    return new WorkBeans(context, Optional.of(deliveries));
  }

  /** Returns requests that have not started, and accepts no more requests. */
  public void giveBack() throws Exception {
    if (deliveries.isPresent()) {
      deliveries.get().close();
      context.getRouteController().stopRoute(TAKE);
    }
  }
}
