// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.camel;

import static org.awaitility.Awaitility.await;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.seda.SedaComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SwapAwareShutdownTest {
  @Test
  @Timeout(30)
  void noStopWaitsUntilTheConsumerOfAQueueWakesByItself() throws Exception {
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      context.setShutdownStrategy(new SwapAwareShutdown(context));
      LowWakeupQueues.of(context).serve(context.getComponent("seda", SedaComponent.class));
      context.addRoutes(
          new RouteBuilder() {
            @Override
            public void configure() {
              from("seda:a").routeId("a").stop();
              from("seda:b").routeId("b").stop();
            }
          });
      context.start();
      for (String queue : new String[] {"seda://a", "seda://b"}) {
        await().until(() -> sleeps(queue));
      }
      context.getRouteController().stopRoute("a");
    }
  }

  private static boolean sleeps(String queue) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().endsWith(queue))
        .anyMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING);
  }
}
