// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;

/** Stores messages, in order for each job, which the variable or else the header names. */
final class SpoolProducer extends DefaultProducer {
  private final Spool spool;
  private final Optional<String> destination;
  private final boolean flushes;

  /**
   * @param destination the endpoint that messages are for; empty if none are stored
   * @param flushes whether all that is stored so far is on disk when a step returns
   */
  SpoolProducer(
      SpoolEndpoint endpoint, Spool spool, Optional<String> destination, boolean flushes) {
    super(endpoint);
    this.spool = spool;
    this.destination = destination;
    this.flushes = flushes;
  }

  @Override
  public void process(Exchange exchange) {
    destination.ifPresent(to -> spool.add(message(exchange, to)));
    if (flushes) {
      spool.flush();
    }
  }

  private static SpoolMessage message(Exchange exchange, String destination) {
    Message message = exchange.getMessage();
    Map<String, Object> headers = new HashMap<>();
    message.getHeaders().forEach((name, value) -> keep(headers, name, value));
    byte[] body = message.getBody(byte[].class);
    Object job = exchange.getVariable("job-id", message.getHeader("job"), Object.class);
    return new SpoolMessage(
        job + " " + destination, destination, headers, body == null ? new byte[0] : body);
  }

  private static void keep(Map<String, Object> headers, String name, Object value) {
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      headers.put(name, value);
    } else if (value instanceof Instant instant) {
      headers.put(name, instant.toString());
    }
  }
}
