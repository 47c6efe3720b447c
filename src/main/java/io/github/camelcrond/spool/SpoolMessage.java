// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.github.camelcrond.config.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * A message that waits to be sent.
 *
 * @param lane those of one lane are sent in order, one after the other
 * @param endpoint URI it goes to
 * @param headers texts, numbers and booleans
 */
public record SpoolMessage(String lane, String endpoint, Map<String, Object> headers, byte[] body) {

  private record Head(String lane, String endpoint, Map<String, Object> headers) {}

  private static final ObjectWriter WRITER = Json.mapper().writerFor(Head.class);
  private static final ObjectReader READER = Json.mapper().readerFor(new TypeReference<Head>() {});

  /** Whether it goes to RabbitMQ. */
  public boolean toBroker() {
    return endpoint.startsWith("rabbitmq:") || endpoint.startsWith("spring-rabbitmq:");
  }

  /** As bytes for a file: the length of the head, the head as JSON, the body. */
  byte[] encoded() {
    try {
      byte[] head = WRITER.writeValueAsBytes(new Head(lane, endpoint, new TreeMap<>(headers)));
      return ByteBuffer.allocate(4 + head.length + body.length)
          .putInt(head.length)
          .put(head)
          .put(body)
          .array();
    } catch (IOException e) {
      throw new IllegalArgumentException("headers cannot be written as JSON", e);
    }
  }

  /**
   * What {@link #encoded} made bytes of.
   *
   * @throws IOException if it did not
   */
  static SpoolMessage decoded(byte[] bytes) throws IOException {
    int length = bytes.length < 4 ? -1 : ByteBuffer.wrap(bytes).getInt();
    if (length < 0 || length > bytes.length - 4) {
      throw new IOException("spooled message is damaged");
    }
    Head head = READER.readValue(bytes, 4, length);
    return new SpoolMessage(
        head.lane,
        head.endpoint,
        head.headers,
        Arrays.copyOfRange(bytes, 4 + length, bytes.length));
  }
}
