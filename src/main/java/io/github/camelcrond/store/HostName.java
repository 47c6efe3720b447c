// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The name of the machine or container on which a daemon runs. */
public final class HostName {
  private HostName() {}

  /**
   * As {@code crond.host} sets it, otherwise that of this machine or container.
   *
   * @throws SettingsException if it contains a character that is not allowed
   */
  public static String of(Settings settings) {
    Optional<String> set = settings.find("crond.host");
    if (set.isPresent() && !set.get().matches("[A-Za-z0-9._:-]{1,253}")) {
      throw new SettingsException(
          "crond.host = " + set.get() + " is not allowed, use letters, digits and . _ : -");
    }
    return set.orElseGet(HostName::get);
  }

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
