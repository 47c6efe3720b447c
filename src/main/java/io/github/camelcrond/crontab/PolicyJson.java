// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import io.github.camelcrond.config.Durations;
import io.github.camelcrond.config.JsonValue;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Policies as a JSON object that contains the values that differ from the default. A key is the
 * name of the variable without {@code CRON_}, in kebab-case; a value is the value of the variable
 * as a string, or a number for {@code retries}.
 */
final class PolicyJson {
  private static final Policies NONE = Policies.DEFAULT;

  private PolicyJson() {}

  static Map<String, Object> facts(Policies p) {
    Map<String, Object> facts = new LinkedHashMap<>();
    if (!p.randomDelay().equals(NONE.randomDelay())) {
      facts.put("random-delay", minutes(p.randomDelay()));
    }
    p.timeout().ifPresent(d -> facts.put("timeout", Durations.format(d)));
    if (!p.killAfter().equals(NONE.killAfter())) {
      facts.put("kill-after", Durations.format(p.killAfter()));
    }
    if (p.overlap() != NONE.overlap()) {
      facts.put("overlap", lower(p.overlap()));
    }
    p.group().ifPresent(g -> facts.put("group", g.name() + ":" + g.limit()));
    if (p.scope() != NONE.scope()) {
      facts.put("scope", lower(p.scope()));
    }
    if (p.on() != NONE.on()) {
      facts.put("on", lower(p.on()));
    }
    if (p.retries() != NONE.retries()) {
      facts.put("retries", p.retries());
    }
    if (!p.retryDelay().equals(NONE.retryDelay())) {
      facts.put("retry-delay", Durations.format(p.retryDelay()));
    }
    if (p.retryOn() != NONE.retryOn()) {
      facts.put("retry-on", lower(p.retryOn()));
    }
    p.catchUp().ifPresent(d -> facts.put("catch-up", Durations.format(d)));
    p.maxAge().ifPresent(d -> facts.put("max-age", Durations.format(d)));
    p.output().ifPresent(output -> facts.put("output", output));
    p.queue().ifPresent(queue -> facts.put("queue", queue));
    if (p.onCrash() != NONE.onCrash()) {
      facts.put("on-crash", lower(p.onCrash()));
    }
    p.onStoreDown().ifPresent(what -> facts.put("on-store-down", lower(what)));
    return facts;
  }

  /**
   * Reads policies from such an object; unknown keys are ignored.
   *
   * @throws LineException if a value is invalid
   */
  static Policies read(JsonValue json, EndpointRule endpoints) throws LineException {
    PolicyValues values = new PolicyValues(endpoints);
    for (Map.Entry<String, JsonValue> field : json.members().entrySet()) {
      String name = variable(field.getKey());
      if (PolicyValues.NAMES.contains(name)) {
        values.set(name, field.getValue().text());
      }
    }
    return values.policies();
  }

  private static String variable(String key) {
    String name = key.toUpperCase(Locale.ROOT).replace('-', '_');
    return name.equals("RANDOM_DELAY") ? name : "CRON_" + name;
  }

  private static String minutes(Duration duration) {
    return Long.toString(duration.toMinutes());
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
