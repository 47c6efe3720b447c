// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import io.github.camelcrond.crontab.Crontab;
import io.github.camelcrond.crontab.Job;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.component.direct.DirectEndpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The routes to which lines and outputs go that name {@code direct:} or {@code seda:}. */
public final class Receivers {
  private static final Logger LOG = LoggerFactory.getLogger("crond.crontab");

  /** Within this time route files are in force, also on a slow machine. */
  private static final Duration LOADED = Duration.ofSeconds(10);

  private static final long LOOK_MILLIS = 50;

  private final CamelContext context;
  private final BooleanSupplier changing;

  /**
   * @param changing whether routes of {@code context} are being loaded or replaced
   */
  public Receivers(CamelContext context, BooleanSupplier changing) {
    this.context = context;
    this.changing = changing;
  }

  /**
   * Returns if the route is there that {@code uri} names by {@code direct:}, and for any other
   * endpoint.
   *
   * @throws IOException if it is missing
   */
  public void require(String uri) throws IOException {
    if (uri.startsWith("direct:") && !isThere(uri)) {
      throw new IOException("no route begins with " + withoutOptions(uri));
    }
  }

  /**
   * The same, but a route that is missing while route files are loaded is waited for.
   *
   * @throws IOException if it is missing, at the latest after 10 s
   */
  public void await(String uri) throws IOException {
    awaitFiles(() -> uri.startsWith("direct:") && !isThere(uri));
    require(uri);
  }

  private void awaitFiles(BooleanSupplier needed) throws IOException {
    long end = System.nanoTime() + LOADED.toNanos();
    while (needed.getAsBoolean() && changing.getAsBoolean() && System.nanoTime() < end) {
      look();
    }
  }

  /** Looks in the map in which Camel keeps the receivers; there is no other way to ask it. */
  @SuppressWarnings("deprecation")
  private boolean isThere(String uri) {
    DirectEndpoint endpoint =
        new DirectEndpoint(base(uri), context.getComponent("direct", DirectComponent.class));
    endpoint.setBlock(false);
    try {
      return endpoint.getConsumer() != null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void look() throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the route was looked for", e);
    }
  }

  /**
   * Warns of what {@code crontab} sends to routes that are not there.
   *
   * @throws IOException if the thread is interrupted while route files are loaded
   */
  public void warn(Crontab crontab) throws IOException {
    awaitFiles(() -> true);
    Set<String> there =
        context.getRoutes().stream()
            .map(route -> route.getEndpoint().getEndpointBaseUri())
            .collect(Collectors.toSet());
    for (Job job : crontab.jobs()) {
      Stream.concat(
              job.policies().output().stream(),
              Optional.of(job.command()).filter(command -> job.endpoint()).stream())
          .filter(uri -> uri.startsWith("direct:") || uri.startsWith("seda:"))
          .filter(uri -> !there.contains(base(uri)))
          .map(Receivers::withoutOptions)
          .forEach(
              uri ->
                  LOG.atWarn()
                      .addKeyValue("job", job.id())
                      .addKeyValue("line", job.line())
                      .addKeyValue("endpoint", uri)
                      .log("no route begins with what the line sends to"));
    }
  }

  /** As Camel writes it. */
  private static String base(String uri) {
    return withoutOptions(uri).replaceFirst(":/*", "://");
  }

  private static String withoutOptions(String uri) {
    return uri.replaceFirst("\\?.*", "");
  }
}
