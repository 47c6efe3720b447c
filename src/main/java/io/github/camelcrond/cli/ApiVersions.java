// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import io.github.camelcrond.config.JsonValue;
import io.github.camelcrond.store.SavedCrontab;
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
    for (JsonValue summary : client.get(PATH)) {
      int number = summary.get("version").integer();
      while (versions.size() < number - 1) {
        versions.add(Optional.empty());
      }
      versions.add(Optional.of(version(client.get(PATH + "/" + number))));
    }
    return versions;
  }

  private static SavedCrontab version(JsonValue json) {
    return new SavedCrontab(
        json.get("text").text(),
        json.get("digest").text(),
        json.get("saved").instant(),
        json.get("host").text(),
        Optional.empty());
  }

  /** Has the daemon bring one back in place of the crontab that is there now. */
  void restore(int number) throws ApiException {
    String replaced = '"' + client.get("/crontab").get("digest").text() + '"';
    client.post(PATH + "/" + number + "/restore", "If-Match", replaced);
  }
}
