// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpoolMessageTest {
  private static final byte[] BODY = {0, -1, 10};

  private static byte[] bytes(String head) {
    byte[] utf8 = head.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(4 + utf8.length + BODY.length)
        .putInt(utf8.length)
        .put(utf8)
        .put(BODY)
        .array();
  }

  @Test
  void keepsItsFormOnDisk() {
    Map<String, Object> headers = Map.of("b", "\u00e4\0\"", "a", 1, "d", 2.5, "c", true);

    assertThat(new SpoolMessage("job rabbitmq:x", "rabbitmq:x", headers, BODY).encoded())
        .isEqualTo(
            bytes(
                "{\"lane\":\"job rabbitmq:x\",\"endpoint\":\"rabbitmq:x\","
                    + "\"headers\":{\"a\":1,\"b\":\"\u00e4\\u0000\\\"\",\"c\":true,\"d\":2.5}}"));
  }

  @Test
  void isReadAsItWasWritten() throws IOException {
    Map<String, Object> headers =
        Map.of("text", "\ud83d\ude00\n", "int", -1, "long", 1L << 40, "part", 0.5, "flag", false);

    SpoolMessage read =
        SpoolMessage.decoded(new SpoolMessage("lane", "log:x", headers, BODY).encoded());

    assertThat(read.lane()).isEqualTo("lane");
    assertThat(read.endpoint()).isEqualTo("log:x");
    assertThat(read.headers()).isEqualTo(headers);
    assertThat(read.body()).isEqualTo(BODY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "{\"lane\":\"x\"}", "{\"lane\":\"x\",\"endpoint\":"})
  void whatIsDamagedIsRefused(String head) {
    assertThatThrownBy(() -> SpoolMessage.decoded(bytes(head)))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("message in the spool is damaged");
  }
}
