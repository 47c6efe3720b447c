// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.observe;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/** Gauges and counters of the daemon, read from the objects that count. */
public final class DaemonMetrics {
  private final MeterRegistry registry;

  /** Registers in {@code registry}. */
  public DaemonMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** A value that goes up and down. */
  public DaemonMetrics gauge(String name, String help, Supplier<Number> value) {
    Gauge.builder(name, value).description(help).strongReference(true).register(registry);
    return this;
  }

  /** A count since the start. */
  public DaemonMetrics counter(String name, String help, Supplier<Number> value) {
    // A meter holds its object weakly, but its function strongly.
    FunctionCounter.builder(name, registry, r -> value.get().doubleValue())
        .description(help)
        .register(registry);
    return this;
  }
}
