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

/** Works on what the daemon keeps. */
@Command(
    name = "store",
    description = "Works on what the daemon keeps.",
    exitCodeOnExecutionException = 1,
    mixinStandardHelpOptions = true)
public final class StoreCommand implements Runnable {
  private final Supplier<Settings> settings;
  private final Clock clock;

  @Spec private CommandSpec spec;

  /**
   * @param settings asked for when the command runs
   */
  public StoreCommand(Supplier<Settings> settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** Refuses: a subcommand is needed. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do: store copy FROM TO");
  }

  /** Copies from one store to the other; 1 if that would mix two, else 0. */
  @Command(
      name = "copy",
      description = "Copies crontab, versions, jobs, histories and pauses to the other store.",
      mixinStandardHelpOptions = true)
  int copy(
      @Parameters(paramLabel = "FROM", description = "file or redis") Kind from,
      @Parameters(paramLabel = "TO", description = "the other one") Kind to,
      @Option(names = "--force", description = "Even if the other store holds something already.")
          boolean force) {
    if (from == to) {
      throw new ParameterException(spec.commandLine(), "use store copy file redis or redis file");
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
        out.printf("left out, as they cannot be read: runs=%d%n", done.unreadable());
      }
      return 0;
    }
  }

  private int refused(Kind to) {
    spec.commandLine()
        .getErr()
        .println("camel-crond: store " + to.text() + " is not empty, --force adds to it");
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
