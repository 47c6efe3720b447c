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
 * The one way in which values are written as JSON and read. Without binding to classes: who keeps
 * something as JSON says key by key what becomes of it.
 */
public final class Json {
  /** Deeper than anything of ours, and no more than the stack of a run's thread takes. */
  private static final int DEPTH = 100;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEPTH).build())
          .build();
  private static final int USUAL_LENGTH = 512;

  private Json() {}

  /** For what is written field by field; not to be reconfigured. */
  public static JsonFactory factory() {
    return FACTORY;
  }

  /**
   * {@code value} in one line. Maps, lists, numbers, booleans, null and values that were read are
   * what they are in JSON; all else is a text: instants as ISO-8601.
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
   * The value at the beginning of {@code text}; missing if there is only white space.
   *
   * @throws JsonException if there is something else
   */
  public static JsonValue read(String text) {
    return read(text, false);
  }

  /**
   * The value that {@code text} holds; missing if there is only white space.
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
        throw new JsonException("something follows the value");
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
