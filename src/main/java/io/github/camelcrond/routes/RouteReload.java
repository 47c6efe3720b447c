// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.routes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the routes of a running context as the route files say. A file that cannot be used is
 * refused, what it said before stays in force.
 */
public final class RouteReload {
  private static final Logger LOG = LoggerFactory.getLogger("crond.routes");

  /** A file that changed less than this ago may still be being written. */
  private static final Duration SETTLED = Duration.ofMillis(200);

  private final CamelContext context;
  private final Supplier<? extends Map<String, Path>> files;
  private final RouteSwap swap;
  private final Templates templates;
  private final Clock clock;
  private final Map<String, Loaded> loaded = new TreeMap<>();

  /** Files of which only that is loaded which is for all. */
  private final Map<String, RouteText> begun = new HashMap<>();

  private final Map<String, Seen> seen = new HashMap<>();
  private final Map<String, String> problems = new ConcurrentSkipListMap<>();

  /** Told when a route template is another. */
  @FunctionalInterface
  public interface Templates {
    /**
     * Makes the routes of the template {@code id} again.
     *
     * @throws Exception if that fails
     */
    void changed(String id) throws Exception;
  }

  /** What is in force of a file: its text, and the routes of entries that name none. */
  private record Loaded(RouteText text, Set<String> unnamed) {}

  /** What a file looked like when it was last read. */
  private record Seen(Path path, long size, Instant changed, Object inode) {}

  /**
   * @param files the route files by name, as they are now
   */
  public RouteReload(
      CamelContext context,
      Supplier<? extends Map<String, Path>> files,
      Templates templates,
      Clock clock) {
    this.context = context;
    this.files = files;
    this.templates = templates;
    this.swap = new RouteSwap(context);
    this.clock = clock;
  }

  /**
   * Loads all files that are not loaded yet; to be called once, in a started context.
   *
   * @throws RouteFileException if one cannot be used
   */
  public void start() throws RouteFileException {
    start((name, text) -> true, () -> {});
  }

  /**
   * Loads the files whose relative name and text {@code wanted} takes and that are not loaded yet;
   * to be called in a started context until all are. What stands in a file for the routes of all
   * (configurations, beans) is loaded with the first of these calls.
   *
   * @param before runs when all their routes are there, and none but those of {@code direct:} takes
   *     a message yet
   * @throws RouteFileException if one of these cannot be used
   */
  public synchronized void start(BiPredicate<String, String> wanted, Runnable before)
      throws RouteFileException {
    List<RouteText> shared = new ArrayList<>();
    List<RouteText> texts = new ArrayList<>();
    for (Map.Entry<String, Path> file : files.get().entrySet()) {
      String name = file.getKey();
      if (loaded.containsKey(name)) {
        continue;
      }
      RouteText text = begun.get(name);
      if (text == null) {
        Seen found = look(file.getValue());
        String content = read(file.getValue());
        if (!wanted.test(name, content) && !RouteText.mayShare(content)) {
          continue;
        }
        text = RouteText.of(file.getValue().toString(), content);
        seen.put(name, found);
        begun.put(name, text);
        shared.add(text);
      }
      if (wanted.test(name, text.text())) {
        begun.remove(name);
        checkIds(name, text);
        texts.add(text);
        loaded.put(name, new Loaded(text, Set.of()));
      }
    }
    addAll(shared, texts, before);
  }

  /** All routes are there before the first of them takes a message. */
  private void addAll(List<RouteText> shared, List<RouteText> texts, Runnable before)
      throws RouteFileException {
    Map<String, RouteText> waiting = new LinkedHashMap<>();
    context.setAutoStartup(false);
    try {
      for (RouteText text : shared) {
        swap.add(text, text.shared());
      }
      for (RouteText text : texts) {
        Set<String> added = swap.add(text, text.own());
        loaded.replaceAll((name, l) -> l.text == text ? new Loaded(text, unnamed(text, added)) : l);
        added.forEach(id -> waiting.put(id, text));
      }
    } finally {
      context.setAutoStartup(true);
    }
    swap.start(waiting, before);
  }

  private static Set<String> unnamed(RouteText text, Set<String> added) {
    Set<String> unnamed = new HashSet<>(added);
    text.items().forEach(i -> unnamed.remove(i.id()));
    return unnamed;
  }

  /** Looks at the files and takes over what has changed. */
  public synchronized void look() {
    Map<String, Path> now = files.get();
    for (String name : List.copyOf(loaded.keySet())) {
      if (!now.containsKey(name)) {
        removed(name);
      }
    }
    problems.keySet().retainAll(now.keySet());
    now.forEach(this::lookAt);
  }

  /** What is wrong with files that were refused, each beginning with file, line and column. */
  public List<String> problems() {
    return List.copyOf(problems.values());
  }

  private void removed(String name) {
    Loaded old = loaded.remove(name);
    seen.remove(name);
    take(old.text, old.text.items(), old.unnamed);
    LOG.atInfo().addKeyValue("file", old.text.file()).log("route file is gone");
    if (old.text.items().stream().anyMatch(YamlItem::configures)) {
      try {
        configure(name, empty(Path.of(old.text.file())));
        renewAll(name);
      } catch (RouteFileException e) {
        throw new IllegalStateException("routes that were in force cannot be made again", e);
      }
    }
  }

  private void lookAt(String name, Path path) {
    Seen found;
    try {
      found = look(path);
    } catch (UncheckedIOException e) {
      return; // gone meanwhile, seen the next time
    }
    if (found.equals(seen.get(name))
        || Duration.between(found.changed, clock.instant()).abs().compareTo(SETTLED) < 0) {
      return;
    }
    seen.put(name, found);
    try {
      RouteText text = RouteText.of(path.toString(), read(path));
      Loaded old = loaded.getOrDefault(name, new Loaded(empty(path), Set.of()));
      boolean changed =
          !text.text().equals(old.text.text()) || !path.toString().equals(old.text.file());
      if (changed) {
        replace(name, old, text);
      }
      if (problems.remove(name) != null && !changed) {
        LOG.atInfo().addKeyValue("file", path).log("route file is as it was before, in force");
      }
    } catch (RouteFileException e) {
      problems.put(name, e.getMessage());
      LOG.atWarn()
          .addKeyValue("reason", e.getMessage())
          .log("route file is refused, the next start would be, too");
    } catch (UncheckedIOException e) {
      seen.remove(name);
    }
  }

  private static RouteText empty(Path path) {
    return new RouteText(path.toString(), "", List.of());
  }

  private void replace(String name, Loaded old, RouteText text) throws RouteFileException {
    swap.check(text);
    checkIds(name, text);
    boolean configures = !configurations(old.text).equals(configurations(text));
    // How failures are dealt with is built into each route.
    List<YamlItem> gone = configures ? old.text.items() : minus(old.text.items(), text.items());
    List<YamlItem> come = configures ? text.items() : minus(text.items(), old.text.items());
    Set<String> added;
    try {
      if (configures) {
        configure(name, text);
      }
      take(old.text, gone, old.unnamed);
      added = swap.add(text, unconfigured(come));
    } catch (RouteFileException e) {
      if (configures) {
        configure(name, old.text);
        take(old.text, gone, old.unnamed);
      }
      Set<String> again = swap.add(old.text, unconfigured(gone));
      loaded.put(name, new Loaded(old.text, unnamed(old.text, again)));
      throw e;
    }
    loaded.put(name, new Loaded(text, unnamed(text, added)));
    if (configures) {
      renewAll(name);
    }
    try {
      for (YamlItem item : come) {
        renew(item);
      }
    } catch (IllegalStateException e) {
      // A template shows only when a route is made of it; the routes of the old one are untouched.
      take(text, come, added);
      if (configures) {
        configure(name, old.text);
      }
      Set<String> again = swap.add(old.text, unconfigured(gone));
      loaded.put(name, new Loaded(old.text, unnamed(old.text, again)));
      throw Problems.of(text, e);
    }
    LOG.atInfo()
        .addKeyValue("file", text.file())
        .addKeyValue("routes", String.join(" ", added))
        .log("route file is in force");
  }

  /** Camel would let the newcomer take the place of the other. */
  private void checkIds(String name, RouteText text) throws RouteFileException {
    for (Map.Entry<String, Loaded> file : loaded.entrySet()) {
      RouteText other = file.getValue().text;
      for (YamlItem item : text.items()) {
        if (!file.getKey().equals(name) && other.hasOneNamedAs(item)) {
          throw new RouteFileException(
              text.file() + ":" + (item.from() + 1) + ":1",
              item.kind() + " " + item.id() + " is there already, in " + other.file());
        }
      }
    }
  }

  private static List<String> configurations(RouteText text) {
    return text.items().stream().filter(YamlItem::configures).map(YamlItem::text).toList();
  }

  private static List<YamlItem> unconfigured(List<YamlItem> items) {
    return items.stream().filter(i -> !i.configures()).toList();
  }

  /**
   * Puts the configurations of {@code text} in force, beside those of all files but {@code name}.
   */
  private void configure(String name, RouteText text) throws RouteFileException {
    swap.removeConfigurations();
    for (Map.Entry<String, Loaded> file : loaded.entrySet()) {
      if (!file.getKey().equals(name)) {
        addConfigurations(file.getValue().text);
      }
    }
    addConfigurations(text);
  }

  private void addConfigurations(RouteText text) throws RouteFileException {
    swap.add(text, text.items().stream().filter(YamlItem::configures).toList());
  }

  private void renewAll(String except) throws RouteFileException {
    for (Map.Entry<String, Loaded> file : Map.copyOf(loaded).entrySet()) {
      if (!file.getKey().equals(except)) {
        loaded.put(file.getKey(), renewed(file.getValue()));
      }
    }
    for (Loaded file : loaded.values()) {
      file.text.items().forEach(this::renew);
    }
  }

  private Loaded renewed(Loaded file) throws RouteFileException {
    RouteText text = file.text;
    boolean unnamed = text.own().stream().anyMatch(i -> i.isRoute() && i.id().isEmpty());
    List<YamlItem> routes =
        text.own().stream().filter(i -> i.isRoute() || (unnamed && i.id().isEmpty())).toList();
    take(text, routes, file.unnamed);
    Set<String> added = swap.add(text, routes);
    return unnamed ? new Loaded(text, unnamed(text, added)) : file;
  }

  private void renew(YamlItem item) {
    if (!item.kind().equals("routeTemplate")) {
      return;
    }
    try {
      templates.changed(item.id());
    } catch (Exception e) {
      throw new IllegalStateException("routes of template " + item.id() + " cannot be made", e);
    }
  }

  /** Entries without a name cannot be told apart: they go and come together. */
  private static List<YamlItem> minus(List<YamlItem> items, List<YamlItem> others) {
    boolean sameUnnamed = unnamedText(items).equals(unnamedText(others));
    return items.stream()
        .filter(i -> i.id().isEmpty() ? !sameUnnamed : others.stream().noneMatch(o -> o.sameAs(i)))
        .toList();
  }

  private static List<String> unnamedText(List<YamlItem> items) {
    return items.stream().filter(i -> i.id().isEmpty()).map(YamlItem::text).toList();
  }

  private void take(RouteText text, List<YamlItem> items, Set<String> unnamed) {
    if (items.stream().anyMatch(i -> i.id().isEmpty())) {
      unnamed.forEach(swap::remove);
    }
    for (YamlItem item : items) {
      if (item.kind().equals("route")) {
        swap.remove(item.id());
      } else if (item.kind().equals("routeTemplate")) {
        swap.removeTemplate(item.id());
      }
    }
  }

  private static Seen look(Path path) {
    try {
      BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
      return new Seen(
          path, now.size(), now.lastModifiedTime().toInstant(), String.valueOf(now.fileKey()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
