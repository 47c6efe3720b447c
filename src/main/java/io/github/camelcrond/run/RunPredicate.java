// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import org.apache.camel.Exchange;
import org.apache.camel.Predicate;

/**
 * A condition on the run in the variable {@code run}; named in YAML as {@code ref: name}. A bean
 * called by {@code method:} would copy the exchange each time.
 */
public final class RunPredicate implements Predicate {
  private final java.util.function.Predicate<Run> question;

  private RunPredicate(java.util.function.Predicate<Run> question) {
    this.question = question;
  }

  /** A predicate that evaluates {@code question}. */
  public static RunPredicate of(java.util.function.Predicate<Run> question) {
    return new RunPredicate(question);
  }

  @Override
  public boolean matches(Exchange exchange) {
    return question.test(exchange.getVariable("run", Run.class));
  }
}
