// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.trigger;

import io.github.camelcrond.trigger.CronRoutes.CronRoute;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.RouteTemplateContext;
import org.apache.camel.model.DefaultRouteTemplateContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.RoutesDefinition;

/** The route template {@code cron}, and the routes that are created from it and removed. */
final class CronTemplate {
  /**
   * Prefix of the ids of all routes made from the template, followed by the key of the schedule.
   */
  static final String PREFIX = "cron-";

  private static final String TRIAL = "template-trial";

  private final ModelCamelContext context;

  CronTemplate(ModelCamelContext context) {
    this.context = context;
  }

  /**
   * Makes a route that never starts, and removes it, so that errors in the template show before any
   * other route is touched.
   */
  void check() throws Exception {
    RouteDefinition trial = definition(TRIAL, "Shows whether the template can be used.");
    trial.setAutoStartup("false");
    try {
      startAll(List.of(trial));
    } finally {
      context.removeRoute(trial.getId());
      context.getRouteDefinitions().remove(trial);
    }
  }

  /**
   * The template; fails early, as routes are created long after the alarms are set.
   *
   * @throws IllegalStateException if there is no template
   */
  RouteTemplateDefinition require() {
    RouteTemplateDefinition template = context.getRouteTemplateDefinition("cron");
    if (template == null) {
      throw new IllegalStateException("route template cron is missing from the route files");
    }
    return template;
  }

  /**
   * Makes and starts a route for each of {@code routes}. Camel walks through all routes once per
   * call.
   */
  void start(List<CronRoute> routes) throws Exception {
    List<RouteDefinition> definitions = new ArrayList<>();
    for (CronRoute route : routes) {
      definitions.add(definition(route.key(), route.description()));
    }
    startAll(definitions);
  }

  /** Whether there is a route for the schedule with {@code key}. */
  boolean hasRoute(String key) {
    return context.getRoute(PREFIX + key) != null;
  }

  /** Stops and removes the route for the schedule with {@code key}. */
  void remove(String key) throws Exception {
    String id = PREFIX + key;
    context.getRouteController().stopRoute(id);
    // Before removeRoute, which otherwise searches the endpoints of all routes twice.
    context.getRouteDefinitions().remove(context.getRouteDefinition(id));
    if (!context.removeRoute(id)) {
      throw new IllegalStateException("cannot remove route " + id);
    }
  }

  private RouteDefinition definition(String key, String description) {
    RouteTemplateDefinition template = require();
    RoutesDefinition collection = new RoutesDefinition();
    collection.setCamelContext(context);
    RouteTemplateContext parameters = new DefaultRouteTemplateContext(context);
    parameters.setParameter("job-schedule", key);
    RouteDefinition definition = template.asRouteDefinition();
    definition.setId(PREFIX + key);
    definition.setGroup("cron");
    definition.setRoutePolicyRef("cron-routes");
    definition.setDescription(description);
    definition.setTemplateParameters(parameters.getParameters());
    definition.setRouteTemplateContext(parameters);
    collection.prepareRoute(definition);
    return definition;
  }

  /** Bypasses addRouteDefinitions, which searches all routes for each one that is added. */
  private void startAll(List<RouteDefinition> batch) throws Exception {
    context.getRouteDefinitions().addAll(batch);
    context.startRouteDefinitions(batch);
  }
}
