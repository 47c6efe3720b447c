// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import io.github.camelcrond.crontab.Crontab;
import io.github.camelcrond.crontab.Job;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The routes to which lines and outputs go that name {@code direct:} or {@code seda:}. */
public final class Receivers {
  private static final Logger LOG = LoggerFactory.getLogger("crond.crontab");

  /** An edited route file is in force again within this time. */
  private static final Duration EDIT = Duration.ofSeconds(2);

  private static final long LOOK_MILLIS = 50;

  private final CamelContext context;

  /** Asks the routes of {@code context}. */
  public Receivers(CamelContext context) {
    this.context = context;
  }

  /**
   * Returns when the route is there that {@code uri} names by {@code direct:}; at once for other
   * endpoints.
   *
   * @throws IOException if it is still missing after 2 s
   */
  public void await(String uri) throws IOException {
    if (!uri.startsWith("direct:")) {
      return;
    }
    long end = System.nanoTime() + EDIT.toNanos();
    while (!there().contains(base(uri))) {
      if (System.nanoTime() > end) {
        throw new IOException("no route begins with " + withoutOptions(uri));
      }
      look();
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

  private Set<String> there() {
    return context.getRoutes().stream()
        .map(route -> route.getEndpoint().getEndpointBaseUri())
        .collect(Collectors.toSet());
  }

  /** Warns of what {@code crontab} sends to routes that are not there. */
  public void warn(Crontab crontab) {
    Set<String> there = there();
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
