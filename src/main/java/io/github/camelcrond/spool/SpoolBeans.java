// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.crontab.EndpointRule;
import io.github.camelcrond.disk.RecordLog;
import io.github.camelcrond.store.StoreException;
import io.github.camelcrond.store.StoreFolder;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** Makes the spool and the component through which routes use it. */
public final class SpoolBeans {
  private static final int SEGMENT = 4 << 20;

  private SpoolBeans() {}

  /**
   * Opens the spool in the store directory, binds it and adds its component. The caller closes it.
   *
   * @param endpoints that crontabs may name
   * @param clock names files that are put aside
   */
  public static Spool bind(
      CamelContext context, Settings settings, EndpointRule endpoints, Clock clock) {
    Registry registry = context.getRegistry();
    StoreFolder folder = registry.lookupByNameAndType("store-folder", StoreFolder.class);
    SpoolRule rule = new SpoolRule(settings, endpoints);
    Spool spool = open(folder, settings, rule, clock);
    registry.bind("spool", spool);
    context.addComponent("spool", new SpoolComponent(spool, rule::refusal));
    return spool;
  }

  private static Spool open(StoreFolder folder, Settings settings, SpoolRule rule, Clock clock) {
    String overflow = settings.oneOf("crond.spool.full", "drop-oldest", "drop-newest");
    SpoolLimits limits =
        SpoolLimits.of(
            settings.bytes("crond.spool.limit", 64 << 10, 1L << 40),
            OverflowPolicy.valueOf(overflow.toUpperCase(Locale.ROOT).replace('-', '_')),
            settings.duration("crond.spool.refused", Duration.ofMinutes(1), Duration.ofDays(365)));
    RecordLog log = folder.log("spool", SEGMENT, clock);
    try {
      return new Spool(
          log, log.isDurable() ? limits : limits.inMemory(), System::nanoTime, rule::refusal);
    } catch (IOException e) {
      throw new StoreException("cannot read the spool: " + e.getMessage(), e);
    }
  }
}
