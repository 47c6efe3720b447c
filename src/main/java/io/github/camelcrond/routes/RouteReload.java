// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.routes;

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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the routes of a running context as the route files say. A file that cannot be used is
 * refused: at the start the daemon's own file of that name is used, later the previous routes stay
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

  private final Map<String, SeenFile> seen = new HashMap<>();
  private final Map<String, Problem> problems = new ConcurrentSkipListMap<>();
  private volatile boolean started;
  private volatile boolean changing;

  /** Makes the routes of a changed route template again. */
  @FunctionalInterface
  public interface Templates {
    /**
     * Makes the routes of the template {@code id} again.
     *
     * @throws Exception if that fails
     */
    void changed(String id) throws Exception;
  }

  /** What has to happen before routes take messages. */
  @FunctionalInterface
  public interface Before {
    /**
     * Does it.
     *
     * @throws RouteFileException if a route is missing
     */
    void run() throws RouteFileException;
  }

  /**
   * Why a file was refused.
   *
   * @param atStart whether nothing of the file has been in force
   */
  record Problem(String message, boolean atStart) {}

  /**
   * @param files the route files by name, as they are now
   * @param shipped the daemon's own file of a name
   */
  public RouteReload(
      CamelContext context,
      Supplier<? extends Map<String, Path>> files,
      Function<String, Optional<Path>> shipped,
      Templates templates,
      Clock clock) {
    this.files = files;
    this.late = new LateRoutes(context);
    this.swap = new RouteSwap(context, late);
    this.start = new RouteStart(swap, loaded, shipped, seen, problems);
    this.edit = new RouteEdit(swap, loaded, templates, start::isUsers);
    this.clock = clock;
  }

  /**
   * Loads all files that are not loaded yet; from then on {@link #look} follows them.
   *
   * @throws RouteFileException if a file without which the daemon cannot run cannot be used
   */
  public synchronized void start() throws RouteFileException {
    start((name, text) -> true, () -> {});
    started = true;
  }

  /**
   * Loads the files whose relative name and text {@code wanted} takes and that are not loaded yet;
   * to be called in a started context until all are. What stands in a file for the routes of all
   * (configurations, beans) is loaded with the first of these calls. Files that cannot be used are
   * refused.
   *
   * @param before runs when all their routes are there, and none but those of {@code direct:} takes
   *     a message yet
   * @throws RouteFileException if a file without which the daemon cannot run cannot be used
   */
  public synchronized void start(BiPredicate<String, String> wanted, Before before)
      throws RouteFileException {
    changing = true;
    try {
      start.load(files.get(), wanted, before);
    } finally {
      changing = false;
    }
  }

  /**
   * Checks that the routes are there that lead from a crontab to alarms.
   *
   * @throws RouteFileException if one is missing
   */
  public void requireAlarms() throws RouteFileException {
    require(DaemonRoutes.alarms());
  }

  /**
   * Checks that the routes are there without which no job runs.
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

  /** Looks at the files and takes over what has changed. */
  public synchronized void look() {
    if (!started) {
      return;
    }
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

  /** Whether routes are being loaded or replaced; one that is missing may come within moments. */
  public boolean changing() {
    return changing || !started;
  }

  /** What is wrong with files that were refused, each beginning with file, line and column. */
  public List<String> problems() {
    return problems.values().stream().map(Problem::message).toList();
  }

  /** Whether a file was refused at the start, so that nothing of it is in force. */
  public boolean incomplete() {
    return problems.values().stream().anyMatch(Problem::atStart);
  }

  /** Routes that have not started yet and are tried again, each with file and reason. */
  public List<String> waiting() {
    return late.waiting();
  }

  /** Whether the route {@code id} has not started yet and is tried again. */
  public boolean isWaiting(String id) {
    return late.isWaiting(id);
  }

  private void change(String name, Before change) {
    try {
      change.run();
    } catch (RouteFileException | IllegalStateException e) {
      report(name, e.getMessage());
    } finally {
      changing = false;
    }
  }

  private void report(String name, String reason) {
    Problem problem = new Problem(reason, false);
    if (!problem.equals(problems.put(name, problem))) {
      LOG.atWarn()
          .addKeyValue("reason", reason)
          .log("route file refused, its previous routes stay in force");
    }
  }

  private void removed(String name) throws RouteFileException {
    Loaded old = loaded.byName().get(name);
    loaded.checkComplete(name, old.text(), empty(old.text().file()));
    changing = true;
    seen.remove(name);
    edit.remove(name, old, empty(old.text().file()));
    LOG.atInfo().addKeyValue("file", old.text().file()).log("route file is gone");
  }

  private void lookAt(String name, Path path) throws RouteFileException {
    SeenFile found;
    try {
      found = SeenFile.of(path);
    } catch (UncheckedIOException e) {
      return; // gone meanwhile, seen the next time
    }
    if (found.equals(seen.get(name)) || !found.settled(clock)) {
      return;
    }
    changing = true;
    seen.put(name, found);
    try {
      RouteText text = RouteText.of(path.toString(), SeenFile.read(path));
      Loaded old = loaded.byName().getOrDefault(name, new Loaded(empty(path.toString()), Set.of()));
      boolean changed =
          !text.text().equals(old.text().text()) || !text.file().equals(old.text().file());
      if (changed) {
        edit.replace(name, old, text);
      }
      if (problems.remove(name) != null && !changed) {
        LOG.atInfo().addKeyValue("file", path).log("route file is as it was before, in force");
      }
    } catch (UncheckedIOException e) {
      seen.remove(name);
    }
  }

  private static RouteText empty(String file) {
    return new RouteText(file, "", List.of());
  }
}
