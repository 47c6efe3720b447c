// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.store.CrontabPlace;
import io.github.camelcrond.store.LineDifference;
import io.github.camelcrond.store.SavedCrontab;
import io.github.camelcrond.store.StoreContext;
import io.github.camelcrond.store.StoreException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the stored versions of the crontab, or brings one back. */
@Command(
    name = "restore",
    description = "Lists the stored versions of the crontab, or brings one back.",
    exitCodeOnExecutionException = 1,
    mixinStandardHelpOptions = true)
public final class RestoreCommand implements Callable<Integer> {
  private final Supplier<Settings> settings;
  private final Clock clock;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "VERSION",
      description = "Number of the version to bring back, 1 for the newest.")
  private Integer version;

  /**
   * @param settings asked for when the command runs
   */
  public RestoreCommand(Supplier<Settings> settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** Lists or restores; 1 if the crontab cannot be written, else 0. */
  @Override
  public Integer call() {
    Settings known = settings.get();
    CrontabPlace place = new CrontabPlace(known.path("crond.crontab.file"));
    Optional<StoreException> inUse = Optional.empty();
    List<Optional<SavedCrontab>> versions = List.of();
    try (StoreContext store = StoreContext.open(known, clock)) {
      versions = store.texts("store-versions-read", "").stream().map(SavedCrontab::parse).toList();
    } catch (StoreException e) {
      inUse = Optional.of(e);
    }
    if (inUse.isPresent()) {
      return throughDaemon(known, place, inUse.get());
    }
    return version == null ? list(versions, place) : restore(versions, place);
  }

  /** A daemon that runs has the store; what it is asked to do it does itself. */
  private int throughDaemon(Settings known, CrontabPlace place, StoreException inUse) {
    try {
      ApiVersions versions = new ApiVersions(ApiOptions.client(known, Optional.empty()));
      if (version == null) {
        return list(versions.all(), place);
      }
      versions.restore(version);
      spec.commandLine()
          .getOut()
          .printf("%s is again as version %d has it%n", place.path(), version);
      return 0;
    } catch (ApiException e) {
      return failed(e.answered() ? e.getMessage() : inUse.getMessage() + "; and " + e.getMessage());
    }
  }

  private int list(List<Optional<SavedCrontab>> versions, CrontabPlace place) {
    PrintWriter out = spec.commandLine().getOut();
    if (versions.isEmpty()) {
      out.println("the store holds no version of " + place.path());
      return 0;
    }
    String now = text(place);
    out.println(
        "versions of " + place.path() + ", with the lines that each would add (+) and remove (-)");
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
                          LineDifference.between(now, crontab.text())))
              .orElse("cannot be read");
      out.printf("%3d  %s%n", number, line);
    }
    return 0;
  }

  private int restore(List<Optional<SavedCrontab>> versions, CrontabPlace place) {
    if (version < 1 || version > versions.size()) {
      throw new ParameterException(
          spec.commandLine(),
          versions.isEmpty()
              ? "the store holds no version of " + place.path()
              : "there is no version " + version + ", use 1 to " + versions.size());
    }
    Optional<SavedCrontab> wanted = versions.get(version - 1);
    if (wanted.isEmpty()) {
      return failed("version " + version + " cannot be read");
    }
    if (!place.write(wanted.get().bytes())) {
      return failed(place.path() + " cannot be written");
    }
    spec.commandLine()
        .getOut()
        .printf(
            "%s is again as it was saved %s by %s%n",
            place.path(),
            wanted.get().saved().truncatedTo(ChronoUnit.SECONDS),
            wanted.get().host());
    return 0;
  }

  private int failed(String why) {
    spec.commandLine().getErr().println("camel-crond: " + why);
    return 1;
  }

  private static String text(CrontabPlace place) {
    try {
      return new String(place.read(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
