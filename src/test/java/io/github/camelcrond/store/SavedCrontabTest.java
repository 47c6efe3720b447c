// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.config.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SavedCrontabTest {
  private static final Instant SAVED = Instant.parse("2026-11-22T00:00:00.012345Z");
  private static final String TEXT = "# \u00e4 \ud83d\ude00 \"\\\0\r\n@daily\t- true\n";

  private static SavedCrontab of(byte[] bytes) {
    return SavedCrontab.of(bytes, SAVED, "h\u00f6st");
  }

  @Test
  void keepsItsFormInTheStore() {
    byte[] bytes = {'a', -1, '\n'};

    assertThat(of(bytes).json())
        .isEqualTo(
            "{\"text\":\"a\ufffd\\n\",\"digest\":\""
                + Sha256.hex(bytes)
                + "\",\"saved\":\"2026-11-22T00:00:00.012345Z\",\"host\":\"h\u00f6st\","
                + "\"base64\":\"Yf8K\"}");
    assertThat(of(new byte[] {'a'}).json()).doesNotContain("base64");
  }

  @Test
  void comesBackByteForByte() {
    byte[] text = TEXT.repeat(10_000).getBytes(StandardCharsets.UTF_8);
    byte[] binary = {'a', -1, 0, '\n'};

    assertThat(SavedCrontab.parse(of(text).json())).contains(of(text));
    assertThat(SavedCrontab.parse(of(binary).json()).orElseThrow().bytes()).isEqualTo(binary);
  }

  @Test
  void whatIsWrittenByHandNeedsNoMoreThanTheText() {
    SavedCrontab read =
        SavedCrontab.parse("{\"later\":{\"a\":[1]},\"text\":\"x\",\"host\":null}").orElseThrow();

    assertThat(read).isEqualTo(SavedCrontab.of(new byte[] {'x'}, Instant.EPOCH, "unknown"));
  }

  @Test
  void whoeverEditsTheTextAndTheDigestIsRidOfTheBytes() {
    String stored =
        of(new byte[] {'a', -1})
            .json()
            .replace("a\ufffd", "b")
            .replaceFirst("\"digest\":\"[0-9a-f]*\"", "\"digest\":\"\"");

    SavedCrontab read = SavedCrontab.parse(stored).orElseThrow();

    assertThat(read.bytes()).isEqualTo(new byte[] {'b'});
    assertThat(read.base64()).isEmpty();
  }

  @Test
  void isDamagedIfItDoesNotMatchItsDigest() {
    String stored = of("* * * * * root rm -r /tmp/x".getBytes(StandardCharsets.UTF_8)).json();

    assertThat(SavedCrontab.parse(stored.replace("/tmp/x", "/tmp x"))).isEmpty();
    assertThat(SavedCrontab.parse(stored.replaceFirst("\"digest\":\"[0-9a-f]*\",", "")))
        .isPresent();
    String binary = of(new byte[] {'a', -1}).json();
    assertThat(SavedCrontab.parse(binary.replaceFirst(",\"base64\".*\"", ""))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"te",
        "{\"text\":null}",
        "{\"text\":{}}",
        "{\"text\":\"x\",\"saved\":\"soon\"}",
        "{\"text\":\"x\",\"base64\":\"?\",\"digest\":\"1\"}"
      })
  void isNotReadFromAnythingElse(String json) {
    assertThat(SavedCrontab.parse(json)).isEmpty();
  }
}
