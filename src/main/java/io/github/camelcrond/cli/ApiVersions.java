// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelcrond.store.SavedCrontab;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The stored versions of the crontab, as a running daemon has them. */
final class ApiVersions {
  private static final String PATH = "/crontab/versions";

  private final ApiClient client;

  ApiVersions(ApiClient client) {
    this.client = client;
  }

  /** All, newest first. */
  List<Optional<SavedCrontab>> all() throws ApiException {
    List<Optional<SavedCrontab>> versions = new ArrayList<>();
    for (JsonNode summary : client.get(PATH)) {
      int number = summary.path("version").asInt();
      while (versions.size() < number - 1) {
        versions.add(Optional.empty());
      }
      versions.add(Optional.of(version(client.get(PATH + "/" + number))));
    }
    return versions;
  }

  private static SavedCrontab version(JsonNode json) {
    return new SavedCrontab(
        json.path("text").asText(),
        json.path("digest").asText(),
        Instant.parse(json.path("saved").asText()),
        json.path("host").asText(),
        Optional.empty());
  }

  /** Has the daemon bring one back. */
  void restore(int number) throws ApiException {
    client.post(PATH + "/" + number + "/restore");
  }
}
