// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.config.Json;
import io.github.camelcrond.config.JsonException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Variable;

/** The default body and the headers of the messages that lines send. */
public final class JobMessage implements Processor {
  private static final String MESSAGE_ID = "CamelSpringRabbitmqMessageId";
  private static final String CONTENT_TYPE = "CamelSpringRabbitmqContentType";

  /** The job-id, run-id and scheduled instant of {@code run} as JSON. */
  @CalledByRoute
  public String runAsJson(@Variable("run") Run run) {
    return Json.text(
        new TreeMap<>(
            Map.of("job", run.job().id(), "run", run.id(), "scheduled", run.scheduled())));
  }

  /**
   * Sets the headers: job, run and scheduled instant, the message-id for RabbitMQ, and the content
   * type, which is that of {@code CRON_CONTENT_TYPE}, or {@code application/json} for a body that
   * is a JSON object or array.
   */
  @Override
  public void process(Exchange exchange) {
    Run run = exchange.getVariable("run", Run.class);
    Map<String, Object> headers = exchange.getMessage().getHeaders();
    headers.put("job", run.job().id());
    headers.put("run", run.id());
    headers.put("scheduled", run.scheduled().toString());
    headers.put(MESSAGE_ID, run.id());
    String given = run.job().environment().getOrDefault("CRON_CONTENT_TYPE", "");
    if (!given.isEmpty()) {
      headers.put(CONTENT_TYPE, given);
    } else if (isJson(exchange.getMessage().getBody(String.class))) {
      headers.put(CONTENT_TYPE, "application/json");
    }
  }

  private static boolean isJson(String body) {
    String text = body == null ? "" : body.strip();
    if (!text.startsWith("{") && !text.startsWith("[")) {
      return false;
    }
    try {
      Json.readWhole(text);
      return true;
    } catch (JsonException e) {
      return false;
    }
  }
}
