// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads and writes JSON. There is no binding to classes: each class that is stored as JSON reads
 * and writes its own keys.
 */
public final class Json {
  /** The maximum depth: more than the daemon writes, and safe for the stack of a run's thread. */
  private static final int DEPTH = 100;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEPTH).build())
          .build();
  private static final int USUAL_LENGTH = 512;

  private Json() {}

  /** The factory for JSON that is written field by field; must not be reconfigured. */
  public static JsonFactory factory() {
    return FACTORY;
  }

  /**
   * {@code value} in one line. Maps, lists, numbers, booleans, null and values that were read keep
   * their type; all other values become strings, instants in ISO-8601.
   */
  public static String text(Object value) {
    StringWriter text = new StringWriter(USUAL_LENGTH);
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      write(json, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, Object value) throws IOException {
    if (value instanceof Map<?, ?> members) {
      json.writeStartObject();
      for (Map.Entry<?, ?> member : members.entrySet()) {
        json.writeFieldName(member.getKey().toString());
        write(json, member.getValue());
      }
      json.writeEndObject();
    } else if (value instanceof JsonValue read) {
      write(json, read.plain());
    } else if (value instanceof List<?> elements) {
      json.writeStartArray();
      for (Object element : elements) {
        write(json, element);
      }
      json.writeEndArray();
    } else if (value == null || value instanceof Number || value instanceof Boolean) {
      json.writeObject(value);
    } else {
      json.writeString(value.toString());
    }
  }

  /**
   * The value at the beginning of {@code text}; missing if the text is blank.
   *
   * @throws JsonException if there is something else
   */
  public static JsonValue read(String text) {
    return read(text, false);
  }

  /**
   * The value of {@code text}; missing if the text is blank.
   *
   * @throws JsonException if there is something else, or more
   */
  public static JsonValue readWhole(String text) {
    return read(text, true);
  }

  private static JsonValue read(String text, boolean whole) {
    try (JsonParser json = FACTORY.createParser(text)) {
      Object value = json.nextToken() == null ? null : value(json);
      if (whole && json.nextToken() != null) {
        throw new JsonException("unexpected text after the JSON value");
      }
      return new JsonValue("value", value);
    } catch (JsonProcessingException e) {
      throw new JsonException(e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The value that begins with the current token. The parser limits how deep it may go. */
  private static Object value(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case START_OBJECT -> {
        Map<String, Object> members = new LinkedHashMap<>();
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
          json.nextToken();
          members.put(name, value(json));
        }
        yield members;
      }
      case START_ARRAY -> {
        List<Object> elements = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          elements.add(value(json));
        }
        yield elements;
      }
      case VALUE_STRING -> json.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getNumberValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }
}
