// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A host of a {@link Lan}: a network namespace, and a host name.
 *
 * @param name also that of its port of the bridge
 */
record Host(String name, String address) {
  /** What goes in front of a program that runs on this host, as a process with the same id. */
  List<String> enter() {
    return List.of(
        "ip",
        "netns",
        "exec",
        name,
        "unshare",
        "--uts",
        "sh",
        "-c",
        "hostname " + name + "; exec \"$@\"",
        "sh");
  }

  /** Starts a program on this host, which writes to {@code log}. */
  Process start(Path log, String... command) throws IOException {
    List<String> words = new ArrayList<>(enter());
    words.addAll(List.of(command));
    return new ProcessBuilder(words)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }
}
