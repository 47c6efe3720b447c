// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import io.github.camelcrond.config.Json;
import io.github.camelcrond.config.Settings;
import io.github.camelcrond.crontab.CrontabPaths;
import io.github.camelcrond.log.SafeText;
import io.github.camelcrond.store.HostName;
import io.github.camelcrond.store.LineDifference;
import io.github.camelcrond.store.SavedCrontab;
import io.github.camelcrond.store.StoreContext;
import io.github.camelcrond.store.StoreException;
import io.github.camelcrond.store.WritableCrontab;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the stored versions of the crontab, or restores one of them. */
@Command(
    name = "restore",
    description = "Lists the stored versions of the crontab, or restores one of them.",
    exitCodeOnExecutionException = 1,
    mixinStandardHelpOptions = true)
public final class RestoreCommand implements Callable<Integer> {
  private final Supplier<Settings> settings;
  private final Clock clock;
  private final Function<String, Optional<String>> terminal;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "VERSION",
      description =
          "Number of the version to restore; 1 is the newest. Without it, the"
              + " versions are listed.")
  private Integer version;

  @Option(names = "--yes", description = "Replace the crontab without asking.")
  private boolean yes;

  @Option(
      names = "--json",
      description = "Print JSON: the versions, or the restored one instead of the difference.")
  private boolean json;

  /**
   * @param settings read when the command runs
   * @param terminal asks a question and returns the answer; empty without a terminal
   */
  public RestoreCommand(
      Supplier<Settings> settings, Clock clock, Function<String, Optional<String>> terminal) {
    this.settings = settings;
    this.clock = clock;
    this.terminal = terminal;
  }

  /** Asks on the terminal that the command was started from. */
  static Optional<String> ask(String question) {
    return Optional.ofNullable(System.console())
        .map(console -> Optional.ofNullable(console.readLine("%s", question)).orElse(""));
  }

  /**
   * Whether the answer on {@code terminal} to {@code action} as a question is a yes.
   *
   * @throws ParameterException if there is no terminal
   */
  static boolean confirms(
      Function<String, Optional<String>> terminal, String action, CommandSpec spec) {
    return terminal
        .apply(action + "? [y/N] ")
        .map(RestoreCommand::agrees)
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(),
                    "no terminal to ask for confirmation, add --yes to " + action));
  }

  /** Whether {@code answer} is a yes. */
  static boolean agrees(String answer) {
    return answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
  }

  /** Lists or restores versions; returns 1 if a restore left the crontab unchanged, else 0. */
  @Override
  public Integer call() {
    Settings known = settings.get();
    WritableCrontab files = new WritableCrontab(CrontabPaths.of(known));
    StoreContext store;
    List<Optional<SavedCrontab>> versions;
    try {
      store = StoreContext.open(known, clock);
    } catch (StoreException e) {
      return throughDaemon(known, files, e);
    }
    try (store) {
      versions = store.texts("store-versions-read", "").stream().map(SavedCrontab::parse).toList();
      return version == null ? list(versions, files) : restore(store, versions, files);
    } catch (StoreException e) {
      return failed(e.getMessage());
    }
  }

  /** Restores through the running daemon, which has the store open. */
  private int throughDaemon(Settings known, WritableCrontab files, StoreException inUse) {
    try {
      ApiVersions versions = new ApiVersions(ApiOptions.client(known, Optional.empty()));
      List<Optional<SavedCrontab>> all = versions.all();
      if (version == null) {
        return list(all, files);
      }
      SavedCrontab wanted = wanted(all, files);
      ApiVersions.Current current = versions.current();
      byte[] now = current.text().getBytes(StandardCharsets.UTF_8);
      if (!confirmed(files, now, wanted)) {
        return 1;
      }
      versions.restore(version, current);
      return restored(files, wanted);
    } catch (ApiException e) {
      if (!e.answered()) {
        failed(inUse.getMessage());
      }
      return failed(e.getMessage());
    }
  }

  private int list(List<Optional<SavedCrontab>> versions, WritableCrontab files) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(json(versions));
      out.flush();
      return 0;
    }
    if (versions.isEmpty()) {
      out.println("the store holds no version of " + files.name());
      return 0;
    }
    byte[] now = bytes(files);
    out.println(
        "versions of " + files.name() + ", with the lines that each would add (+) and remove (-)");
    int number = 0;
    for (Optional<SavedCrontab> stored : versions) {
      number++;
      String line =
          stored
              .map(
                  crontab ->
                      String.format(
                          "%s  %s  %s",
                          crontab.saved().truncatedTo(ChronoUnit.SECONDS),
                          crontab.host(),
                          difference(files, now, crontab)))
              .orElse("cannot be read");
      out.printf("%3d  %s%n", number, line);
    }
    return 0;
  }

  private static String json(List<Optional<SavedCrontab>> versions) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (int number = 1; number <= versions.size(); number++) {
      int version = number;
      versions.get(number - 1).ifPresent(crontab -> all.add(crontab.facts(version)));
    }
    return Json.text(all);
  }

  private int restore(
      StoreContext store, List<Optional<SavedCrontab>> versions, WritableCrontab files) {
    SavedCrontab wanted = wanted(versions, files);
    byte[] now = bytes(files);
    if (!confirmed(files, now, wanted)) {
      return 1;
    }
    SavedCrontab replaced = SavedCrontab.of(now, clock.instant(), HostName.of(settings.get()));
    boolean newest = versions.get(0).filter(v -> v.digest().equals(replaced.digest())).isPresent();
    if (!replaced.blank() && !newest) {
      store.send("store-crontab-write", replaced.json());
    }
    if (!files.write(wanted.bytes())) {
      return failed(files.name() + " cannot be written");
    }
    store.send(
        "store-crontab-write",
        SavedCrontab.of(wanted.bytes(), clock.instant(), HostName.of(settings.get())).json());
    return restored(files, wanted);
  }

  private SavedCrontab wanted(List<Optional<SavedCrontab>> versions, WritableCrontab files) {
    if (version < 1 || version > versions.size()) {
      throw new ParameterException(
          spec.commandLine(),
          versions.isEmpty()
              ? "the store holds no version of " + files.name()
              : "no such version: " + version + ", use 1 to " + versions.size());
    }
    return versions
        .get(version - 1)
        .orElseThrow(() -> new StoreException("version " + version + " cannot be read"));
  }

  /** Shows the difference and asks; returns whether to replace the crontab. */
  private boolean confirmed(WritableCrontab files, byte[] now, SavedCrontab wanted) {
    PrintWriter shown = json ? spec.commandLine().getErr() : spec.commandLine().getOut();
    if (!json || !yes) {
      difference(files, now, wanted)
          .unified(files.name(), "version " + version)
          .forEach(line -> shown.println(SafeText.of(line)));
      shown.flush();
    }
    if (yes || confirms(terminal, "replace " + files.name() + " with version " + version, spec)) {
      return true;
    }
    shown.println(files.name() + " is unchanged");
    return false;
  }

  /** Files that the version does not have stay as they are. */
  private static LineDifference difference(WritableCrontab files, byte[] now, SavedCrontab wanted) {
    return LineDifference.between(
        new String(now, StandardCharsets.UTF_8),
        new String(files.merged(now, wanted.bytes()), StandardCharsets.UTF_8));
  }

  private int restored(WritableCrontab files, SavedCrontab wanted) {
    if (json) {
      spec.commandLine().getOut().println(Json.text(wanted.facts(version)));
      return 0;
    }
    spec.commandLine()
        .getOut()
        .printf(
            "%s restored to the version saved %s by %s%n",
            files.name(), wanted.saved().truncatedTo(ChronoUnit.SECONDS), wanted.host());
    return 0;
  }

  private int failed(String why) {
    spec.commandLine().getErr().println("camel-crond: " + why);
    return 1;
  }

  private static byte[] bytes(WritableCrontab files) {
    try {
      return files.read();
    } catch (IOException e) {
      throw new StoreException(files.name() + " cannot be read: " + e.getMessage(), e);
    }
  }
}
