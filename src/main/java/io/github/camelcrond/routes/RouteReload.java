// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.routes;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.routes.LoadedFiles.Loaded;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.util.function.ThrowingConsumer;
import org.apache.camel.util.function.ThrowingRunnable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the routes of a running context in line with the route files. A file that cannot be used is
 * rejected: at the start the daemon's own file of that name is used, later the previous routes stay
 * in force.
 */
public final class RouteReload {
  private static final Logger LOG = LoggerFactory.getLogger("crond.routes");

  private final Supplier<? extends Map<String, Path>> files;
  private final LateRoutes late;
  private final RouteSwap swap;
  private final RouteStart start;
  private final RouteEdit edit;
  private final Clock clock;
  private final LoadedFiles loaded = new LoadedFiles();

  private final Map<String, FileVersion> seen = new HashMap<>();
  private final Map<String, Problem> problems = new ConcurrentSkipListMap<>();
  private volatile boolean started;
  private volatile boolean changing;

  /**
   * Why a file was rejected.
   *
   * @param atStart whether it was rejected at the start, and has not been in force since
   */
  record Problem(String message, boolean atStart) {}

  /**
   * @param files returns the present route files by name
   * @param shipped returns the daemon's own file of a name
   * @param templates recreates the routes of the route template with the given id
   */
  public RouteReload(
      CamelContext context,
      Supplier<? extends Map<String, Path>> files,
      Function<String, Optional<Path>> shipped,
      ThrowingConsumer<String, Exception> templates,
      Clock clock) {
    this.files = files;
    this.late = new LateRoutes(context);
    this.swap = new RouteSwap(context, late);
    this.start = new RouteStart(swap, loaded, shipped, seen, problems);
    this.edit = new RouteEdit(swap, loaded, templates, start::isUsers);
    this.clock = clock;
  }

  /**
   * Loads all files that are not loaded yet; from then on {@link #applyChanges} follows them.
   *
   * @throws RouteFileException if a file without which the daemon cannot run cannot be used
   */
  public synchronized void start() throws RouteFileException {
    try {
      start((name, text) -> true, () -> {});
    } finally {
      started = true;
    }
  }

  /**
   * Loads the files that are not loaded yet and whose relative name and text {@code wanted}
   * accepts; the context must have started. Entries for the routes of all files (configurations,
   * beans) are loaded by the first of these calls. Files that cannot be used are rejected.
   *
   * @param before runs when all routes have been made and only those of {@code direct:} take
   *     messages; fails if a route is missing
   * @throws RouteFileException if a file without which the daemon cannot run cannot be used
   */
  public synchronized void start(
      BiPredicate<String, String> wanted, ThrowingRunnable<RouteFileException> before)
      throws RouteFileException {
    changing = true;
    try {
      start.load(files.get(), wanted, before);
    } finally {
      changing = false;
    }
  }

  /**
   * Checks that the routes that lead from a crontab to alarms exist.
   *
   * @throws RouteFileException if one is missing
   */
  public void requireAlarms() throws RouteFileException {
    require(DaemonRoutes.alarms());
  }

  /**
   * Checks that the routes without which no job runs exist.
   *
   * @throws RouteFileException if one is missing
   */
  public void requireRuns() throws RouteFileException {
    require(DaemonRoutes.all());
  }

  private synchronized void require(Set<String> names) throws RouteFileException {
    Set<String> missing = loaded.without(names);
    if (missing.isEmpty()) {
      return;
    }
    String why = problems().stream().findFirst().map(p -> "; " + p).orElse("");
    throw new RouteFileException("route files", LoadedFiles.missing(missing) + why);
  }

  /** Checks the files and loads those that have changed; does nothing during the start. */
  @CalledByRoute
  public void applyChanges() {
    if (started) {
      followFiles();
    }
  }

  private synchronized void followFiles() {
    swap.stopRetired();
    Map<String, Path> now;
    try {
      now = files.get();
    } catch (UncheckedIOException e) {
      report("", e.getCause().getMessage());
      return;
    }
    for (String name : List.copyOf(loaded.byName().keySet())) {
      if (!now.containsKey(name)) {
        change(name, () -> removed(name));
      }
    }
    problems.keySet().removeIf(n -> !now.containsKey(n) && !loaded.byName().containsKey(n));
    now.forEach((name, path) -> change(name, () -> lookAt(name, path)));
  }

  /** Whether {@code text} has a route that the daemon relies on. */
  public static boolean isDaemons(String text) {
    return DaemonRoutes.mentionedIn(text);
  }

  /** Whether routes are being loaded or replaced; a missing route may appear within moments. */
  public boolean changing() {
    return changing || !started;
  }

  /** The errors of rejected files, each with file, line and column. */
  public List<String> problems() {
    return problems.values().stream().map(Problem::message).toList();
  }

  /** Whether a file that was rejected at the start is still not in force. */
  public boolean incomplete() {
    return problems.values().stream().anyMatch(Problem::atStart);
  }

  /** Routes that could not be started yet and are retried, each with file and reason. */
  public List<String> waiting() {
    return late.waiting();
  }

  /** Whether the route {@code id} could not be started yet and is retried. */
  public boolean isWaiting(String id) {
    return late.isWaiting(id);
  }

  private void change(String name, ThrowingRunnable<RouteFileException> change) {
    try {
      change.run();
    } catch (RouteFileException | IllegalStateException e) {
      report(name, e.getMessage());
    } finally {
      changing = false;
    }
  }

  private void report(String name, String reason) {
    Problem before = problems.get(name);
    Problem problem = new Problem(reason, before != null && before.atStart());
    problems.put(name, problem);
    if (!problem.equals(before)) {
      boolean inForce = loaded.byName().containsKey(name);
      LOG.atWarn()
          .addKeyValue("reason", reason)
          .log(
              "route file rejected, "
                  + (inForce ? "its previous routes" : "other routes")
                  + " remain in force");
    }
  }

  private void removed(String name) throws RouteFileException {
    Loaded old = loaded.byName().get(name);
    loaded.checkComplete(name, old.text(), empty(old.text().file()));
    changing = true;
    seen.remove(name);
    edit.remove(name, old, empty(old.text().file()));
    LOG.atInfo().addKeyValue("file", old.text().file()).log("route file removed");
  }

  private void lookAt(String name, Path path) throws RouteFileException {
    FileVersion found;
    String content;
    try {
      found = FileVersion.of(path);
      if (found.equals(seen.get(name)) || !found.settled(clock)) {
        return;
      }
      content = FileVersion.read(path);
    } catch (UncheckedIOException e) {
      return; // removed meanwhile, noticed the next time
    }
    changing = true;
    seen.put(name, found);
    RouteText text = RouteText.of(path.toString(), content);
    Loaded old = loaded.byName().getOrDefault(name, new Loaded(empty(path.toString()), Set.of()));
    boolean changed = !content.equals(old.text().text()) || !text.file().equals(old.text().file());
    if (changed) {
      edit.replace(name, old, text);
    }
    if (problems.remove(name) != null && !changed) {
      LOG.atInfo().addKeyValue("file", path).log("route file reverted, routes unchanged");
    }
  }

  private static RouteText empty(String file) {
    return new RouteText(file, "", List.of());
  }
}
