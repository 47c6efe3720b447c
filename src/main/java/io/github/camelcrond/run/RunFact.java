// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.support.ExpressionAdapter;

/**
 * A value that a route takes from its run or from the end of it, or a condition on them; named in
 * YAML as {@code ref: name}. The equivalent {@code ${variable.end.job}} is interpreted for each run
 * and takes about ten times as long; a bean called by {@code method:} would copy the exchange.
 */
public final class RunFact extends ExpressionAdapter {
  private final Function<Exchange, Object> value;

  private RunFact(Function<Exchange, Object> value) {
    this.value = value;
  }

  /** One of the exchange that carries the run. */
  public static RunFact of(Function<Exchange, Object> value) {
    return new RunFact(value);
  }

  /** One of the run in the variable {@code run}. */
  public static RunFact ofRun(Function<Run, Object> value) {
    return new RunFact(e -> value.apply(e.getVariable("run", Run.class)));
  }

  /** One of the record in the variable {@code end}. */
  public static RunFact ofEnd(Function<RunEnd, Object> value) {
    return new RunFact(e -> value.apply(e.getVariable("end", RunEnd.class)));
  }

  @Override
  public Object evaluate(Exchange exchange) {
    return value.apply(exchange);
  }
}
