// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The variables in force at a line, immutable. A scope is a shared base and its few changes since
 * then, so that thousands of lines, each of which changes one of a thousand variables, do not take
 * thousands of full maps.
 */
final class VariableScope extends AbstractMap<String, String> {
  /** The number of changes above which a new base is made. */
  private static final int CHANGES = 32;

  private static final VariableScope EMPTY = new VariableScope(Map.of(), Map.of());

  private final Map<String, String> base;
  private final Map<String, String> changes;
  private final int size;

  private VariableScope(Map<String, String> base, Map<String, String> changes) {
    this.base = base;
    this.changes = changes;
    this.size = base.size() + (int) added().count();
  }

  /** A scope without variables. */
  static VariableScope empty() {
    return EMPTY;
  }

  /** A copy in which {@code name} has {@code value}; an existing name keeps its position. */
  VariableScope with(String name, String value) {
    if (base.size() <= CHANGES || changes.size() >= CHANGES) {
      Map<String, String> merged = new LinkedHashMap<>(this);
      merged.put(name, value);
      return new VariableScope(merged, Map.of());
    }
    Map<String, String> more = new LinkedHashMap<>(changes);
    more.put(name, value);
    return new VariableScope(base, more);
  }

  private Stream<Entry<String, String>> added() {
    return changes.entrySet().stream().filter(change -> !base.containsKey(change.getKey()));
  }

  private Entry<String, String> current(Entry<String, String> entry) {
    return Map.entry(entry.getKey(), changes.getOrDefault(entry.getKey(), entry.getValue()));
  }

  @Override
  public String get(Object name) {
    String changed = changes.get(name);
    return changed == null ? base.get(name) : changed;
  }

  @Override
  public boolean containsKey(Object name) {
    return base.containsKey(name) || changes.containsKey(name);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Set<Entry<String, String>> entrySet() {
    if (changes.isEmpty()) {
      return Collections.unmodifiableMap(base).entrySet();
    }
    return new AbstractSet<>() {
      @Override
      public Iterator<Entry<String, String>> iterator() {
        return Stream.concat(base.entrySet().stream().map(e -> current(e)), added()).iterator();
      }

      @Override
      public int size() {
        return size;
      }
    };
  }
}
