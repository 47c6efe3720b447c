// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.routes;

import io.github.camelcrond.routes.LoadedFiles.Loaded;
import io.github.camelcrond.routes.RouteReload.Problem;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.apache.camel.util.function.ThrowingRunnable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads route files for the first time. A file that cannot be used is rejected, and the daemon's
 * own file of that name is used if there is one; only a file without which no job would run ends
 * the start.
 */
final class RouteStart {
  private static final Logger LOG = LoggerFactory.getLogger("crond.routes");

  private final RouteSwap swap;
  private final LoadedFiles loaded;
  private final Function<String, Optional<Path>> shipped;
  private final Map<String, FileVersion> seen;
  private final Map<String, Problem> problems;

  /** Files of which only the entries for all routes are loaded so far, by name. */
  private final Map<String, RouteText> begun = new HashMap<>();

  RouteStart(
      RouteSwap swap,
      LoadedFiles loaded,
      Function<String, Optional<Path>> shipped,
      Map<String, FileVersion> seen,
      Map<String, Problem> problems) {
    this.swap = swap;
    this.loaded = loaded;
    this.shipped = shipped;
    this.seen = seen;
    this.problems = problems;
  }

  /** See {@link RouteReload#start(BiPredicate, ThrowingRunnable)}. */
  void load(
      Map<String, Path> all,
      BiPredicate<String, String> wanted,
      ThrowingRunnable<RouteFileException> before)
      throws RouteFileException {
    List<String> names = new ArrayList<>();
    for (Map.Entry<String, Path> file : all.entrySet()) {
      if (begin(file.getKey(), file.getValue(), wanted, all)) {
        names.add(file.getKey());
      }
    }
    // Of two files that have the same route the daemon's own comes first.
    names.sort(Comparator.comparing(n -> DaemonRoutes.in(begun.get(n).items()).isEmpty()));
    Map<String, RouteText> routes = new LinkedHashMap<>();
    for (String name : names) {
      Optional<Loaded> own = load(name, begun.remove(name), RouteText::own, all);
      if (own.isPresent()) {
        RouteText text = own.get().text();
        Set<String> added = own.get().unnamed();
        loaded.byName().put(name, Loaded.of(text, added));
        added.forEach(id -> routes.put(id, text));
      }
    }
    swap.start(routes, before);
  }

  /** Loads the entries of a file that are for all routes; returns whether the others are wanted. */
  private boolean begin(
      String name, Path path, BiPredicate<String, String> wanted, Map<String, Path> all)
      throws RouteFileException {
    if (begun.containsKey(name)) {
      return wanted.test(name, begun.get(name).text());
    }
    if (loaded.byName().containsKey(name) || problems.containsKey(name)) {
      return false;
    }
    Optional<RouteText> text = read(name, path, wanted, all);
    if (text.isEmpty()) {
      return false;
    }
    Optional<Loaded> shared = load(name, text.get(), RouteText::shared, all);
    shared.ifPresent(s -> begun.put(name, s.text()));
    return shared.isPresent() && wanted.test(name, shared.get().text().text());
  }

  /** The text of a file, or of the daemon's own of that name; empty if there is nothing to load. */
  private Optional<RouteText> read(
      String name, Path path, BiPredicate<String, String> wanted, Map<String, Path> all)
      throws RouteFileException {
    String content;
    try {
      FileVersion found = FileVersion.of(path);
      content = FileVersion.read(path);
      if (!wanted.test(name, content) && !RouteText.mayShare(content)) {
        return Optional.empty();
      }
      seen.put(name, found);
    } catch (UncheckedIOException e) {
      return Optional.empty(); // removed meanwhile
    } catch (RouteFileException e) {
      return refuse(name, path, "", e, all);
    }
    return parse(name, path, content, all);
  }

  private Optional<RouteText> parse(String name, Path path, String content, Map<String, Path> all)
      throws RouteFileException {
    try {
      RouteText text = RouteText.of(path.toString(), content);
      if (isUsers(name, text)) {
        checkReplaces(name, text, all);
      }
      return Optional.of(text);
    } catch (RouteFileException e) {
      return refuse(name, path, content, e, all);
    }
  }

  /**
   * Loads a part of {@code text}, or of the daemon's own file of that name if that fails. Returns
   * the text that was used and the ids of the routes that were added.
   */
  private Optional<Loaded> load(
      String name, RouteText text, Function<RouteText, List<YamlItem>> part, Map<String, Path> all)
      throws RouteFileException {
    try {
      loaded.checkIds(name, text);
      return Optional.of(new Loaded(text, swap.add(text, part.apply(text), isUsers(name, text))));
    } catch (RouteFileException e) {
      Optional<RouteText> own = refuse(name, Path.of(text.file()), text.text(), e, all);
      return own.isPresent() ? load(name, own.get(), part, all) : Optional.empty();
    }
  }

  /** Rejects a file; returns the text of the daemon's own file of that name, if there is one. */
  private Optional<RouteText> refuse(
      String name, Path path, String content, RouteFileException e, Map<String, Path> all)
      throws RouteFileException {
    Optional<Path> own = shipped.apply(name);
    boolean replaces = own.filter(o -> !o.equals(path)).isPresent();
    if (own.isPresent() && !replaces && DaemonRoutes.mentionedIn(content)) {
      throw e;
    }
    problems.put(name, new Problem(e.getMessage(), true));
    var event = LOG.atError().addKeyValue("reason", e.getMessage());
    if (replaces) {
      event.addKeyValue("used", own.get()).log("route file rejected, using the file of the daemon");
      return parse(name, own.get(), FileVersion.read(own.get()), all);
    }
    event.log("route file rejected, continuing without it");
    return Optional.empty();
  }

  /** A route of the daemon's file that a user's file replaces must be in that or another file. */
  private void checkReplaces(String name, RouteText text, Map<String, Path> all)
      throws RouteFileException {
    Optional<Path> own = shipped.apply(name);
    if (own.isEmpty()) {
      return;
    }
    RouteText replaced = RouteText.of(own.get().toString(), FileVersion.read(own.get()));
    Set<String> missing = DaemonRoutes.in(replaced.items());
    missing.removeAll(DaemonRoutes.in(text.items()));
    if (missing.isEmpty()) {
      return;
    }
    for (Map.Entry<String, Path> file : all.entrySet()) {
      String other = file.getKey().equals(name) ? "" : readable(file.getValue());
      missing.removeIf(uri -> DaemonRoutes.mentionedIn(other, uri));
    }
    if (!missing.isEmpty()) {
      throw new RouteFileException(text.file() + ":1:1", LoadedFiles.missing(missing));
    }
  }

  private static String readable(Path path) {
    try {
      return FileVersion.read(path);
    } catch (RouteFileException | UncheckedIOException e) {
      return "";
    }
  }

  /** Whether {@code text} is a user's file {@code name}, not the daemon's own. */
  boolean isUsers(String name, RouteText text) {
    return shipped.apply(name).filter(own -> own.toString().equals(text.file())).isEmpty();
  }
}
