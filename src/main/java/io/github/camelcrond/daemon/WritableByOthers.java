// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import io.github.camelcrond.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds files that determine what root runs and that other users can change: the crontab, settings,
 * the route files, the jars in {@code lib/}, the store directory, and the directories that they are
 * in.
 */
final class WritableByOthers {
  private WritableByOthers() {}

  /** What others than root may change, a sentence each. */
  static List<String> of(Settings settings) {
    Set<Path> paths = new LinkedHashSet<>();
    Path crontab = settings.path("crond.crontab.file");
    Path routes = settings.path("crond.routes.dir");
    Path lib = settings.home().resolve("lib");
    Path store = settings.storeDir();
    for (Path path : List.of(crontab, settings.file(), routes, lib, store)) {
      paths.add(path.getParent());
    }
    paths.addAll(List.of(crontab, settings.file(), store));
    paths.addAll(tree(routes));
    paths.addAll(tree(lib));
    List<String> found = new ArrayList<>();
    paths.forEach(path -> check(path, found));
    return found;
  }

  private static List<Path> tree(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.sorted().toList();
    } catch (IOException e) {
      // Missing files are harmless; unreadable ones are reported where they are used.
      return List.of();
    }
  }

  private static void check(Path path, List<String> found) {
    try {
      PosixFileAttributes file = Files.readAttributes(path, PosixFileAttributes.class);
      Set<PosixFilePermission> may = file.permissions();
      boolean others = may.contains(PosixFilePermission.OTHERS_WRITE) && !sticky(path);
      boolean group =
          may.contains(PosixFilePermission.GROUP_WRITE) && !"root".equals(file.group().getName());
      if (!"root".equals(file.owner().getName())) {
        found.add(
            path
                + " belongs to "
                + file.owner().getName()
                + ", which lets them run commands as"
                + " root");
      } else if (others || group) {
        String who = others ? "everybody" : "the group " + file.group().getName();
        found.add(path + " is writable by " + who + ", which lets them run commands as root");
      }
    } catch (IOException | UnsupportedOperationException e) {
      // Missing, or a file system without owners.
    }
  }

  /** In a sticky directory such as /tmp only the owner of a file replaces it. */
  private static boolean sticky(Path path) throws IOException {
    int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    return Files.isDirectory(path) && (mode & 01000) != 0;
  }
}
