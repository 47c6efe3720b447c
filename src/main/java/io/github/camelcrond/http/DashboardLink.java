// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A link to the dashboard that contains the token and signs in its user. The token follows the #,
 * which browsers do not send to servers.
 */
final class DashboardLink {
  private DashboardLink() {}

  static String of(String url, HttpToken token) {
    return url + "/#token=" + token.text();
  }

  /** Prints the link to a terminal only: a token does not belong in a stored log. */
  static void printOnTerminal(String url, HttpToken token) {
    if (isTerminal(Path.of("/proc/self/fd/1"))) {
      System.out.println("dashboard: " + of(url, token));
    }
  }

  /** Whether the file descriptor at {@code path} is a terminal; false if unknown. */
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
