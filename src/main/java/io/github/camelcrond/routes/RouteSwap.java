// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.routes;

import java.util.ArrayList;
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
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.service.ServiceHelper;

/** Adds routes to a running context and takes them out, without disturbing what is under way. */
final class RouteSwap {
  /** How long a consumer may take to finish the message in its hands before the next begins. */
  private static final long CURRENT_MILLIS = 1_500;

  private final ModelCamelContext context;
  private final CalmShutdown shutdown;
  private final QuietQueues queues;

  RouteSwap(CamelContext context) {
    this.context = (ModelCamelContext) context;
    this.shutdown = new CalmShutdown(context);
    this.queues = QuietQueues.of(context);
    context.setShutdownStrategy(shutdown);
    context.setInflightRepository(new SteadyInflight());
  }

  /** Refuses entries that Camel cannot read; nothing is changed. */
  void check(RouteText text) throws RouteFileException {
    try {
      for (var builder :
          PluginHelper.getRoutesLoader(context).findRoutesBuilders(resource(text, text.text()))) {
        if (builder instanceof RouteBuilder routes) {
          routes.configureRoutes(context);
        }
      }
    } catch (Exception e) {
      throw Problems.of(text, e);
    }
  }

  /**
   * Adds {@code items} of {@code text} and starts them.
   *
   * @return ids of the routes that came
   * @throws RouteFileException if one cannot be made; then none is left
   */
  Set<String> add(RouteText text, List<YamlItem> items) throws RouteFileException {
    if (items.isEmpty()) {
      return Set.of();
    }
    Set<String> before = ids();
    List<RouteDefinition> defined = List.copyOf(context.getRouteDefinitions());
    try {
      PluginHelper.getRoutesLoader(context).loadRoutes(resource(text, text.only(items)));
      Set<String> added = ids();
      added.removeAll(before);
      return added;
    } catch (Exception e) {
      RouteFileException problem = Problems.of(text, e);
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

  /**
   * Starts routes that were added while nothing starts by itself, those that others call first.
   *
   * @param routes the files that they stand in, by route id
   * @param before runs when those that others call have started, and no other has
   * @throws RouteFileException if one cannot be started
   */
  void start(Map<String, RouteText> routes, Runnable before) throws RouteFileException {
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
      try {
        if (context.getRoute(id).isAutoStartup()) {
          context.getRouteController().startRoute(id);
        }
      } catch (Exception e) {
        throw Problems.of(routes.get(id), e);
      }
    }
  }

  private static Resource resource(RouteText text, String content) {
    return ResourceHelper.fromString("file:" + text.file(), content);
  }

  private Set<String> ids() {
    Set<String> ids = new TreeSet<>();
    // Those of the crontab come and go meanwhile, and belong to no file.
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

  /** Takes a route out; what is under way in it goes on. */
  void remove(String id) {
    Route route = context.getRoute(id);
    if (route == null) {
      return;
    }
    Consumer consumer = route.getConsumer();
    try {
      endTaking(route, consumer);
      // What is left in the list would be stopped with the route.
      route.getServices().clear();
      shutdown.replacing(id);
      context.getRouteController().stopRoute(id);
      if (!context.removeRoute(id)) {
        throw new IllegalStateException("route " + id + " is not to be removed");
      }
      if (consumer instanceof SedaConsumer) {
        ServiceHelper.suspendService(consumer);
      }
    } catch (Exception e) {
      throw new IllegalStateException("route " + id + " cannot be removed", e);
    } finally {
      shutdown.replaced(id);
    }
  }

  /**
   * Lets the consumer take no more messages. It is not stopped where that can be avoided: with it
   * Camel stops the steps of the route, which then refuse what is under way.
   */
  private void endTaking(Route route, Consumer consumer) throws InterruptedException {
    if (consumer instanceof SedaConsumer queue) {
      // It stays registered until the route is gone: a queue without consumers is thrown away.
      endThreads(queue);
    } else if (consumer instanceof Suspendable) {
      ServiceHelper.suspendService(consumer);
    } else {
      ServiceHelper.stopService(consumer);
      ServiceHelper.startService(route.getProcessor());
    }
  }

  /** The threads end when they have dealt with what they have in their hands. */
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
    QuietQueues.Hurry hurry = queues.hurry();
    try {
      ended.await(CURRENT_MILLIS, TimeUnit.MILLISECONDS);
    } finally {
      hurry.close();
    }
  }

  /** Takes out a template. */
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

  /** Takes out all configurations: Camel does not tell those apart that have no id. */
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
