// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import io.github.camelcrond.camel.CalledByRoute;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folders of the crontab's files: each is watched by a route of the template crontab-watch. */
public final class CrontabFolders {
  /** The template, and the prefix of the ids of its routes. */
  static final String TEMPLATE = "crontab-watch";

  private static final Logger LOG = LoggerFactory.getLogger("crond.crontab");

  private final CamelContext context;
  private final Map<String, WatchedDirectory> folders = new LinkedHashMap<>();

  /** Watches {@code paths} by routes of {@code context}. */
  CrontabFolders(CamelContext context, Collection<Path> paths) {
    this.context = context;
    paths.forEach(
        path -> folders.put(TEMPLATE + "-" + (folders.size() + 1), new WatchedDirectory(path)));
  }

  /**
   * Watches the folders that exist now: those that are new since the last call, and those that have
   * replaced a watched one. Folders that cannot be watched are polled.
   */
  @CalledByRoute
  public synchronized void follow() {
    folders.forEach(
        (id, folder) -> {
          if (folder.wasReplaced()) {
            watch(id, folder.path());
          }
        });
  }

  /** Watches all folders again, by routes of the current template. */
  synchronized void renew() {
    folders.forEach(
        (id, folder) -> {
          if (context.getRoute(id) != null) {
            watch(id, folder.path());
          }
        });
  }

  private void watch(String id, Path folder) {
    try {
      context.getRouteController().stopRoute(id);
      context.removeRoute(id);
      context.addRouteFromTemplate(id, TEMPLATE, Map.of("folder", folder.toString()));
    } catch (Exception e) {
      LOG.atWarn()
          .addKeyValue("directory", folder)
          .addKeyValue("reason", e.getMessage())
          .log("crontab directory is polled, not watched");
    }
  }
}
