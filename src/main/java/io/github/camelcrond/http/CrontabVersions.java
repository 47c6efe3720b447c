// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import io.github.camelcrond.store.SavedCrontab;
import java.util.ArrayList;
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

  static Map<String, Object> one(List<String> stored, String text) {
    int number = number(stored, text);
    SavedCrontab version = find(stored, number);
    Map<String, Object> answer = facts(number, version);
    answer.put("text", version.text());
    return answer;
  }

  static byte[] bytes(List<String> stored, String text) {
    return find(stored, number(stored, text)).bytes();
  }

  private static int number(List<String> stored, String text) {
    if (!text.matches("-?[0-9]+")) {
      throw new ApiProblem(400, "version " + text + " is not a number, use 1 to " + stored.size());
    }
    if (text.length() > 9 || Integer.parseInt(text) < 1 || Integer.parseInt(text) > stored.size()) {
      throw new ApiProblem(404, "no such version: " + text + ", use 1 to " + stored.size());
    }
    return Integer.parseInt(text);
  }

  private static SavedCrontab find(List<String> stored, int number) {
    return SavedCrontab.parse(stored.get(number - 1))
        .orElseThrow(() -> new ApiProblem(409, "version " + number + " cannot be read"));
  }

  private static Map<String, Object> facts(int number, SavedCrontab version) {
    Map<String, Object> facts = version.facts(number);
    facts.put("lines", version.text().lines().count());
    return facts;
  }
}
