// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import io.github.camelcrond.config.Json;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;

/** A response of server-sent events. Runs on one event loop. */
final class EventStream {
  private static final int WRITE_QUEUE = 128 * 1024;
  private static final long SIGN_OF_LIFE_NANOS = Duration.ofSeconds(15).toNanos();

  private final RoutingContext context;
  private final HttpServerResponse response;
  private long lastWrite = System.nanoTime();

  EventStream(RoutingContext context) {
    this.context = context;
    this.response = context.response();
  }

  /**
   * Sends the headers, then calls {@code look} periodically.
   *
   * @param closed called when the connection is closed
   * @return the id of the timer
   */
  long begin(Duration period, Runnable look, Runnable closed) {
    response.setChunked(true).putHeader("Content-Type", "text/event-stream");
    // Compression would delay events.
    response.putHeader("Content-Encoding", "identity");
    response.setWriteQueueMaxSize(WRITE_QUEUE);
    response.closeHandler(ignored -> closed.run());
    return context.vertx().setPeriodic(0, period.toMillis(), id -> look.run());
  }

  /** Stops the timer; returns false if it was stopped before. */
  boolean stop(long timer) {
    return context.vertx().cancelTimer(timer);
  }

  /** Whether the client has to read before more is sent. */
  boolean isFull() {
    return response.writeQueueFull();
  }

  void send(String event, Object data) {
    write("event: " + event + "\ndata: " + Json.text(data) + "\n\n");
  }

  void sendOutput(String text) {
    send("output", Map.of("text", text));
  }

  /** Sends an event: a further attempt begins. */
  void sendAttempt(int number) {
    send("attempt", Map.of("attempt", number));
  }

  /** Sends a comment if nothing was sent for a while, so that proxies keep the connection open. */
  void keepAlive() {
    if (System.nanoTime() - lastWrite >= SIGN_OF_LIFE_NANOS) {
      write(":\n\n");
    }
  }

  private void write(String text) {
    lastWrite = System.nanoTime();
    response.write(text);
  }

  void end() {
    response.end();
  }
}
