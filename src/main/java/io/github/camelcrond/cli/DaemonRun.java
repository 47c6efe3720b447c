// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import io.github.camelcrond.cluster.WorkSettings;
import io.github.camelcrond.config.ErrorText;
import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsException;
import io.github.camelcrond.config.SettingsLoader;
import io.github.camelcrond.config.SystemZone;
import io.github.camelcrond.crontab.CrontabPaths;
import io.github.camelcrond.daemon.Daemon;
import io.github.camelcrond.log.LogSetup;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of the daemon, from the settings to the stop. */
final class DaemonRun {
  private static final String[] LEVELS = {"trace", "debug", "info", "warn", "error", "off"};

  private DaemonRun() {}

  /**
   * Whether {@code args} are {@code run}, {@code run FILE} or {@code run -}. These are not parsed
   * by picocli: its class files are too old for the JVM's class archive, and loading them would
   * take a quarter of the start-up time.
   */
  static boolean isPlain(String... args) {
    return args.length > 0
        && args.length <= 2
        && args[0].equals("run")
        && (args.length == 1 || args[1].equals("-") || !args[1].startsWith("-"));
  }

  /**
   * Runs {@link #isPlain plain} {@code args}, prints errors to {@code err}, returns the exit code.
   */
  static int plain(PrintStream err, String... args) {
    try {
      until(List.of(args).subList(1, args.length));
      return 0;
    } catch (Exception e) {
      describe(e).forEach(line -> err.println("camel-crond: " + line));
      return 1;
    }
  }

  /**
   * Runs until a signal ends it.
   *
   * @param files the crontab, if it is not the one that the settings name; {@code -} for standard
   *     input
   * @throws Exception if the daemon cannot start, or stopped because of an error
   */
  static void until(List<String> files) throws Exception {
    Settings settings = SettingsLoader.load();
    LogSetup.choose(
        new LogSetup.Choice(
            settings.oneOf("crond.log.format", "plain", "json").equals("json"),
            settings.flag("crond.log.merge-json"),
            settings.oneOf("crond.log.level", LEVELS),
            levels(settings)));
    for (String file : files) {
      settings = file.equals("-") ? keep(System.in, settings) : named(file, settings);
    }
    refuseStream(settings);
    logZone(SystemZone.current());
    Daemon daemon = new Daemon(settings, Clock.systemUTC());
    daemon.ownProcess();
    daemon.start();
    daemon.await();
    daemon.stop();
    if (!daemon.failure().isEmpty()) {
      throw new IllegalStateException(daemon.failure());
    }
  }

  private static Settings named(String file, Settings settings) {
    CrontabPaths crontab = CrontabPaths.of(Path.of("").toAbsolutePath(), file);
    Settings named = settings.with("crond.crontab.file", crontab.toString());
    refuseStream(named);
    refuseMissing(named);
    return named;
  }

  /**
   * Copies the crontab in {@code input} to a file that only this user can read, and that is deleted
   * when the process exits. It is not replaced by an earlier one from the store.
   */
  static Settings keep(InputStream input, Settings settings) throws IOException {
    byte[] text = input.readAllBytes();
    if (new String(text, StandardCharsets.ISO_8859_1).isBlank()) {
      throw new SettingsException(
          "standard input is empty; write a crontab to it, in a container with docker run -i");
    }
    Path folder = temporaryFolder(Path.of(System.getProperty("java.io.tmpdir")), settings);
    Path file = Files.write(folder.resolve("stdin"), text);
    // In the reverse order.
    folder.toFile().deleteOnExit();
    file.toFile().deleteOnExit();
    return settings.with("crond.crontab.file", file.toString()).with("crond.recovery", "off");
  }

  /** A new directory in {@code temporary}, or in the store directory if that is not writable. */
  static Path temporaryFolder(Path temporary, Settings settings) throws IOException {
    String prefix = "camel-crond-";
    try {
      return Files.createTempDirectory(temporary, prefix);
    } catch (IOException e) {
      Path store = Files.createDirectories(settings.storeDir());
      return Files.createTempDirectory(store, prefix);
    }
  }

  private static Map<String, String> levels(Settings settings) {
    Map<String, String> levels = new TreeMap<>();
    settings.asProperties().stringPropertyNames().stream()
        .filter(key -> key.startsWith(SettingsLoader.LOGGERS))
        .forEach(
            key ->
                levels.put(
                    key.substring(SettingsLoader.LOGGERS.length()), settings.oneOf(key, LEVELS)));
    return levels;
  }

  private static void logZone(SystemZone zone) {
    Logger log = LoggerFactory.getLogger("crond.daemon");
    zone.warning().ifPresent(log::warn);
    log.atInfo()
        .addKeyValue("zone", zone.zone())
        .addKeyValue("source", zone.source())
        .log("time zone");
  }

  /** Rejects a file that does not exist: a mistyped name must not start a recovery. */
  static void refuseMissing(Settings settings) {
    if (!WorkSettings.of(settings).scheduler() || settings.text("crond.recovery").equals("store")) {
      return;
    }
    for (CrontabPaths.Source source : CrontabPaths.of(settings).sources()) {
      if (Files.notExists(source.path())) {
        throw new SettingsException(
            source.path()
                + " does not exist; create it, or set crond.recovery = store to restore it from the"
                + " store");
      }
    }
  }

  /**
   * Rejects a file that can be read only once, such as a pipe, as the daemon reads the crontab
   * repeatedly.
   */
  static void refuseStream(Settings settings) {
    for (CrontabPaths.Source source : CrontabPaths.of(settings).sources()) {
      Path crontab = source.path();
      boolean stream = Files.exists(crontab) && !Files.isRegularFile(crontab);
      if (stream && !Files.isDirectory(crontab) || crontab.endsWith("-")) {
        throw new SettingsException(
            crontab
                + " is not a file; write the crontab to a file and name that, as it is read again"
                + " whenever it changes, or to the standard input of camel-crond run -");
      }
    }
  }

  /** The error messages of {@code e}, one line for each fault. */
  static List<String> describe(Exception e) {
    if (e instanceof SettingsException) {
      return e.getMessage().lines().toList();
    }
    String causes = ErrorText.all(e);
    boolean files = causes.toLowerCase(Locale.ROOT).contains("too many open files");
    return List.of(files ? causes + ", raise the limit (ulimit -n)" : causes);
  }
}
