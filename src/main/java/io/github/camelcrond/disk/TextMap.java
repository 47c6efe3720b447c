// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.disk;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.h2.mvstore.MVMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One map of a {@link MapFile}, sorted by key. A value whose checksum does not match is reported
 * once and counts as absent. Valid only within the function that it was passed to.
 */
public final class TextMap {
  private static final Logger LOG = LoggerFactory.getLogger("crond.store");
  private static final char LAST = '\uffff';

  private final MVMap<String, String> map;
  private final Set<String> reported;

  /**
   * @param reported values that a warning has been written for
   */
  TextMap(MVMap<String, String> map, Set<String> reported) {
    this.map = map;
    this.reported = reported;
  }

  /** The value of {@code key}. */
  public Optional<String> get(String key) {
    return Optional.ofNullable(map.get(key)).flatMap(stored -> open(key, stored));
  }

  private Optional<String> open(String key, String stored) {
    Optional<String> value = CheckedText.open(key, stored);
    if (value.isEmpty()) {
      report(map.getName(), key, reported);
    }
    return value;
  }

  /** Logs a warning that an entry is left out, once for each entry. */
  static void report(String map, String key, Set<String> reported) {
    if (reported.add(map + '\0' + key)) {
      LOG.atWarn()
          .addKeyValue("map", map)
          .addKeyValue("key", key.replace('\0', '/'))
          .log("skipping damaged stored value");
    }
  }

  /** Sets the value of {@code key}. */
  public void put(String key, String value) {
    map.put(key, CheckedText.seal(key, value));
  }

  /** Removes {@code key}; no error if it is absent. */
  public void remove(String key) {
    map.remove(key);
  }

  /** The keys that begin with {@code prefix}, in ascending order, including damaged entries. */
  public List<String> keys(String prefix) {
    List<String> found = new ArrayList<>();
    Iterator<String> keys = map.keyIterator(prefix);
    for (boolean more = keys.hasNext(); more; more = more && keys.hasNext()) {
      String key = keys.next();
      more = key.startsWith(prefix);
      if (more) {
        found.add(key);
      }
    }
    return found;
  }

  /** A copy of the entries whose keys begin with {@code prefix}. */
  public TreeMap<String, String> entries(String prefix) {
    TreeMap<String, String> entries = new TreeMap<>();
    for (String key : keys(prefix)) {
      get(key).ifPresent(value -> entries.put(key, value));
    }
    return entries;
  }

  /** Sets all {@code entries}. */
  public void putAll(Map<String, String> entries) {
    entries.forEach(this::put);
  }

  /** The first key that begins with {@code prefix}. */
  public Optional<String> first(String prefix) {
    return Optional.ofNullable(map.ceilingKey(prefix)).filter(key -> key.startsWith(prefix));
  }

  /** The last key that begins with {@code prefix}. */
  public Optional<String> last(String prefix) {
    return Optional.ofNullable(map.lowerKey(prefix + LAST)).filter(key -> key.startsWith(prefix));
  }

  /** The number of keys that begin with {@code prefix}, without visiting them. */
  public long count(String prefix) {
    Optional<String> first = first(prefix);
    return first.isEmpty()
        ? 0
        : map.getKeyIndex(last(prefix).orElseThrow()) - map.getKeyIndex(first.get()) + 1;
  }
}
