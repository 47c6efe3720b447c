// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import java.nio.file.Path;

/** Runs a {@link Cluster}; see {@code src/it/cluster}, which sets up the namespaces. */
public final class ClusterProof {
  private ClusterProof() {}

  /** Arguments: a folder, seconds, a seed. Exits with 1 if a promise was broken. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]).toAbsolutePath();
    System.out.println("seed " + arguments[2]);
    boolean right;
    try (Cluster cluster = new Cluster(folder, Long.parseLong(arguments[2]))) {
      right = cluster.run(Integer.parseInt(arguments[1])).print();
    }
    System.out.println(right ? "as promised" : "BROKEN");
    System.exit(right ? 0 : 1);
  }
}
