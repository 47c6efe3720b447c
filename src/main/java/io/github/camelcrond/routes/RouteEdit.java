// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.routes;

import io.github.camelcrond.routes.LoadedFiles.Loaded;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import org.apache.camel.util.function.ThrowingConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts an edited route file in force, entry by entry; a failure leaves the old routes in force. */
final class RouteEdit {
  private static final Logger LOG = LoggerFactory.getLogger("crond.routes");

  private final RouteSwap swap;
  private final LoadedFiles loaded;
  private final ThrowingConsumer<String, Exception> templates;
  private final BiPredicate<String, RouteText> users;

  /**
   * @param templates recreates the routes of the route template with the given id
   * @param users whether a text is a user's file, not the daemon's own
   */
  RouteEdit(
      RouteSwap swap,
      LoadedFiles loaded,
      ThrowingConsumer<String, Exception> templates,
      BiPredicate<String, RouteText> users) {
    this.swap = swap;
    this.loaded = loaded;
    this.templates = templates;
    this.users = users;
  }

  /** Removes the routes of the file {@code name}. */
  void remove(String name, Loaded old, RouteText empty) throws RouteFileException {
    loaded.byName().remove(name);
    take(old.text().items(), old.unnamed());
    if (old.text().items().stream().anyMatch(YamlItem::configures)) {
      configure(name, empty);
      renewAll(name);
    }
  }

  /**
   * Replaces {@code old} by {@code text}.
   *
   * @throws RouteFileException if that fails; the old routes stay in force
   */
  void replace(String name, Loaded old, RouteText text) throws RouteFileException {
    swap.check(text);
    loaded.checkIds(name, text);
    loaded.checkComplete(name, old.text(), text);
    boolean configures = !configurations(old.text()).equals(configurations(text));
    // Error handling is built into each route, so all routes are created again.
    List<YamlItem> gone = configures ? old.text().items() : minus(old.text().items(), text.items());
    List<YamlItem> come = configures ? text.items() : minus(text.items(), old.text().items());
    Set<String> added = Set.of();
    try {
      if (configures) {
        configure(name, text);
      }
      take(gone, old.unnamed());
      added = add(name, text, unconfigured(come));
      loaded.byName().put(name, loaded(text, come, added, old));
      if (configures) {
        renewAll(name);
      }
      for (YamlItem item : come) {
        renew(item);
      }
    } catch (RouteFileException | IllegalStateException e) {
      RouteFileException problem = RouteFileErrors.of(text, e);
      restore(name, old, come, added, configures);
      throw problem;
    }
    LOG.atInfo()
        .addKeyValue("file", text.file())
        .addKeyValue("routes", String.join(" ", added))
        .log("route file loaded");
  }

  private static Loaded loaded(RouteText text, List<YamlItem> come, Set<String> added, Loaded old) {
    boolean unnamed = come.stream().anyMatch(i -> i.id().isEmpty());
    boolean kept = !unnamed && text.items().stream().anyMatch(i -> i.id().isEmpty());
    return kept ? new Loaded(text, old.unnamed()) : Loaded.of(text, added);
  }

  private Set<String> add(String name, RouteText text, List<YamlItem> items)
      throws RouteFileException {
    Set<String> added = swap.add(text, items, users.test(name, text));
    Map<String, RouteText> routes = new LinkedHashMap<>();
    added.forEach(id -> routes.put(id, text));
    swap.start(routes, () -> {});
    return added;
  }

  /** Restores the routes that were in force before. */
  private void restore(
      String name, Loaded old, List<YamlItem> come, Set<String> added, boolean configures)
      throws RouteFileException {
    tryTake(come, added);
    loaded.byName().remove(name);
    if (configures) {
      configure(name, old.text());
    }
    if (!old.text().items().isEmpty()) {
      loaded.byName().put(name, old);
    }
    for (Map.Entry<String, Loaded> file : Map.copyOf(loaded.byName()).entrySet()) {
      RouteText kept = file.getValue().text();
      boolean unnamedGone = !swap.has(file.getValue().unnamed());
      List<YamlItem> missing =
          kept.own().stream().filter(i -> i.id().isEmpty() ? unnamedGone : !swap.has(i)).toList();
      Set<String> again = add(file.getKey(), kept, missing);
      if (unnamedGone) {
        loaded.byName().put(file.getKey(), Loaded.of(kept, again));
      }
      missing.forEach(this::renew);
    }
  }

  private void tryTake(List<YamlItem> items, Set<String> unnamed) {
    try {
      take(items, unnamed);
    } catch (IllegalStateException e) {
      LOG.atWarn().addKeyValue("reason", e.getMessage()).log("cannot remove route");
    }
  }

  private static List<String> configurations(RouteText text) {
    return text.items().stream().filter(YamlItem::configures).map(YamlItem::text).toList();
  }

  private static List<YamlItem> unconfigured(List<YamlItem> items) {
    return items.stream().filter(i -> !i.configures()).toList();
  }

  /**
   * Puts the configurations of {@code text} in force together with those of all files but {@code
   * name}.
   */
  private void configure(String name, RouteText text) throws RouteFileException {
    swap.removeConfigurations();
    for (RouteText other : loaded.others(name)) {
      addConfigurations(other);
    }
    addConfigurations(text);
  }

  private void addConfigurations(RouteText text) throws RouteFileException {
    swap.add(text, text.items().stream().filter(YamlItem::configures).toList(), false);
  }

  private void renewAll(String except) throws RouteFileException {
    for (Map.Entry<String, Loaded> file : Map.copyOf(loaded.byName()).entrySet()) {
      if (!file.getKey().equals(except)) {
        loaded.byName().put(file.getKey(), renewed(file.getKey(), file.getValue()));
      }
    }
    for (Loaded file : loaded.byName().values()) {
      file.text().items().forEach(this::renew);
    }
  }

  private Loaded renewed(String name, Loaded file) throws RouteFileException {
    RouteText text = file.text();
    boolean unnamed = text.own().stream().anyMatch(i -> i.isRoute() && i.id().isEmpty());
    List<YamlItem> routes =
        text.own().stream().filter(i -> i.isRoute() || (unnamed && i.id().isEmpty())).toList();
    take(routes, file.unnamed());
    Set<String> added = add(name, text, routes);
    return unnamed ? Loaded.of(text, added) : file;
  }

  private void renew(YamlItem item) {
    if (!item.kind().equals("routeTemplate")) {
      return;
    }
    try {
      templates.accept(item.id());
    } catch (Exception e) {
      throw new IllegalStateException("cannot create the routes of template " + item.id(), e);
    }
  }

  /** Entries without an id are indistinguishable: they are replaced together. */
  private static List<YamlItem> minus(List<YamlItem> items, List<YamlItem> others) {
    boolean sameUnnamed = unnamedText(items).equals(unnamedText(others));
    return items.stream()
        .filter(i -> i.id().isEmpty() ? !sameUnnamed : others.stream().noneMatch(o -> o.sameAs(i)))
        .toList();
  }

  private static List<String> unnamedText(List<YamlItem> items) {
    return items.stream().filter(i -> i.id().isEmpty()).map(YamlItem::text).toList();
  }

  private static Set<String> routes(List<YamlItem> items, Set<String> unnamed) {
    Set<String> ids = new LinkedHashSet<>();
    if (items.stream().anyMatch(i -> i.id().isEmpty())) {
      ids.addAll(unnamed);
    }
    items.stream().filter(i -> i.kind().equals("route")).forEach(i -> ids.add(i.id()));
    return ids;
  }

  /** Removes as many of {@code items} as possible. */
  private void take(List<YamlItem> items, Set<String> unnamed) {
    IllegalStateException failure = null;
    for (String id : routes(items, unnamed)) {
      try {
        swap.remove(id);
      } catch (IllegalStateException e) {
        failure = e;
      }
    }
    for (YamlItem item : items) {
      if (item.kind().equals("routeTemplate")) {
        swap.removeTemplate(item.id());
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
