// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond;

import io.github.camelcrond.cli.CamelCrond;
import io.github.camelcrond.config.SettingsException;
import io.github.camelcrond.config.SystemZone;

/** Starts camel-crond. */
public final class App {
  private App() {}

  /** Runs the command line in {@code args} and ends the process with its exit code. */
  public static void main(String[] args) {
    SystemZone zone = SystemZone.settle(System.getenv(), System.getProperty("user.timezone", ""));
    if (args.length == 0 || !args[0].equals("run")) {
      zone.warning().ifPresent(warning -> System.err.println("camel-crond: " + warning));
    }
    System.exit(execute(args));
  }

  private static int execute(String[] args) {
    try {
      return CamelCrond.execute(args);
    } catch (SettingsException e) {
      e.getMessage().lines().forEach(line -> System.err.println("camel-crond: " + line));
      return 1;
    } catch (LinkageError | OutOfMemoryError e) {
      // A jar that cannot be opened, a thread that cannot be made: threads that are there would go
      // on
      // with half a daemon.
      System.err.println(
          "camel-crond: out of open files (ulimit -n), processes (ulimit -u) or memory: " + e);
      return 1;
    }
  }
}
