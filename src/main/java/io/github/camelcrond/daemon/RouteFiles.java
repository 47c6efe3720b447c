// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import io.github.camelcrond.cluster.ClaimBeans;
import io.github.camelcrond.cluster.PlaceBeans;
import io.github.camelcrond.cluster.WorkSettings;
import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The route files that are loaded: all {@code *.camel.yaml} in {@code routes} of the daemon's home
 * and in {@code crond.routes.dir}, where a file replaces the daemon's of the same name. Of the
 * files for stores, RabbitMQ, HTTP, replicas and the queue, only those that the settings require
 * are loaded.
 */
public final class RouteFiles {
  private static final Logger LOG = LoggerFactory.getLogger("crond.routes");
  private static final int DEPTH = 8;

  /** The files with the routes that lead from the text of a crontab to alarms. */
  private static final Set<String> FIRST = Set.of("cron", "crontab-load", "internal/daemon-start");

  private final Path own;
  private final Path users;
  private final Set<String> unused;
  private final Set<File> misnamed = ConcurrentHashMap.newKeySet();

  private RouteFiles(Path own, Path users, Set<String> unused) {
    this.own = own;
    this.users = users;
    this.unused = unused;
  }

  /**
   * The route files for {@code settings}.
   *
   * @throws SettingsException if a directory is missing
   */
  public static RouteFiles of(Settings settings) {
    Path own = settings.home().resolve("routes");
    Path users = settings.path("crond.routes.dir");
    if (!Files.isDirectory(users)) {
      throw new SettingsException("crond.routes.dir = " + users + " is not a directory");
    }
    return new RouteFiles(Files.isDirectory(own) ? own : users, users, unused(settings));
  }

  /**
   * Whether the file with this relative name is needed to load the first crontab. The others are
   * loaded when that crontab is in force, takes long to load, or must be recovered.
   */
  static boolean first(String name) {
    return FIRST.contains(name.replace(".camel.yaml", ""));
  }

  /** Directories whose files are not needed with {@code settings}. */
  private static Set<String> unused(Settings settings) {
    boolean redis = settings.usesRedis();
    WorkSettings work = WorkSettings.of(settings);
    Map<String, Boolean> used =
        Map.ofEntries(
            Map.entry("internal/store/file", !redis),
            Map.entry("internal/store/redis", redis),
            Map.entry("rabbitmq", settings.usesRabbitMq()),
            Map.entry("internal/http", settings.flag("crond.http.enabled")),
            Map.entry("claims", ClaimBeans.wanted(settings)),
            Map.entry("internal/claims", ClaimBeans.wanted(settings)),
            Map.entry("places", PlaceBeans.wanted(settings)),
            Map.entry("internal/peers", PlaceBeans.wanted(settings)),
            Map.entry("internal/queue", work.queued()),
            Map.entry("internal/queue/scheduler", work.scheduler()),
            Map.entry("internal/queue/worker", work.worker()));
    return used.keySet().stream().filter(folder -> !used.get(folder)).collect(Collectors.toSet());
  }

  /** The path of each file, by relative name such as {@code run-publish.camel.yaml}. */
  public SortedMap<String, Path> byName() {
    SortedMap<String, Path> files = new TreeMap<>();
    find(own.toFile(), "", files);
    if (!users.equals(own)) {
      find(users.toFile(), "", files);
    }
    return files;
  }

  /** Called each second, so it does not ask the system about each file. */
  private void find(File folder, String prefix, SortedMap<String, Path> files) {
    String[] names = folder.list();
    if (names == null) {
      throw new UncheckedIOException(new IOException(folder + " cannot be read"));
    }
    for (String name : names) {
      // Kubernetes keeps what it mounts in hidden directories, and links to it.
      if (name.startsWith(".")) {
        continue;
      }
      if (name.endsWith(".camel.yaml")) {
        files.put(prefix + name, folder.toPath().resolve(name));
      } else if (name.endsWith(".yaml") || name.endsWith(".yml")) {
        warnOfName(new File(folder, name));
      } else if (wanted(prefix + name) && new File(folder, name).isDirectory()) {
        find(new File(folder, name), prefix + name + "/", files);
      }
    }
  }

  private void warnOfName(File file) {
    if (misnamed.add(file)) {
      LOG.atWarn()
          .addKeyValue("file", file)
          .addKeyValue("reason", "the name of a route file ends in .camel.yaml")
          .log("file ignored");
    }
  }

  private boolean wanted(String folder) {
    // A link to a parent directory would never end.
    return !unused.contains(folder) && folder.chars().filter(c -> c == '/').count() < DEPTH;
  }

  /** The daemon's own file of this relative name. */
  public Optional<Path> shipped(String name) {
    return Optional.of(own.resolve(name)).filter(Files::isRegularFile);
  }
}
