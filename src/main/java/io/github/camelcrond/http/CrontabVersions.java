// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import io.github.camelcrond.store.SavedCrontab;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Stored crontabs as the API shows them; the newest is number 1. */
final class CrontabVersions {
  private CrontabVersions() {}

  static List<Map<String, Object>> list(List<String> stored) {
    List<Map<String, Object>> answer = new ArrayList<>();
    for (int number = 1; number <= stored.size(); number++) {
      int index = number;
      SavedCrontab.parse(stored.get(number - 1)).ifPresent(v -> answer.add(facts(index, v)));
    }
    return answer;
  }

  static Map<String, Object> one(List<String> stored, int number) {
    SavedCrontab version = find(stored, number);
    Map<String, Object> answer = facts(number, version);
    answer.put("text", version.text());
    return answer;
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

  private static Map<String, Object> facts(int number, SavedCrontab version) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("version", number);
    facts.put("saved", version.saved());
    facts.put("host", version.host());
    facts.put("digest", version.digest());
    facts.put("lines", version.text().lines().count());
    return facts;
  }
}
