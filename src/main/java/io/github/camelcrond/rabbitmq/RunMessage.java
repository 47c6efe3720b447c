// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.config.Json;
import io.github.camelcrond.run.OutputEndpoint;
import io.github.camelcrond.run.Run;
import io.github.camelcrond.run.RunEnd;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Variable;
import org.apache.camel.component.springrabbit.SpringRabbitMQConstants;

/** Fills messages about runs: the facts as headers or as JSON. */
public final class RunMessage implements Processor {
  private final String host;

  /**
   * @param host the name of the host on which runs start
   */
  public RunMessage(String host) {
    this.host = host;
  }

  /** Sets the facts of the ended run as headers; the message-id is the run-id. */
  @Override
  public void process(Exchange exchange) {
    RunEnd end = exchange.getVariable("end", RunEnd.class);
    Map<String, Object> headers = exchange.getMessage().getHeaders();
    headers.put("job", end.job());
    headers.put("run", end.run());
    headers.put("outcome", end.outcome());
    end.exitCode().ifPresent(code -> headers.put("exit-code", code));
    end.signal().ifPresent(signal -> headers.put("signal", signal));
    end.reason().ifPresent(reason -> headers.put("reason", reason));
    headers.put("cause", end.cause());
    headers.put("scheduled", end.scheduled().toString());
    end.started().ifPresent(started -> headers.put("started", started.toString()));
    headers.put("ended", end.ended().toString());
    headers.put("host", end.host());
    headers.put("truncated", end.truncated());
    headers.put("attempt", end.attempt());
    end.delivery().ifPresent(delivery -> headers.put("delivery", delivery));
    headers.put(SpringRabbitMQConstants.MESSAGE_ID, end.run());
    headers.put(SpringRabbitMQConstants.CONTENT_TYPE, "text/plain");
    headers.put(SpringRabbitMQConstants.CONTENT_ENCODING, "UTF-8");
    headers.put(SpringRabbitMQConstants.APP_ID, "camel-crond");
  }

  /** The start of {@code run} as JSON. */
  @CalledByRoute
  public String startedAsJson(@Variable("run") Run run, Exchange exchange) {
    return json("started", run.id(), exchange, facts(run));
  }

  /** Why a run was skipped, as JSON. */
  @CalledByRoute
  public String skippedAsJson(@Variable("end") RunEnd end, Exchange exchange) {
    Map<String, Object> facts = new TreeMap<>();
    facts.put("job", end.job());
    facts.put("run", end.run());
    facts.put("cause", end.cause());
    facts.put("scheduled", end.scheduled());
    facts.put("reason", end.reason().orElse(""));
    facts.put("host", end.host());
    return json("skipped", end.run(), exchange, facts);
  }

  private Map<String, Object> facts(Run run) {
    return new TreeMap<>(
        Map.of(
            "job", run.job().id(),
            "run", run.id(),
            "cause", run.cause().text(),
            "scheduled", run.scheduled(),
            "host", host));
  }

  private static String json(
      String event, String run, Exchange exchange, Map<String, Object> facts) {
    facts.put("event", event);
    Map<String, Object> headers = exchange.getMessage().getHeaders();
    headers.put(SpringRabbitMQConstants.MESSAGE_ID, run + ":" + event);
    headers.put(SpringRabbitMQConstants.CONTENT_TYPE, "application/json");
    headers.put(SpringRabbitMQConstants.APP_ID, "camel-crond");
    return Json.text(facts);
  }

  /** The body that is published: the output, empty if {@code CRON_OUTPUT} is {@code none}. */
  public static String output(Exchange exchange) {
    return OutputEndpoint.isNone(exchange)
        ? ""
        : exchange.getVariable("end", RunEnd.class).output();
  }
}
