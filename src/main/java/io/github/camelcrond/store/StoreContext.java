// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.StartupSummaryLevel;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/** A Camel context with only the store's endpoints, for commands that work without a daemon. */
public final class StoreContext implements AutoCloseable {
  private final DefaultCamelContext context;
  private final StoreBeans beans;

  private StoreContext(DefaultCamelContext context, StoreBeans beans) {
    this.context = context;
    this.beans = beans;
  }

  /**
   * Opens the store that {@code settings} name.
   *
   * @throws StoreException if another process has it
   */
  public static StoreContext open(Settings settings, Clock clock) {
    DefaultCamelContext context = context(settings);
    Path routes = settings.home().resolve("routes/internal");
    return start(
        context,
        StoreBeans.bindEndpoints(context.getRegistry(), settings, clock),
        List.of(
            routes.resolve("caller-handles-errors.camel.yaml"),
            routes.resolve("store").resolve(settings.text("crond.store"))));
  }

  static DefaultCamelContext context(Settings settings) {
    DefaultCamelContext context = new DefaultCamelContext();
    Properties values = settings.asProperties();
    values.setProperty("crond.store.prefix", RedisKeys.prefix(settings));
    context.getPropertiesComponent().setInitialProperties(values);
    context.setAutowiredEnabled(false);
    context.setStartupSummaryLevel(StartupSummaryLevel.Off);
    return context;
  }

  /**
   * Starts {@code context} with the route files that are named, and all those in the directories.
   */
  static StoreContext start(DefaultCamelContext context, StoreBeans beans, List<Path> routes) {
    try {
      // All at once: a route may name a configuration of another file.
      PluginHelper.getRoutesLoader(context).loadRoutes(resources(context, routes));
      context.start();
      return new StoreContext(context, beans);
    } catch (Exception e) {
      context.stop();
      beans.close();
      throw new StoreException("cannot load the routes of the store: " + e.getMessage(), e);
    }
  }

  private static List<Resource> resources(DefaultCamelContext context, List<Path> paths) {
    List<Resource> resources = new ArrayList<>();
    for (Path path : paths) {
      try (Stream<Path> files = Files.walk(path)) {
        files
            .filter(file -> file.toString().endsWith(".camel.yaml"))
            .sorted()
            .forEach(
                file -> resources.add(ResourceHelper.resolveResource(context, "file:" + file)));
      } catch (IOException e) {
        throw new StoreException(path + " cannot be read", e);
      }
    }
    return resources;
  }

  /** The context, started. */
  public DefaultCamelContext camel() {
    return context;
  }

  /**
   * What the endpoint {@code direct:name} answers with when it gets {@code body}.
   *
   * @throws StoreException if the store does not answer or refuses
   */
  public <T> T request(String name, Object body, Class<T> type) {
    return request(name, "", body, type);
  }

  private <T> T request(String name, String job, Object body, Class<T> type) {
    try {
      return context
          .createFluentProducerTemplate()
          .to("direct:" + name)
          .withBody(body)
          .withVariable("job-id", job)
          .request(type);
    } catch (CamelExecutionException e) {
      throw new StoreException(beans.store() + " does not respond: " + StoreHealth.reason(e), e);
    }
  }

  /** Sends {@code body} to {@code direct:name}. */
  public void send(String name, Object body) {
    request(name, body, Object.class);
  }

  /** Sends {@code body} to {@code direct:name} on behalf of a job. */
  public void send(String name, String job, Object body) {
    request(name, job, body, Object.class);
  }

  /** The ended runs of a job as JSON, newest first. */
  public List<String> runs(String job) {
    List<?> answer = request("store-runs-read", job, "", List.class);
    return answer.stream().map(String.class::cast).toList();
  }

  /** What {@code direct:name} answers with, if that is a list or a set of texts. */
  public List<String> texts(String name, Object body) {
    Collection<?> answer = request(name, body, Collection.class);
    return answer.stream().map(String.class::cast).toList();
  }

  /** What {@code direct:name} answers with, if that is texts by job-id. */
  public Map<String, String> textByJob(String name, Object body) {
    Map<String, String> texts = new TreeMap<>();
    Map<?, ?> answer = request(name, body, Map.class);
    answer.forEach((job, text) -> texts.put((String) job, (String) text));
    return texts;
  }

  @Override
  public void close() {
    context.stop();
    beans.close();
  }
}
