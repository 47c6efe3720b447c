// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A value read from JSON. A missing value is represented, too; null counts as missing. A conversion
 * to the wrong type throws a {@link JsonException} that names the key.
 */
public final class JsonValue implements Iterable<JsonValue> {
  private final String key;
  private final Object content;

  /**
   * @param key of the value, for messages
   * @param content a map, a list, a text, a number, a boolean, or null if there is none
   */
  JsonValue(String key, Object content) {
    this.key = key;
    this.content = content;
  }

  /** The value of key {@code name}; a missing value if there is none or this is not an object. */
  public JsonValue get(String name) {
    return new JsonValue(name, content instanceof Map<?, ?> members ? members.get(name) : null);
  }

  /** The value of key {@code name}; empty if it is missing. */
  public Optional<JsonValue> find(String name) {
    return Optional.of(get(name)).filter(JsonValue::exists);
  }

  /** Whether it is not missing. */
  public boolean exists() {
    return content != null;
  }

  /** Whether it is an object. */
  public boolean isObject() {
    return content instanceof Map;
  }

  /** Whether it is a list. */
  public boolean isList() {
    return content instanceof List;
  }

  /** Whether it is a string. */
  public boolean isText() {
    return content instanceof String;
  }

  /** Whether it is a number. */
  public boolean isNumber() {
    return content instanceof Number;
  }

  /** Whether it is true; false if it is missing. */
  public boolean isTrue() {
    if (content == null || content instanceof Boolean) {
      return Boolean.TRUE.equals(content);
    }
    throw refused("not true or false");
  }

  /** A string, or a number or boolean as a string. */
  public String text() {
    if (content == null || isObject() || isList()) {
      throw refused("not a string");
    }
    return content.toString();
  }

  /** An integer. */
  public int integer() {
    long number = longInteger();
    if (number != (int) number) {
      throw refused("out of range");
    }
    return (int) number;
  }

  /** An integer. */
  public long longInteger() {
    if (content instanceof Number number && number.doubleValue() == number.longValue()) {
      return number.longValue();
    }
    throw refused("not an integer");
  }

  /** Any number. */
  public double number() {
    if (content instanceof Number number) {
      return number.doubleValue();
    }
    throw refused("not a number");
  }

  /** An instant in ISO-8601. */
  public Instant instant() {
    try {
      return Instant.parse(text());
    } catch (DateTimeException e) {
      throw refused("not a timestamp");
    }
  }

  /** Members of an object in their order; none if it is something else. */
  public Map<String, JsonValue> members() {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    if (content instanceof Map<?, ?> map) {
      map.forEach((name, value) -> members.put((String) name, new JsonValue((String) name, value)));
    }
    return members;
  }

  /** Elements of a list; none if it is something else. */
  @Override
  public Iterator<JsonValue> iterator() {
    List<?> elements = content instanceof List<?> list ? list : List.of();
    return elements.stream().map(element -> new JsonValue(key, element)).iterator();
  }

  /** How many elements a list has; 0 if it is something else. */
  public int size() {
    return content instanceof List<?> list ? list.size() : 0;
  }

  /** As a map, list, text, number or boolean; null if it is missing. */
  public Object plain() {
    return content;
  }

  /** As JSON, in one line. */
  @Override
  public String toString() {
    return Json.text(content);
  }

  private JsonException refused(String why) {
    return new JsonException(content == null ? key + " is missing" : key + " is " + why);
  }
}
