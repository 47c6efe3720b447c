// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import io.github.camelcrond.config.JsonValue;
import java.util.ArrayList;
import java.util.List;

/** Job-ids as people type them: a job-id or the beginning of one. */
final class JobIds {
  static final String DESCRIPTION =
      "The job-id, or the beginning of one if no other job-id has it.";

  private JobIds() {}

  /**
   * The job-id that is or begins with {@code start}; {@code start} itself if there is none, which
   * the daemon then rejects.
   *
   * @throws ApiException if several begin with it
   */
  static String find(ApiClient client, String start) throws ApiException {
    List<String> found = new ArrayList<>();
    for (JsonValue job : client.get("/jobs")) {
      String id = job.get("id").text();
      if (id.equals(start)) {
        return id;
      }
      if (!start.isEmpty() && id.startsWith(start)) {
        found.add(id);
      }
    }
    if (found.size() > 1) {
      throw ApiException.refused(
          "job " + start + " is ambiguous, use one of " + String.join(", ", found));
    }
    return found.isEmpty() ? start : found.get(0);
  }
}
