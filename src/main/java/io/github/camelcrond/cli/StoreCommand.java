// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.store.StoreContext;
import io.github.camelcrond.store.StoreCopy;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.Locale;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Manages the store of the daemon. */
@Command(
    name = "store",
    description = "Manages the store of the daemon.",
    exitCodeOnExecutionException = 1,
    mixinStandardHelpOptions = true)
public final class StoreCommand implements Runnable {
  private final Supplier<Settings> settings;
  private final Clock clock;

  @Spec private CommandSpec spec;

  /**
   * @param settings supplies the settings when the command runs
   */
  public StoreCommand(Supplier<Settings> settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** Always fails, as a subcommand is required. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "missing subcommand, use store copy FROM TO");
  }

  /** Copies one store to the other; returns 1 if the target is not empty, else 0. */
  @Command(
      name = "copy",
      description =
          "Copies the crontab, its versions, jobs, histories and pauses from one"
              + " store to the other.",
      mixinStandardHelpOptions = true)
  int copy(
      @Parameters(paramLabel = "FROM", description = "file or redis") Kind from,
      @Parameters(paramLabel = "TO", description = "redis or file") Kind to,
      @Option(names = "--force", description = "Copy even if the target store is not empty.")
          boolean force) {
    if (from == to) {
      throw new ParameterException(
          spec.commandLine(),
          "FROM and TO must differ, use store copy file redis or store copy redis file");
    }
    try (StoreContext source = open(from);
        StoreContext target = open(to)) {
      if (!force && StoreCopy.holdsAnything(target)) {
        return refused(to);
      }
      StoreCopy done = StoreCopy.copy(source, target);
      PrintWriter out = spec.commandLine().getOut();
      out.printf(
          "copied from %s to %s: versions=%d jobs=%d runs=%d%n",
          from.text(), to.text(), done.versions(), done.jobs(), done.runs());
      if (done.unreadable() > 0) {
        out.printf("skipped because unreadable: runs=%d%n", done.unreadable());
      }
      return 0;
    }
  }

  private int refused(Kind to) {
    spec.commandLine()
        .getErr()
        .println("camel-crond: store " + to.text() + " is not empty, use --force to add to it");
    return 1;
  }

  private StoreContext open(Kind kind) {
    return StoreContext.open(settings.get().with("crond.store", kind.text()), clock);
  }

  /** A store. */
  enum Kind {
    FILE,
    REDIS;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
