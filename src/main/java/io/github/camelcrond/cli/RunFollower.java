// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import io.github.camelcrond.config.Json;
import io.github.camelcrond.config.JsonException;
import io.github.camelcrond.config.JsonValue;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Follows a run until it has ended. */
final class RunFollower {
  private static final String EVENT = "event: ";
  private static final String DATA = "data: ";

  /** How long a run may take to begin if no worker has to take it first. */
  private static final Duration UNTIL_BEGUN = Duration.ofSeconds(5);

  private final ApiClient client;
  private final String job;
  private final String run;

  RunFollower(ApiClient client, String job, String run) {
    this.client = client;
    this.job = job;
    this.run = run;
  }

  /**
   * Passes the output of the run to {@code output} and returns the ended run.
   *
   * @param queued whether the run begins when a worker takes it
   */
  JsonValue follow(boolean queued, Consumer<String> output)
      throws ApiException, InterruptedException {
    String path = "/runs/" + run;
    long patience = System.nanoTime() + UNTIL_BEGUN.toNanos();
    while (true) {
      try {
        boolean followed = events(path + "/output", output);
        JsonValue now = client.get(path + "?job=" + ApiClient.encode(job));
        if (now.get("ended").exists()) {
          if (!followed) {
            output.accept(client.text(path + "/output?job=" + ApiClient.encode(job)));
          }
          return now;
        }
      } catch (ApiException e) {
        // The daemon answers to a request for a run before the run has begun.
        if (!e.answered() || !queued && System.nanoTime() - patience > 0) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(queued ? 200 : 20);
      }
    }
  }

  /** Reads all events; returns false if there were none because the run had already ended. */
  private boolean events(String path, Consumer<String> output) throws ApiException {
    try (Stream<String> lines = client.events(path)) {
      String event = "";
      boolean any = false;
      for (Iterator<String> all = lines.iterator(); all.hasNext(); ) {
        String line = all.next();
        any = true;
        if (line.startsWith(EVENT)) {
          event = line.substring(EVENT.length());
        } else if (line.startsWith(DATA)) {
          text(event, line.substring(DATA.length())).ifPresent(output);
        }
      }
      return any;
    } catch (UncheckedIOException e) {
      throw new ApiException("connection to the daemon lost while following the run", e);
    }
  }

  private static Optional<String> text(String event, String data) {
    try {
      JsonValue json = Json.read(data);
      return switch (event) {
        case "output" -> Optional.of(json.get("text").text());
        case "attempt" -> Optional.of("-- try " + json.get("attempt").integer() + " --\n");
        default -> Optional.empty();
      };
    } catch (JsonException e) {
      return Optional.empty();
    }
  }
}
