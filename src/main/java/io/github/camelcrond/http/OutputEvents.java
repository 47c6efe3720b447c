// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import io.github.camelcrond.config.Json;
import io.github.camelcrond.process.OutputCapture;
import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.run.RunHistory;
import io.github.camelcrond.run.RunProgress;
import io.github.camelcrond.run.Runs;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The output of a run in progress as server-sent events: {@code output} with new output, {@code
 * attempt} when a further attempt begins, {@code end} with the run. Followers hold no thread; a
 * slow reader gets whatever is still buffered.
 */
public final class OutputEvents implements Handler<RoutingContext> {
  private static final long LOOK_MILLIS = 200;
  private static final int LOOKS_BETWEEN_SIGNS_OF_LIFE = 75;
  private static final int MOST = 200;

  /** The size of one event, so that many followers of large outputs need little memory. */
  private static final int PART = 32 * 1024;

  private static final int WRITE_QUEUE = 128 * 1024;

  private final Runs runs;
  private final RunHistory history;
  private final AtomicInteger followers = new AtomicInteger();

  /** Follows {@code runs}; how they ended is in {@code history}. */
  public OutputEvents(Runs runs, RunHistory history) {
    this.runs = runs;
    this.history = history;
  }

  @Override
  public void handle(RoutingContext context) {
    String accept = context.request().getHeader("Accept");
    Optional<RunProgress> progress = runs.find(context.pathParam("run"));
    if (accept == null || !accept.contains("text/event-stream") || progress.isEmpty()) {
      context.next();
      return;
    }
    if (followers.incrementAndGet() > MOST) {
      followers.decrementAndGet();
      AccessFilter.answer(
          context,
          new ApiProblem(503, "more than " + MOST + " clients follow runs already, retry later"));
      return;
    }
    new Follower(context, progress.get()).begin();
  }

  /** One request. Runs on one event loop. */
  private final class Follower {
    private final RoutingContext context;
    private final HttpServerResponse response;
    private final RunProgress progress;
    private OutputCapture capture;
    private long offset;
    private int quiet;
    private long timer;

    Follower(RoutingContext context, RunProgress progress) {
      this.context = context;
      this.response = context.response();
      this.progress = progress;
      this.capture = progress.output();
      capture.hold();
    }

    void begin() {
      response.setChunked(true).putHeader("Content-Type", "text/event-stream");
      // Compression would delay events.
      response.putHeader("Content-Encoding", "identity");
      response.setWriteQueueMaxSize(WRITE_QUEUE);
      timer = context.vertx().setPeriodic(0, LOOK_MILLIS, id -> look());
      response.closeHandler(closed -> stop());
    }

    private void stop() {
      if (context.vertx().cancelTimer(timer)) {
        capture.release();
        followers.decrementAndGet();
      }
    }

    private void look() {
      if (response.writeQueueFull()) {
        return;
      }
      boolean ended = runs.find(progress.run().id()).isEmpty();
      if (progress.output() != capture) {
        if (!sendNew()) {
          return;
        }
        capture.release();
        capture = progress.output();
        capture.hold();
        offset = 0;
        // The first attempt of a run that was followed while waiting needs no event.
        if (progress.attempt() > 1) {
          send("attempt", Map.of("attempt", progress.attempt()));
        }
      }
      boolean all = sendNew();
      if (ended && all) {
        end();
      } else if (++quiet >= LOOKS_BETWEEN_SIGNS_OF_LIFE) {
        quiet = 0;
        response.write(":\n\n");
      }
    }

    /** Sends new output until the connection's buffer is full; returns whether all was sent. */
    private boolean sendNew() {
      while (!response.writeQueueFull()) {
        OutputCapture.Part part = capture.since(offset, PART);
        if (part.next() == offset) {
          return true;
        }
        offset = part.next();
        send("output", Map.of("text", new String(part.bytes(), StandardCharsets.UTF_8)));
      }
      return false;
    }

    private void end() {
      stop();
      Optional<RunEnd> record = history.find(progress.run().id());
      if (record.isPresent()) {
        send("end", RunView.of(record.get()));
      }
      response.end();
    }

    private void send(String event, Map<String, Object> data) {
      quiet = 0;
      response.write("event: " + event + "\ndata: " + Json.text(data) + "\n\n");
    }
  }
}
