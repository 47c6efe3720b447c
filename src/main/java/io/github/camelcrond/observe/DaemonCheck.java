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

  /** Which questions beside the general one a check answers. */
  public enum Probe {
    /** Does the process have to be started anew? */
    LIVE,
    /** Is it at work yet? */
    READY
  }

  /**
   * @param id name in the answer
   * @param finding asked each time
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
