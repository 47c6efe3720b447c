// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.routes;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The route files whose routes are in force, by name, and the checks across all of them. */
final class LoadedFiles {
  private final Map<String, Loaded> files = new TreeMap<>();

  /** A file in force: its text, and the ids of the routes whose entries have none. */
  record Loaded(RouteText text, Set<String> unnamed) {

    /** A file whose {@code text} led to the routes {@code added}. */
    static Loaded of(RouteText text, Set<String> added) {
      Set<String> unnamed = new HashSet<>(added);
      text.items().forEach(i -> unnamed.remove(i.id()));
      return new Loaded(text, unnamed);
    }
  }

  Map<String, Loaded> byName() {
    return files;
  }

  /** Texts of all files but {@code name}. */
  List<RouteText> others(String name) {
    return files.entrySet().stream()
        .filter(file -> !file.getKey().equals(name))
        .map(file -> file.getValue().text)
        .toList();
  }

  /** Rejects ids and endpoints of another file: Camel would replace the other file's route. */
  void checkIds(String name, RouteText text) throws RouteFileException {
    for (RouteText other : others(name)) {
      for (YamlItem item : text.items()) {
        String where = text.file() + ":" + (item.from() + 1) + ":1";
        if (other.hasOneNamedAs(item)) {
          throw new RouteFileException(
              where, item.kind() + " " + item.id() + " is already defined in " + other.file());
        }
        if (item.isDaemons() && other.items().stream().anyMatch(i -> i.uri().equals(item.uri()))) {
          throw new RouteFileException(
              where, "endpoint " + item.uri() + " is already consumed in " + other.file());
        }
      }
    }
  }

  /** Rejects {@code text} in place of {@code old} if it lacks a route that the daemon needs. */
  void checkComplete(String name, RouteText old, RouteText text) throws RouteFileException {
    Set<String> missing = DaemonRoutes.in(old.items());
    missing.removeAll(DaemonRoutes.in(text.items()));
    if (!missing.isEmpty()) {
      others(name).forEach(other -> missing.removeAll(DaemonRoutes.in(other.items())));
    }
    if (!missing.isEmpty()) {
      throw new RouteFileException(text.file() + ":1:1", missing(missing));
    }
  }

  /** Those of {@code names} that are in no file. */
  Set<String> without(Set<String> names) {
    Set<String> missing = new HashSet<>(names);
    files.values().forEach(file -> missing.removeAll(DaemonRoutes.in(file.text.items())));
    return missing;
  }

  static String missing(Set<String> names) {
    String name = names.iterator().next();
    return name.startsWith("template")
        ? "route " + name + " is missing, every run requires it"
        : "no route consumes from " + name + ", to which routes of the daemon send";
  }
}
