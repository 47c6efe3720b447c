// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The link to the dashboard that signs in whoever follows it. The token stands behind the #, which
 * browsers send to no server.
 */
final class DashboardLink {
  private DashboardLink() {}

  static String of(String url, HttpToken token) {
    return url + "/#token=" + token.text();
  }

  /** Prints it, if somebody looks: a log that is kept is no place for a token. */
  static void printOnTerminal(String url, HttpToken token) {
    if (isTerminal(Path.of("/proc/self/fd/1"))) {
      System.out.println("dashboard: " + of(url, token));
    }
  }

  /** Whether the file descriptor at {@code path} is a terminal; no if that cannot be told. */
  static boolean isTerminal(Path path) {
    try {
      String target = Files.readSymbolicLink(path).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
