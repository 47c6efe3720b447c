// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.disk.RecordLog;
import io.github.camelcrond.routes.QuietQueues;
import io.github.camelcrond.store.StoreException;
import io.github.camelcrond.store.StoreFolder;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import org.apache.camel.CamelContext;
import org.apache.camel.component.seda.SedaEndpoint;
import org.apache.camel.spi.Registry;

/** Makes the spool and the queues through which routes use it. */
public final class SpoolBeans implements AutoCloseable {
  private static final int SEGMENT = 4 << 20;

  private final Spool spool;

  private SpoolBeans(Spool spool) {
    this.spool = spool;
  }

  /**
   * Opens the spool in the store folder and binds {@code spool} and its queues.
   *
   * @param clock names files that are put aside
   */
  public static SpoolBeans bind(CamelContext context, Settings settings, Clock clock) {
    Registry registry = context.getRegistry();
    Spool spool =
        open(registry.lookupByNameAndType("store-folder", StoreFolder.class), settings, clock);
    registry.bind("spool", spool);
    QuietQueues quiet = QuietQueues.of(context);
    registry.bind("spool-queue", new SpoolQueue(context, spool, quiet, true));
    registry.bind("spool-others-queue", new SpoolQueue(context, spool, quiet, false));
    // Created here, as the first endpoint of a name chooses the queue for all of them.
    queue(context, "spool");
    queue(context, "spool-others");
    return new SpoolBeans(spool);
  }

  private static Spool open(StoreFolder folder, Settings settings, Clock clock) {
    String overflow = settings.oneOf("crond.rabbitmq.spool-full", "drop-oldest", "drop-newest");
    SpoolLimits limits =
        SpoolLimits.of(
            settings.bytes("crond.rabbitmq.spool-limit", 64 << 10, 1L << 40),
            OverflowPolicy.valueOf(overflow.toUpperCase(Locale.ROOT).replace('-', '_')),
            settings.duration(
                "crond.rabbitmq.spool-refused", Duration.ofMinutes(1), Duration.ofDays(365)));
    RecordLog log = folder.log("spool", SEGMENT, clock);
    folder.migrate("spool.mv", file -> LegacySpool.migrate(file, log));
    try {
      return new Spool(log, log.isDurable() ? limits : limits.inMemory(), System::nanoTime);
    } catch (IOException e) {
      throw new StoreException("messages in the spool cannot be read: " + e.getMessage(), e);
    }
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
