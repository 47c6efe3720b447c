// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A run in progress or ended as the API shows it, without its output, which is a resource of its
 * own. The outcome of a run in progress is {@code waiting} or {@code running}. The duration is in
 * seconds, from the first start to the end or, if it has not ended, to now. Values that a run does
 * not have are absent, such as the duration of a run that never started.
 */
public final class RunView {
  private RunView() {}

  /** A run that has ended. */
  public static Map<String, Object> of(RunEnd end) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("run", end.run());
    view.put("job", end.job());
    view.put("outcome", end.outcome());
    end.exitCode().ifPresent(code -> view.put("exit-code", code));
    end.signal().ifPresent(signal -> view.put("signal", signal));
    end.reason().ifPresent(reason -> view.put("reason", reason));
    view.put("cause", end.cause());
    view.put("scheduled", end.scheduled());
    end.started().ifPresent(started -> view.put("started", started));
    view.put("ended", end.ended());
    end.started().ifPresent(started -> view.put("duration", seconds(started, end.ended())));
    view.put("host", end.host());
    view.put("attempt", end.attempt());
    view.put("truncated", end.truncated());
    return view;
  }

  /** A run in progress. */
  public static Map<String, Object> of(RunProgress progress, Instant now) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("run", progress.run().id());
    view.put("job", progress.run().job().id());
    view.put("outcome", progress.started().isPresent() ? "running" : "waiting");
    view.put("cause", progress.run().cause().text());
    view.put("scheduled", progress.run().scheduled());
    progress.started().ifPresent(started -> view.put("started", started));
    progress.started().ifPresent(started -> view.put("duration", seconds(started, now)));
    view.put("host", progress.host());
    view.put("attempt", progress.attempt());
    view.put("truncated", false);
    return view;
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 1000.0;
  }
}
