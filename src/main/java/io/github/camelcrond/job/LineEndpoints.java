// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import io.github.camelcrond.camel.CalledByRoute;
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
import org.apache.camel.util.URISupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks that a route consumes from each {@code direct:} or {@code seda:} endpoint in use. */
public final class LineEndpoints {
  private static final Logger LOG = LoggerFactory.getLogger("crond.crontab");

  /** How long to wait for route files to be loaded, long enough for a slow machine. */
  private static final Duration LOADED = Duration.ofSeconds(10);

  private static final long LOOK_MILLIS = 50;

  private final CamelContext context;
  private final BooleanSupplier changing;

  /**
   * @param changing whether routes of {@code context} are being loaded or replaced
   */
  public LineEndpoints(CamelContext context, BooleanSupplier changing) {
    this.context = context;
    this.changing = changing;
  }

  /**
   * Checks that a route consumes from {@code uri} if that is a {@code direct:} endpoint.
   *
   * @throws IOException if there is no such route
   */
  public void require(String uri) throws IOException {
    if (uri.startsWith("direct:") && !isThere(uri)) {
      throw new IOException("no route consumes from " + URISupport.stripQuery(uri));
    }
  }

  /**
   * Like {@link #require}, but waits up to 10 s for the route while route files are being loaded.
   *
   * @throws IOException if there is no such route
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

  /**
   * Asks through an endpoint of its own, as Camel offers no other access to its map of consumers.
   */
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
      throw new IOException("interrupted while looking for the route", e);
    }
  }

  /**
   * Logs a warning for each endpoint in {@code crontab} from which no route consumes.
   *
   * @throws IOException if the thread is interrupted while route files are loaded
   */
  @CalledByRoute
  public void warnOfMissing(Crontab crontab) throws IOException {
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
          .map(URISupport::stripQuery)
          .forEach(
              uri ->
                  LOG.atWarn()
                      .addKeyValue("job", job.id())
                      .addKeyValue("line", job.line())
                      .addKeyValue("endpoint", uri)
                      .log("no route consumes from the endpoint of this line"));
    }
  }

  /** {@code uri} without options, in the form in which Camel writes it. */
  private static String base(String uri) {
    return URISupport.stripQuery(uri).replaceFirst(":/*", "://");
  }
}
