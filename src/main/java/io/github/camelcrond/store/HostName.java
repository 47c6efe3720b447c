// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** The name of this machine or container. */
public final class HostName {
  private HostName() {}

  /** As uname(2) gives it, without asking the network where that can be avoided. */
  public static String get() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      return fromNetwork();
    }
  }

  private static String fromNetwork() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      return "localhost";
    }
  }
}
