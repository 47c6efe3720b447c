// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.chaos;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Runs {@link Chaos}; see {@code src/it/chaos}. */
public final class ChaosProof {
  private ChaosProof() {}

  /** Arguments: a folder, seconds, a seed. Exits with 1 if anything was lost or doubled. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[0])).toAbsolutePath();
    long seed = Long.parseLong(arguments[2]);
    System.out.println("seed " + seed);
    boolean right;
    try (Chaos chaos = new Chaos(folder, seed)) {
      right = chaos.run(Duration.ofSeconds(Integer.parseInt(arguments[1]))).right();
    }
    System.out.println(right ? "as promised" : "BROKEN");
    System.exit(right ? 0 : 1);
  }
}
