// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import io.github.camelcrond.cluster.PeerOutput;
import io.github.camelcrond.cluster.Peers;
import io.github.camelcrond.process.OutputCapture;
import io.github.camelcrond.run.RunHistory;
import io.github.camelcrond.run.RunProgress;
import io.github.camelcrond.run.RunView;
import io.github.camelcrond.run.Runs;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The output of a run in progress as server-sent events: {@code output} with new output, {@code
 * attempt} when a further attempt begins, {@code end} with the run. Followers hold no thread; a
 * slow reader gets whatever is still buffered. A run of another daemon is followed by asking that
 * one.
 */
public final class OutputEvents implements Handler<RoutingContext> {
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final int MOST = 200;

  /** The size of one event, so that many followers of large outputs need little memory. */
  private static final int PART = 32 * 1024;

  private final Runs runs;
  private final RunHistory history;
  private final Optional<Peers> peers;
  private final AtomicInteger followers = new AtomicInteger();

  /**
   * Follows {@code runs}; how they ended is in {@code history}.
   *
   * @param peers have the runs of other daemons
   */
  OutputEvents(Runs runs, RunHistory history, Optional<Peers> peers) {
    this.runs = runs;
    this.history = history;
    this.peers = peers;
  }

  @Override
  public void handle(RoutingContext context) {
    String accept = context.request().getHeader("Accept");
    if (accept == null || !accept.contains("text/event-stream")) {
      context.next();
      return;
    }
    String run = context.pathParam("run");
    Optional<RunProgress> progress = runs.find(run);
    if (progress.isPresent()) {
      if (isAdmitted(context)) {
        new Follower(context, progress.get()).begin();
      }
    } else if (peers.isPresent() && history.find(run).isEmpty()) {
      PeerFollower follower =
          new PeerFollower(context, run, peers.get(), LOOK, followers::decrementAndGet);
      follower
          .ask()
          .otherwise(Optional.empty())
          .onSuccess(first -> follow(context, follower, first));
    } else {
      context.next();
    }
  }

  private void follow(RoutingContext context, PeerFollower follower, Optional<PeerOutput> first) {
    if (first.filter(part -> !part.run().get("ended").exists()).isEmpty()) {
      context.next();
    } else if (isAdmitted(context)) {
      follower.begin();
    }
  }

  private boolean isAdmitted(RoutingContext context) {
    if (followers.incrementAndGet() <= MOST) {
      return true;
    }
    followers.decrementAndGet();
    AccessFilter.answer(
        context,
        new ApiProblem(503, "more than " + MOST + " clients follow runs already, retry later"));
    return false;
  }

  /** One request for a run of this daemon. Runs on one event loop. */
  private final class Follower {
    private final EventStream events;
    private final RunProgress progress;
    private OutputCapture capture;
    private long offset;
    private long timer;

    Follower(RoutingContext context, RunProgress progress) {
      this.events = new EventStream(context);
      this.progress = progress;
      this.capture = progress.output();
      capture.hold();
    }

    void begin() {
      timer = events.begin(LOOK, this::look, this::stop);
    }

    private void stop() {
      if (events.stop(timer)) {
        capture.release();
        followers.decrementAndGet();
      }
    }

    private void look() {
      if (events.isFull()) {
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
          events.sendAttempt(progress.attempt());
        }
      }
      boolean all = sendNew();
      if (ended && all) {
        end();
      } else {
        events.keepAlive();
      }
    }

    /** Sends new output until the connection's buffer is full; returns whether all was sent. */
    private boolean sendNew() {
      while (!events.isFull()) {
        OutputCapture.Part part = capture.since(offset, PART);
        if (part.next() == offset) {
          return true;
        }
        offset = part.next();
        events.sendOutput(new String(part.bytes(), StandardCharsets.UTF_8));
      }
      return false;
    }

    private void end() {
      stop();
      history.find(progress.run().id()).ifPresent(end -> events.send("end", RunView.of(end)));
      events.end();
    }
  }
}
