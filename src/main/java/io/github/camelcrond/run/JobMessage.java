// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.config.Json;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Variable;

/** The default message of lines that send one. */
public final class JobMessage {

  /** Job, run and scheduled instant as JSON. */
  @CalledByRoute
  public String runAsJson(@Variable("run") Run run) {
    return Json.text(
        new TreeMap<>(
            Map.of("job", run.job().id(), "run", run.id(), "scheduled", run.scheduled())));
  }
}
