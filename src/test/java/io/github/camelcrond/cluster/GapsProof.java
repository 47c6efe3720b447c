// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A single daemon, replicas and a queue whose daemons, broker and Redis are killed, suspended and
 * restarted in turn. Each firing ran once, or a record or a claim says why not.
 */
public final class GapsProof {
  private GapsProof() {}

  private interface Setting {
    Gaps of(Site site, Path folder) throws Exception;
  }

  /** Arguments: a folder, seconds for each setting, settings. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[0])).toAbsolutePath();
    int seconds = Integer.parseInt(arguments[1]);
    Map<String, Setting> settings =
        Map.of("single", Gaps::single, "replicas", Gaps::replicas, "queue", Gaps::queue);
    boolean right = true;
    try (Site site = Site.in(folder)) {
      for (String name : List.of(arguments).subList(2, arguments.length)) {
        right &= print(settings.get(name).of(site, folder), seconds);
      }
    }
    System.out.println(right ? "as promised" : "BROKEN");
    System.exit(right ? 0 : 1);
  }

  private static boolean print(Gaps gaps, int seconds) throws Exception {
    GapCheck check = gaps.run(seconds);
    System.out.println();
    check.table().forEach((why, count) -> System.out.printf("%6d  %s%n", count, why));
    check.open().stream().limit(20).forEach(firing -> System.out.println("  open " + firing));
    System.out.println();
    return check.open().isEmpty() && check.table().getOrDefault("ran once", 0) > 0;
  }
}
