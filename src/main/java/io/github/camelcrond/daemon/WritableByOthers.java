// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.crontab.CrontabPaths;
import io.github.camelcrond.crontab.Passwd;
import io.github.camelcrond.crontab.Users;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Principal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds files that determine what root runs and that other users can change: the crontab, settings,
 * the route files, the jars in {@code lib/}, the store directory, and the directories that they are
 * in. Source: process_crontab in cronie's database.c, which ignores such crontabs.
 */
final class WritableByOthers {
  private static final Logger LOG = LoggerFactory.getLogger("crond.crontab");
  private static final boolean IS_ROOT = "root".equals(System.getProperty("user.name"));
  private static final String EFFECT = ", which lets them run commands as root";
  private static final int STICKY = 01000;
  private static final int GROUP_WRITE = 0020;
  private static final int OTHERS_WRITE = 0002;

  private WritableByOthers() {}

  /**
   * Warnings about files that users other than root can change, one sentence each; without the
   * files of the crontab.
   */
  static List<String> of(Settings settings) {
    Path routes = settings.path("crond.routes.dir");
    Path lib = settings.home().resolve("lib");
    Path store = settings.storeDir();
    Set<Path> paths = new LinkedHashSet<>(CrontabPaths.of(settings).folders());
    for (Path path : List.of(settings.file(), routes, lib, store)) {
      paths.add(path.getParent());
    }
    paths.addAll(List.of(settings.file(), store));
    paths.addAll(tree(routes));
    paths.addAll(tree(lib));
    return paths.stream().flatMap(path -> found(path, 0).stream()).toList();
  }

  /** Warns if the daemon is root and other users can change {@code crontab}. */
  static void warn(Path crontab) {
    if (IS_ROOT) {
      of(crontab).ifPresent(LOG::warn);
    }
  }

  /**
   * The warning about {@code crontab} if users other than root, or than its owner in the case of a
   * user's crontab, can change it.
   */
  static Optional<String> of(Path crontab) {
    long owner =
        CrontabPaths.user(crontab.toString())
            .flatMap(Users.ofSystem()::byName)
            .map(Passwd::uid)
            .orElse(0L);
    return found(crontab, owner);
  }

  private static List<Path> tree(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.sorted().toList();
    } catch (IOException e) {
      // Missing files are harmless; unreadable ones are reported where they are used.
      return List.of();
    }
  }

  /**
   * @param owner a user besides root who may own it
   */
  private static Optional<String> found(Path path, long owner) {
    try {
      Map<String, Object> file = Files.readAttributes(path, "unix:uid,gid,mode,isDirectory");
      long uid = ((Number) file.get("uid")).longValue();
      int mode = (int) file.get("mode");
      // In a sticky directory such as /tmp only the owner of a file replaces it.
      boolean sticky = (boolean) file.get("isDirectory") && (mode & STICKY) != 0;
      if (uid != 0 && uid != owner) {
        return Optional.of(path + " belongs to " + Files.getOwner(path).getName() + EFFECT);
      }
      if ((mode & OTHERS_WRITE) != 0 && !sticky) {
        return Optional.of(path + " is writable by everybody" + EFFECT);
      }
      if ((mode & GROUP_WRITE) != 0 && ((Number) file.get("gid")).longValue() != 0) {
        Object group = Files.getAttribute(path, "posix:group");
        return Optional.of(
            path + " is writable by the group " + ((Principal) group).getName() + EFFECT);
      }
    } catch (IOException | UnsupportedOperationException e) {
      // Missing, or a file system without owners.
    }
    return Optional.empty();
  }
}
