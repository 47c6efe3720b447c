// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelcrond.config.Json;
import io.github.camelcrond.store.SavedCrontab;
import java.util.List;

/** Stored crontabs as the API shows them; the newest is number 1. */
final class CrontabVersions {
  private CrontabVersions() {}

  static ArrayNode list(List<String> stored) {
    ArrayNode answer = Json.mapper().createArrayNode();
    for (int number = 1; number <= stored.size(); number++) {
      int index = number;
      SavedCrontab.parse(stored.get(number - 1)).ifPresent(v -> answer.add(facts(index, v)));
    }
    return answer;
  }

  static ObjectNode one(List<String> stored, int number) {
    SavedCrontab version = find(stored, number);
    return facts(number, version).put("text", version.text());
  }

  static byte[] bytes(List<String> stored, int number) {
    return find(stored, number).bytes();
  }

  private static SavedCrontab find(List<String> stored, int number) {
    if (number < 1 || number > stored.size()) {
      throw new ApiProblem(404, "there is no version " + number + ", use 1 to " + stored.size());
    }
    return SavedCrontab.parse(stored.get(number - 1))
        .orElseThrow(() -> new ApiProblem(409, "version " + number + " cannot be read"));
  }

  private static ObjectNode facts(int number, SavedCrontab version) {
    return Json.mapper()
        .createObjectNode()
        .put("version", number)
        .put("saved", version.saved().toString())
        .put("host", version.host())
        .put("digest", version.digest())
        .put("lines", version.text().lines().count());
  }
}
