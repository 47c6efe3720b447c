// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.routes;

import io.github.camelcrond.camel.CronContext;
import io.github.camelcrond.camel.LowWakeupQueues;
import io.github.camelcrond.camel.SwapAwareInflight;
import io.github.camelcrond.camel.SwapAwareShutdown;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Route;
import org.apache.camel.Suspendable;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.direct.DirectEndpoint;
import org.apache.camel.component.seda.SedaConsumer;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.util.function.ThrowingRunnable;

/** Adds and removes routes of a running context without disturbing exchanges in progress. */
final class RouteSwap {
  /** How long to wait for a consumer's current message before its successor starts. */
  private static final long CURRENT_MILLIS = 1_500;

  private final ModelCamelContext context;
  private final SwapAwareShutdown shutdown;
  private final LowWakeupQueues queues;
  private final LateRoutes late;

  /** Services of removed routes, to be stopped when no exchange is left in them. */
  private final List<Retired> retired = new ArrayList<>();

  private record Retired(String route, List<Object> services) {}

  RouteSwap(CamelContext context, LateRoutes late) {
    this.late = late;
    this.context = (ModelCamelContext) context;
    this.shutdown = new SwapAwareShutdown(context);
    this.queues = LowWakeupQueues.of(context);
    context.setShutdownStrategy(shutdown);
    context.setInflightRepository(new SwapAwareInflight());
  }

  /** Rejects entries that Camel cannot read; changes nothing. */
  void check(RouteText text) throws RouteFileException {
    try {
      for (var builder :
          PluginHelper.getRoutesLoader(context).findRoutesBuilders(resource(text, text.text()))) {
        if (builder instanceof RouteBuilder routes) {
          routes.configureRoutes(context);
        }
      }
    } catch (Exception | LinkageError e) {
      throw RouteFileErrors.of(text, e);
    }
  }

  /**
   * Adds {@code items} of {@code text}; they receive no messages until {@link #start}.
   *
   * @param lazily whether producers connect with their first message
   * @return ids of the added routes
   * @throws RouteFileException if one cannot be created; none is added then
   */
  Set<String> add(RouteText text, List<YamlItem> items, boolean lazily) throws RouteFileException {
    if (items.isEmpty()) {
      return Set.of();
    }
    Set<String> before = ids();
    List<RouteDefinition> defined = List.copyOf(context.getRouteDefinitions());
    try {
      alone(() -> load(resource(text, text.only(items)), lazily));
      Set<String> added = ids();
      added.removeAll(before);
      return added;
    } catch (Exception | LinkageError e) {
      RouteFileException problem = RouteFileErrors.of(text, e);
      Set<String> added = ids();
      added.removeAll(before);
      added.forEach(this::remove);
      List<RouteDefinition> left = new ArrayList<>(context.getRouteDefinitions());
      left.removeAll(defined);
      left.removeIf(d -> "cron".equals(d.getGroup()));
      left.forEach(this::forget);
      throw problem;
    }
  }

  private void alone(ThrowingRunnable<Exception> task) throws Exception {
    if (context instanceof CronContext cron) {
      cron.alone(task);
    } else {
      task.run();
    }
  }

  private void load(Resource resource, boolean lazily) throws Exception {
    boolean starts = context.isAutoStartup();
    context.setAutoStartup(false);
    context.getGlobalEndpointConfiguration().setLazyStartProducer(lazily);
    try {
      PluginHelper.getRoutesLoader(context).loadRoutes(resource);
    } finally {
      context.getGlobalEndpointConfiguration().setLazyStartProducer(false);
      context.setAutoStartup(starts);
    }
  }

  /**
   * Starts routes that were added, those of {@code direct:} first. One that cannot be started is
   * retried, unless the daemon relies on it.
   *
   * @param routes the file of each route, by id
   * @param before runs after the routes of {@code direct:} have started and before all others
   * @throws RouteFileException if one that the daemon relies on cannot be started
   */
  void start(Map<String, RouteText> routes, ThrowingRunnable<RouteFileException> before)
      throws RouteFileException {
    Map<Boolean, List<String>> called =
        routes.keySet().stream()
            .collect(
                Collectors.partitioningBy(
                    id -> context.getRoute(id).getEndpoint() instanceof DirectEndpoint));
    start(called.get(true), routes);
    before.run();
    start(called.get(false), routes);
  }

  private void start(List<String> ids, Map<String, RouteText> routes) throws RouteFileException {
    for (String id : ids) {
      RouteText text = routes.get(id);
      if (text.items().stream().noneMatch(i -> i.id().equals(id) && i.isDaemons())) {
        late.start(id, text);
        continue;
      }
      try {
        if (context.getRoute(id).isAutoStartup()) {
          context.getRouteController().startRoute(id);
        }
      } catch (Exception | LinkageError e) {
        throw RouteFileErrors.of(text, e);
      }
    }
  }

  private static Resource resource(RouteText text, String content) {
    return ResourceHelper.fromString("file:" + text.file(), content);
  }

  private Set<String> ids() {
    Set<String> ids = new TreeSet<>();
    // Routes of the crontab change meanwhile, and belong to no file.
    context.getRoutes().stream()
        .filter(r -> !"cron".equals(r.getGroup()))
        .forEach(r -> ids.add(r.getRouteId()));
    return ids;
  }

  private void forget(RouteDefinition definition) {
    try {
      context.removeRouteDefinition(definition);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Removes a route; its exchanges in progress continue. */
  void remove(String id) {
    Route route = context.getRoute(id);
    if (route == null) {
      return;
    }
    late.forget(id);
    Consumer consumer = route.getConsumer();
    List<Object> services = new ArrayList<>(route.getServices());
    services.add(consumer);
    // Until the consumer is suspended: a thread that ends its message late must not go to sleep,
    // and take another message when it wakes.
    LowWakeupQueues.Hurry hurry = queues.hurry();
    try {
      endTaking(route, consumer);
      // Camel would stop the services in this list with the route.
      route.getServices().clear();
      shutdown.replacing(id);
      context.getRouteController().stopRoute(id);
      if (!context.removeRoute(id)) {
        throw new IllegalStateException("route " + id + " did not stop");
      }
      if (consumer instanceof SedaConsumer) {
        ServiceHelper.suspendService(consumer);
      }
      retired.add(new Retired(id, services));
    } catch (Exception e) {
      throw new IllegalStateException("route " + id + " cannot be removed", e);
    } finally {
      hurry.close();
      shutdown.replaced(id);
    }
  }

  /** Stops timers, connections and threads of removed routes that have become idle. */
  void stopRetired() {
    List<Retired> idle =
        retired.stream().filter(r -> context.getInflightRepository().size(r.route) == 0).toList();
    retired.removeAll(idle);
    idle.stream().flatMap(r -> r.services.stream()).forEach(RouteSwap::stop);
  }

  private static void stop(Object service) {
    boolean purges =
        service instanceof SedaConsumer queue && queue.getEndpoint().isPurgeWhenStopping();
    // The successor of the route may share the policy.
    if (!purges && !(service instanceof RoutePolicy)) {
      ServiceHelper.stopService(service);
    }
  }

  /**
   * Stops the consumer from receiving messages. It is suspended rather than stopped where possible:
   * stopping it also stops the steps of the route, which then fail exchanges in progress.
   */
  private void endTaking(Route route, Consumer consumer) throws InterruptedException {
    if (consumer instanceof SedaConsumer queue) {
      // It stays registered until the route is removed: a queue without consumers is discarded.
      endThreads(queue);
    } else if (consumer instanceof Suspendable) {
      ServiceHelper.suspendService(consumer);
    } else {
      ServiceHelper.stopService(consumer);
      ServiceHelper.startService(route.getProcessor());
    }
  }

  /** Ends the threads after their current message. */
  private void endThreads(SedaConsumer queue) throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(1);
    Thread waiter =
        new Thread(
            () -> {
              queue.prepareShutdown(false, true);
              ended.countDown();
            },
            "route-" + queue.getRouteId() + "-ends");
    waiter.setDaemon(true);
    waiter.start();
    ended.await(CURRENT_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Whether all routes with these ids exist. */
  boolean has(Collection<String> ids) {
    return ids.stream().allMatch(id -> context.getRoute(id) != null);
  }

  /** Whether the route or the template {@code item} exists. */
  boolean has(YamlItem item) {
    return item.kind().equals("routeTemplate")
        ? context.getRouteTemplateDefinition(item.id()) != null
        : !item.isRoute() || context.getRoute(item.id()) != null;
  }

  /** Removes a template. */
  void removeTemplate(String id) {
    try {
      RouteTemplateDefinition template = context.getRouteTemplateDefinition(id);
      if (template != null) {
        context.removeRouteTemplateDefinition(template);
      }
    } catch (Exception e) {
      throw new IllegalStateException("route template " + id + " cannot be removed", e);
    }
  }

  /** Removes all configurations: Camel cannot tell apart those without an id. */
  void removeConfigurations() {
    try {
      for (RouteConfigurationDefinition found :
          List.copyOf(context.getRouteConfigurationDefinitions())) {
        context.removeRouteConfiguration(found);
      }
    } catch (Exception e) {
      throw new IllegalStateException("route configurations cannot be removed", e);
    }
  }
}
