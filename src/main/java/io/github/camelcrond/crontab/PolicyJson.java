// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelcrond.config.Durations;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * Policies as a JSON object that holds what differs from the default. A key is the variable's name
 * without CRON_, in kebab-case; a value is what the variable takes, {@code retries} is a number.
 */
final class PolicyJson {
  private static final Policies NONE = Policies.DEFAULT;

  private PolicyJson() {}

  static void write(JsonGenerator json, Policies p) throws IOException {
    json.writeStartObject();
    if (!p.randomDelay().equals(NONE.randomDelay())) {
      json.writeStringField("random-delay", minutes(p.randomDelay()));
    }
    if (p.timeout().isPresent()) {
      json.writeStringField("timeout", Durations.format(p.timeout().get()));
    }
    if (!p.killAfter().equals(NONE.killAfter())) {
      json.writeStringField("kill-after", Durations.format(p.killAfter()));
    }
    if (p.overlap() != NONE.overlap()) {
      json.writeStringField("overlap", lower(p.overlap()));
    }
    if (p.group().isPresent()) {
      json.writeStringField("group", p.group().get().name() + ":" + p.group().get().limit());
    }
    if (p.retries() != NONE.retries()) {
      json.writeNumberField("retries", p.retries());
    }
    if (!p.retryDelay().equals(NONE.retryDelay())) {
      json.writeStringField("retry-delay", Durations.format(p.retryDelay()));
    }
    writeRest(json, p);
    json.writeEndObject();
  }

  private static void writeRest(JsonGenerator json, Policies p) throws IOException {
    if (p.catchUp().isPresent()) {
      json.writeStringField("catch-up", Durations.format(p.catchUp().get()));
    }
    if (p.maxAge().isPresent()) {
      json.writeStringField("max-age", Durations.format(p.maxAge().get()));
    }
    if (p.output().isPresent()) {
      json.writeStringField("output", p.output().get());
    }
    if (p.queue().isPresent()) {
      json.writeStringField("queue", p.queue().get());
    }
    if (p.onCrash() != NONE.onCrash()) {
      json.writeStringField("on-crash", lower(p.onCrash()));
    }
  }

  /**
   * Policies of such an object; keys that are not known are passed over.
   *
   * @throws LineException for a value that is not allowed
   */
  static Policies read(JsonNode json, EndpointRule endpoints) throws LineException {
    PolicyValues values = new PolicyValues(endpoints);
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      String name = variable(field.getKey());
      if (PolicyValues.NAMES.contains(name)) {
        values.set(name, field.getValue().asText());
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
