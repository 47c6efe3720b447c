// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  private static final String ODD =
      "\0\u0001\b\t\n\f\r\u001f \"\\/\u007f\u00e4\u2028\u20ac\ud83d\ude00";

  @Test
  void writesWhatAnyReaderReads() throws Exception {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("b", ODD);
    value.put(ODD, Arrays.asList(1, 2L, 3.5, 0.1f, BigInteger.TEN.pow(30), true, null));
    value.put("empty", Map.of("list", List.of(), "object", Map.of(), "text", ""));

    Map<?, ?> read = new ObjectMapper().readValue(Json.text(value), Map.class);

    assertThat(List.<Object>copyOf(read.keySet())).isEqualTo(List.of("b", ODD, "empty"));
    assertThat(read.get("b")).isEqualTo(ODD);
    assertThat(read.get(ODD))
        .isEqualTo(Arrays.asList(1, 2, 3.5, 0.1, BigInteger.TEN.pow(30), true, null));
    assertThat(read.get("empty")).isEqualTo(value.get("empty"));
  }

  @Test
  void instantsAreIsoTexts() {
    assertThat(Json.text(Instant.parse("2026-11-22T00:00:00.012Z")))
        .isEqualTo("\"2026-11-22T00:00:00.012Z\"");
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/spec/json.csv", delimiter = '|', quoteCharacter = '`')
  void readsAndWritesAsItStands(String rule, String text, String written) {
    assertThat(Json.read(text).toString()).as(rule).isEqualTo(written);
  }

  @Test
  void aVeryLongTextComesBack() {
    String text = ("x".repeat(99) + ODD).repeat(40_000);

    assertThat(Json.read(Json.text(List.of(text))).iterator().next().text()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{", "[1,", "{\"a\":}", "x", "'a'", "\"a\nb\"", "NaN", "01", "]", "{1:2}"})
  void whatIsNoJsonIsRefused(String text) {
    assertThatThrownBy(() -> Json.read(text)).isInstanceOf(JsonException.class);
  }

  @Test
  void whatIsTooDeepIsRefused() {
    assertThatThrownBy(() -> Json.read("[".repeat(100_000)))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining("depth");
  }

  @Test
  void whatFollowsIsRefusedOnlyIfTheWholeIsAskedFor() {
    assertThat(Json.read("{} {}").isObject()).isTrue();
    assertThat(Json.readWhole(" {} \n").isObject()).isTrue();
    assertThatThrownBy(() -> Json.readWhole("{} {}")).isInstanceOf(JsonException.class);
    assertThatThrownBy(() -> Json.readWhole("{} x")).isInstanceOf(JsonException.class);
  }

  @Test
  void whatIsMissingIsAValueWithoutAnything() {
    JsonValue missing = Json.read("{\"a\":null}").get("a").get("b");

    assertThat(missing.exists()).isFalse();
    assertThat(missing.isTrue()).isFalse();
    assertThat(missing.size()).isZero();
    assertThat(missing.members()).isEmpty();
    assertThat(missing).isEmpty();
    assertThat(Json.read("  ").exists()).isFalse();
    assertThat(Json.read("{\"a\":null}").find("a")).isEmpty();
    assertThatThrownBy(missing::text).hasMessage("b is missing");
  }

  @Test
  void whatIsOfAnotherTypeIsRefused() {
    JsonValue read =
        Json.read("{\"text\":\"x\",\"list\":[],\"large\":3000000000,\"huge\":1e30,\"part\":1.5}");

    assertThatThrownBy(() -> read.get("text").integer()).hasMessage("text is not an integer");
    assertThatThrownBy(() -> read.get("text").number()).hasMessage("text is not a number");
    assertThatThrownBy(() -> read.get("text").isTrue()).hasMessage("text is not true or false");
    assertThatThrownBy(() -> read.get("text").instant()).hasMessage("text is not a timestamp");
    assertThatThrownBy(() -> read.get("list").text()).hasMessage("list is not a string");
    assertThatThrownBy(() -> read.get("large").integer()).hasMessage("large is out of range");
    assertThatThrownBy(() -> read.get("huge").longInteger()).hasMessage("huge is not an integer");
    assertThatThrownBy(() -> read.get("part").integer()).hasMessage("part is not an integer");
    assertThat(read.get("large").longInteger()).isEqualTo(3_000_000_000L);
    assertThat(read.get("part").number()).isEqualTo(1.5);
    assertThat(read.get("part").text()).isEqualTo("1.5");
  }
}
