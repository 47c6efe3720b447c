// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A control group whose processes get a part of one processor, as on a host of their own. Needs
 * root. Source: Linux, cgroup v1 (cpu.cfs_quota_us) and v2 (cpu.max).
 */
final class ProcessorShare implements AutoCloseable {
  private static final Path V1 = Path.of("/sys/fs/cgroup/cpu");
  private static final Path V2 = Path.of("/sys/fs/cgroup");
  private static final int PERIOD_MICROS = 20_000;

  private final Path group;

  /**
   * @param percent of one processor
   * @throws IOException if this process may not create one
   */
  ProcessorShare(String name, int percent) throws IOException {
    boolean old = Files.isDirectory(V1);
    this.group = Files.createDirectory((old ? V1 : V2).resolve(name));
    int quota = PERIOD_MICROS * percent / 100;
    if (old) {
      Files.writeString(group.resolve("cpu.cfs_period_us"), "" + PERIOD_MICROS);
      Files.writeString(group.resolve("cpu.cfs_quota_us"), "" + quota);
    } else {
      Files.writeString(group.resolve("cpu.max"), quota + " " + PERIOD_MICROS);
    }
  }

  /** The words in front of a command that starts it in this group. */
  String[] enter() {
    Path members = group.resolve("cgroup.procs");
    return new String[] {"sh", "-c", "echo $$ >" + members + " && exec \"$@\"", "enter"};
  }

  /** All its processes must have ended. */
  @Override
  public void close() throws IOException {
    Files.delete(group);
  }
}
