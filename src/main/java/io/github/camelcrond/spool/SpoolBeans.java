// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.routes.QuietQueues;
import io.github.camelcrond.store.StoreFolder;
import java.time.Duration;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.component.seda.SedaEndpoint;
import org.apache.camel.spi.Registry;

/** The spool and the queues that show it to routes. */
public final class SpoolBeans implements AutoCloseable {
  private final Spool spool;

  private SpoolBeans(Spool spool) {
    this.spool = spool;
  }

  /** Opens the spool in the store's folder and binds {@code spool} and its queues. */
  public static SpoolBeans bind(CamelContext context, Settings settings) {
    Registry registry = context.getRegistry();
    StoreFolder folder = registry.lookupByNameAndType("store-folder", StoreFolder.class);
    boolean oldest =
        settings
            .oneOf("crond.rabbitmq.spool-full", "drop-oldest", "drop-newest")
            .equals("drop-oldest");
    Spool spool =
        Spool.open(
            folder == null ? Optional.empty() : folder.file("spool.mv"),
            settings.bytes("crond.rabbitmq.spool-limit", 64 << 10, 1L << 40),
            oldest ? Full.DROP_OLDEST : Full.DROP_NEWEST,
            settings.duration(
                "crond.rabbitmq.spool-refused", Duration.ofMinutes(1), Duration.ofDays(365)),
            System::nanoTime);
    registry.bind("spool", spool);
    QuietQueues quiet = QuietQueues.of(context);
    registry.bind("spool-queue", new SpoolQueue(context, spool, quiet, true));
    registry.bind("spool-others-queue", new SpoolQueue(context, spool, quiet, false));
    // Now, as the first endpoint of a name chooses the queue for all of them.
    queue(context, "spool");
    queue(context, "spool-others");
    return new SpoolBeans(spool);
  }

  private static void queue(CamelContext context, String name) {
    context
        .getEndpoint("seda:" + name + "?queueFactory=#" + name + "-queue", SedaEndpoint.class)
        .getQueue();
  }

  @Override
  public void close() {
    spool.close();
  }
}
