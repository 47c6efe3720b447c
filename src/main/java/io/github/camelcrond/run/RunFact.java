// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.support.ExpressionAdapter;

/**
 * A value of a run or of its end, or a condition on them, for use in YAML as {@code ref: name}. The
 * equivalent {@code ${variable.end.job}} is interpreted for each run, which takes about ten times
 * as long; calling a bean by {@code method:} would copy the exchange.
 */
public final class RunFact extends ExpressionAdapter {
  private final Function<Exchange, Object> value;

  private RunFact(Function<Exchange, Object> value) {
    this.value = value;
  }

  /** A value of the exchange of the run. */
  public static RunFact of(Function<Exchange, Object> value) {
    return new RunFact(value);
  }

  /** A value of the run in the variable {@code run}. */
  public static RunFact ofRun(Function<Run, Object> value) {
    return new RunFact(e -> value.apply(e.getVariable("run", Run.class)));
  }

  /** A value of the end in the variable {@code end}. */
  public static RunFact ofEnd(Function<RunEnd, Object> value) {
    return new RunFact(e -> value.apply(e.getVariable("end", RunEnd.class)));
  }

  @Override
  public Object evaluate(Exchange exchange) {
    return value.apply(exchange);
  }
}
