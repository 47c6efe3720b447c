// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import java.nio.file.Path;

/** Runs a {@link Cluster}; see {@code src/it/cluster}, which sets up the namespaces. */
public final class ClusterProof {
  private ClusterProof() {}

  /**
   * Arguments: a folder, seconds, a seed. Exits with 1 if a promise was broken, with 3 if only a
   * recovery took too long.
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]).toAbsolutePath();
    System.out.println("seed " + arguments[2]);
    int code;
    try (Cluster cluster = new Cluster(folder, Long.parseLong(arguments[2]))) {
      ClusterReport report = cluster.run(Integer.parseInt(arguments[1]));
      code = !report.print() ? 1 : report.isSlow() ? 3 : 0;
    }
    System.out.println(code == 0 ? "as promised" : code == 3 ? "SLOW" : "BROKEN");
    System.exit(code);
  }
}
