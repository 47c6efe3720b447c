// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.config.JsonException;
import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.run.RunEndJson;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Copies the contents of one store to another, and counts them.
 *
 * @param versions crontabs
 * @param jobs in the route set
 * @param runs in the histories of these jobs
 * @param unreadable records that were left out
 */
public record StoreCopy(int versions, int jobs, int runs, int unreadable) {

  /** Whether {@code store} holds a crontab or jobs. */
  public static boolean holdsAnything(StoreContext store) {
    return store.request("store-crontab-read", "", Object.class) != null
        || !store.textByJob("store-routes-read", "").isEmpty();
  }

  /** Copies all contents; other contents of {@code to} are kept. */
  public static StoreCopy copy(StoreContext from, StoreContext to) {
    List<String> versions = new ArrayList<>(from.texts("store-versions-read", ""));
    Collections.reverse(versions);
    versions.forEach(version -> to.send("store-crontab-write", version));
    String current = from.request("store-crontab-read", "", String.class);
    if (current != null) {
      to.send("store-crontab-write", current);
    }
    Map<String, String> routes = from.textByJob("store-routes-read", "");
    to.send("store-routes-write", routes);
    int runs = 0;
    int unreadable = 0;
    for (String job : routes.keySet()) {
      List<String> records = from.runs(job);
      List<RunEnd> ends = ends(records);
      to.send("store-runs-write", ends);
      runs += ends.size();
      unreadable += records.size() - ends.size();
    }
    List<String> jobs = List.copyOf(routes.keySet());
    to.send("store-last-write", from.textByJob("store-last-read", jobs));
    to.send("store-bodies-write", from.textByJob("store-bodies-read", ""));
    from.texts("store-paused-read", "").forEach(job -> to.send("store-paused-add", job, ""));
    return new StoreCopy(versions.size(), routes.size(), runs, unreadable);
  }

  /** Oldest first, so that the newest ends up on top. */
  private static List<RunEnd> ends(List<String> newestFirst) {
    List<RunEnd> ends = new ArrayList<>();
    for (String json : newestFirst) {
      try {
        ends.add(0, RunEndJson.read(json));
      } catch (JsonException e) {
        // counted by the caller, as it is missing
      }
    }
    return ends;
  }
}
