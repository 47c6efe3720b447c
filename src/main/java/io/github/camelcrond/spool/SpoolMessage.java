// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import io.github.camelcrond.config.Json;
import io.github.camelcrond.config.JsonException;
import io.github.camelcrond.config.JsonValue;
import io.github.camelcrond.disk.DamagedRecordException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A message that is to be sent.
 *
 * @param lane messages of one lane are sent in order, one at a time
 * @param endpoint the URI of its receiver
 * @param headers texts, numbers and booleans
 */
public record SpoolMessage(String lane, String endpoint, Map<String, Object> headers, byte[] body) {

  /** Whether {@code endpoint} is one of RabbitMQ. */
  static boolean isToBroker(String endpoint) {
    return endpoint.startsWith("rabbitmq:") || endpoint.startsWith("spring-rabbitmq:");
  }

  /** The record of the message: the length of the head, the head as JSON, the body. */
  byte[] encoded() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("lane", lane);
    facts.put("endpoint", endpoint);
    facts.put("headers", new TreeMap<>(headers));
    byte[] head = Json.text(facts).getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(4 + head.length + body.length)
        .putInt(head.length)
        .put(head)
        .put(body)
        .array();
  }

  /**
   * The message of a record that {@link #encoded} has returned.
   *
   * @throws DamagedRecordException if {@code bytes} are not such a record
   */
  static SpoolMessage decoded(byte[] bytes) throws DamagedRecordException {
    int length = bytes.length < 4 ? -1 : ByteBuffer.wrap(bytes).getInt();
    if (length < 0 || length > bytes.length - 4) {
      throw new DamagedRecordException("message in the spool is damaged");
    }
    try {
      JsonValue head = Json.read(new String(bytes, 4, length, StandardCharsets.UTF_8));
      Map<String, Object> headers = new LinkedHashMap<>();
      head.get("headers").members().forEach((name, value) -> headers.put(name, value.plain()));
      return new SpoolMessage(
          head.get("lane").text(),
          head.get("endpoint").text(),
          headers,
          Arrays.copyOfRange(bytes, 4 + length, bytes.length));
    } catch (JsonException e) {
      throw new DamagedRecordException("message in the spool is damaged: " + e.getMessage());
    }
  }
}
