// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import io.github.camelcrond.config.JsonValue;
import io.github.camelcrond.store.SavedCrontab;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The stored versions of the crontab, read through a running daemon. */
final class ApiVersions {
  private static final String PATH = "/crontab/versions";

  private final ApiClient client;

  ApiVersions(ApiClient client) {
    this.client = client;
  }

  /** All versions, newest first; empty in place of one that is unreadable. */
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

  /** The current crontab file: its text and its SHA-256 digest. */
  record Current(String text, String digest) {}

  Current current() throws ApiException {
    JsonValue json = client.get("/crontab");
    return new Current(json.get("text").text(), json.get("digest").text());
  }

  /** Restores a version, unless the file has changed since {@code replaced} was read. */
  void restore(int number, Current replaced) throws ApiException {
    client.post(PATH + "/" + number + "/restore", "If-Match", '"' + replaced.digest() + '"');
  }
}
