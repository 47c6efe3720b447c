// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.observe;

import io.github.camelcrond.config.CheckResult;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** One of the daemon's checks in Camel's health registry. */
public final class DaemonCheck extends AbstractHealthCheck {
  private final Set<Probe> probes;
  private final Supplier<CheckResult> finding;

  /** The probes, apart from general health, to which a check belongs. */
  public enum Probe {
    /** Liveness: DOWN means that the process must be restarted. */
    LIVE,
    /** Readiness: UP means that jobs can run. */
    READY
  }

  /**
   * @param id name in the response
   * @param finding evaluated for each request
   */
  public DaemonCheck(String id, Set<Probe> probes, Supplier<CheckResult> finding) {
    super("crond", id);
    this.probes = Set.copyOf(probes);
    this.finding = finding;
  }

  @Override
  public boolean isLiveness() {
    return probes.contains(Probe.LIVE);
  }

  @Override
  public boolean isReadiness() {
    return probes.contains(Probe.READY);
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    CheckResult found = finding.get();
    builder.message(found.message());
    builder.state(found.up() ? State.UP : State.DOWN);
  }
}
