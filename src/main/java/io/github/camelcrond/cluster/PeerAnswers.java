// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.process.OutputCapture;
import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.run.RunHistory;
import io.github.camelcrond.run.RunProgress;
import io.github.camelcrond.run.RunView;
import io.github.camelcrond.run.Runs;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Answers the questions of other daemons about the runs of this one: those in progress, and those
 * that have just ended, whose records may not be in the store yet.
 */
final class PeerAnswers {
  /** Small compared with what Redis holds back for a slow subscriber. */
  private static final int PART = 64 * 1024;

  /** How long the output of a run is held if no daemon asks for it. */
  private static final Duration HELD = Duration.ofSeconds(10);

  private final Runs runs;
  private final RunHistory history;
  private final Clock clock;
  private final Map<String, Followed> followed = new LinkedHashMap<>();

  PeerAnswers(Runs runs, RunHistory history, Clock clock) {
    this.runs = runs;
    this.history = history;
    this.clock = clock;
  }

  /** The answer to {@code question}; empty if the run is not here. */
  Map<String, Object> answer(PeerQuestion question) {
    Optional<RunProgress> progress = runs.find(question.run());
    return switch (question.kind()) {
      case SHOW -> view(question.run());
      case KILL -> {
        progress.ifPresent(p -> p.interrupt(Runs.KILLED));
        yield progress.isPresent() ? view(question.run()) : Map.of();
      }
      case OUTPUT -> output(question, progress);
    };
  }

  private Map<String, Object> view(String run) {
    return runs.find(run)
        .map(progress -> RunView.of(progress, clock.instant()))
        .or(() -> history.whole(run).map(RunView::of))
        .map(view -> Map.<String, Object>of("view", view))
        .orElse(Map.of());
  }

  private synchronized Map<String, Object> output(
      PeerQuestion question, Optional<RunProgress> progress) {
    progress.ifPresent(p -> followed.computeIfAbsent(question.run(), id -> new Followed(p)));
    // Before the output is read: an end that is seen here leaves none unread.
    Map<String, Object> answer = new LinkedHashMap<>(view(question.run()));
    Optional<Map<String, Object>> part =
        Optional.ofNullable(followed.get(question.run()))
            .map(found -> found.read(question, clock.instant()))
            .or(() -> history.whole(question.run()).map(end -> ended(question, end)));
    part.filter(some -> !answer.isEmpty()).ifPresent(some -> answer.put("output", some));
    return answer;
  }

  /** The whole output that the record keeps, for a daemon that has read nothing yet. */
  private static Map<String, Object> ended(PeerQuestion question, RunEnd end) {
    boolean unread = question.attempt() == 0;
    return PeerOutput.facts(end.attempt(), unread ? end.output() : "", 0);
  }

  /** Releases outputs that no daemon has asked for lately. */
  synchronized void forgetOld() {
    Instant oldest = clock.instant().minus(HELD);
    followed
        .values()
        .removeIf(
            f -> {
              boolean old = f.asked.isBefore(oldest);
              if (old) {
                f.capture.release();
              }
              return old;
            });
  }

  /** The output of a run, held for those who follow it. */
  private static final class Followed {
    private final RunProgress progress;
    private OutputCapture capture;
    private int attempt;
    private Instant asked = Instant.MAX;

    Followed(RunProgress progress) {
      this.progress = progress;
      this.attempt = progress.attempt();
      this.capture = progress.output();
      capture.hold();
    }

    Map<String, Object> read(PeerQuestion question, Instant now) {
      asked = now;
      boolean known = question.attempt() == attempt;
      if ((!known || question.offset() >= capture.total()) && progress.attempt() != attempt) {
        attempt = progress.attempt();
        capture.release();
        capture = progress.output();
        capture.hold();
      }
      long offset = question.attempt() == attempt ? question.offset() : 0;
      OutputCapture.Part part = capture.since(offset, PART);
      return PeerOutput.facts(
          attempt, new String(part.bytes(), StandardCharsets.UTF_8), part.next());
    }
  }
}
