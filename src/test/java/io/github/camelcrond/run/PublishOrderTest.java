// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class PublishOrderTest {
  private final DefaultCamelContext context = new DefaultCamelContext();
  private final PublishOrder order = new PublishOrder(Runnable::run);
  private final List<String> published = new ArrayList<>();

  private RunEnd end(String run) {
    RunEnd end = RunJournalTest.end(run, "");
    order.ended(RunJournalTest.run(run), end);
    return end;
  }

  /** Brings an ended run to the step; it is published when it passes. */
  private void arrives(RunEnd end) {
    Exchange exchange = new DefaultExchange(context);
    exchange.setVariable("end", end);
    order.process(exchange, async -> published.add(end.run()));
  }

  private void completes(String run) {
    order.over(RunJournalTest.run(run));
  }

  @Test
  void aRunThatComesTooEarlyWaitsForThoseThatEndedBefore() {
    RunEnd first = end("r1");
    RunEnd second = end("r2");
    RunEnd third = end("r3");
    arrives(third);
    arrives(second);
    assertThat(published).isEmpty();
    arrives(first);
    assertThat(published).containsExactly("r1");
    completes("r1");
    assertThat(published).containsExactly("r1", "r2");
    completes("r2");
    assertThat(published).containsExactly("r1", "r2", "r3");
    completes("r3");
    arrives(end("r4"));
    assertThat(published).endsWith("r4");
  }

  @Test
  void aRunOfAnEarlierDaemonWaitsForNobody() {
    end("r1");
    arrives(RunJournalTest.end("unknown", ""));
    assertThat(published).containsExactly("unknown");
  }

  @Test
  void aRunWhoseExchangeEndsBeforeTheStepHoldsUpNoOther() {
    end("r1");
    RunEnd second = end("r2");
    arrives(second);
    assertThat(published).isEmpty();
    completes("r1");
    assertThat(published).containsExactly("r2");
  }
}
