// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import io.github.camelcrond.config.ClosestWord;
import io.github.camelcrond.config.JsonValue;
import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsException;
import io.github.camelcrond.config.SettingsLoader;
import io.github.camelcrond.crontab.CrontabPaths;
import io.github.camelcrond.crontab.DaemonUser;
import io.github.camelcrond.crontab.ReaderOptions;
import io.github.camelcrond.log.LogSetup;
import io.github.camelcrond.log.SafeText;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code camel-crond}. */
@Command(
    name = "camel-crond",
    description = "A cron daemon for containers.",
    mixinStandardHelpOptions = true,
    versionProvider = CamelCrond.VersionProvider.class,
    subcommands = {
      RunCommand.class,
      NextCommand.class,
      JobsCommand.class,
      HistoryCommand.class,
      LogsCommand.class,
      RunNowCommand.class,
      CommandLine.HelpCommand.class
    })
public final class CamelCrond {
  private static final String RUN = "The run-id, as printed by history.";

  @Spec private CommandSpec spec;

  /**
   * Runs the command line {@code args} and returns the exit code: 0 for success, 1 for a failure, 2
   * for an invalid command line.
   */
  public static int execute(String... args) {
    if (DaemonRun.isPlain(args)) {
      return DaemonRun.plain(System.err, args);
    }
    LogSetup.forCommands();
    try {
      CommandLine commands = commandLine();
      Optional<String> unknown = unknown(commands, args);
      unknown.ifPresent(error -> System.err.println("camel-crond: " + error));
      return unknown.isPresent() ? CommandLine.ExitCode.USAGE : commands.execute(args);
    } catch (SettingsException e) {
      DaemonRun.describe(e).forEach(line -> System.err.println("camel-crond: " + line));
      return 1;
    }
  }

  /** What is wrong if the first argument is not a command, also before an option like --help. */
  static Optional<String> unknown(CommandLine commands, String... args) {
    Set<String> names = commands.getSubcommands().keySet();
    if (args.length == 0
        || args[0].isEmpty()
        || args[0].startsWith("-")
        || names.contains(args[0])) {
      return Optional.empty();
    }
    String near = closest(args[0], names).map(n -> ", did you mean " + n + "?").orElse("");
    return Optional.of(
        "unknown command: " + SafeText.of(args[0]) + near + "\nRun camel-crond help for a list.");
  }

  /** A third of the letters may differ, or two of them (jbos) if the first is right. */
  private static Optional<String> closest(String word, Set<String> names) {
    return ClosestWord.to(word, names)
        .or(
            () ->
                ClosestWord.of(word, names)
                    .filter(name -> name.charAt(0) == word.charAt(0))
                    .filter(name -> ClosestWord.distance(word, name) <= 2));
  }

  static CommandLine commandLine() {
    return new CommandLine(new CamelCrond())
        .addSubcommand(check())
        .addSubcommand(new ImportCommand(System.in))
        .addSubcommand(
            new RestoreCommand(SettingsLoader::load, Clock.systemUTC(), RestoreCommand::ask))
        .addSubcommand(
            new CrontabCommand(
                SettingsLoader::load,
                Clock.systemUTC(),
                System.in,
                System.out,
                System.getenv(),
                RestoreCommand::ask,
                DaemonUser.ofProcess()))
        .addSubcommand(new StoreCommand(SettingsLoader::load, Clock.systemUTC()))
        .setExecutionExceptionHandler(CamelCrond::fail)
        .setCaseInsensitiveEnumValuesAllowed(true)
        // @daily is a schedule, not a file of arguments.
        .setExpandAtFiles(false);
  }

  @Command(
      name = "pause",
      description = "Pauses a job: its firings are skipped until it is resumed, across restarts.",
      mixinStandardHelpOptions = true)
  int pause(
      @Mixin ApiOptions api,
      @Mixin JobArgument job,
      @Option(
              names = "--json",
              description = "Print JSON, as returned by POST /api/jobs/JOB/pause.")
          boolean json)
      throws ApiException {
    return change(api, job, json, "/pause", " is paused");
  }

  @Command(name = "resume", description = "Resumes a paused job.", mixinStandardHelpOptions = true)
  int resume(
      @Mixin ApiOptions api,
      @Mixin JobArgument job,
      @Option(
              names = "--json",
              description = "Print JSON, as returned by POST /api/jobs/JOB/resume.")
          boolean json)
      throws ApiException {
    return change(api, job, json, "/resume", " is resumed");
  }

  @Command(
      name = "kill",
      description = "Kills a run: sends TERM to its processes, and KILL after CRON_KILL_AFTER.",
      mixinStandardHelpOptions = true)
  int kill(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "RUN", description = RUN) String run,
      @Option(names = "--json", description = "Print JSON, as returned by POST /api/runs/RUN/kill.")
          boolean json)
      throws ApiException {
    JsonValue answer = api.client().post("/runs/" + ApiClient.encode(run) + "/kill");
    return print(json, answer, run + " is being terminated");
  }

  @Command(
      name = "output",
      description =
          "Prints the output of a run: so far if it is in progress, else the part that its record"
              + " keeps.",
      mixinStandardHelpOptions = true)
  int output(@Mixin ApiOptions api, @Parameters(paramLabel = "RUN", description = RUN) String run)
      throws ApiException {
    PrintWriter out = spec.commandLine().getOut();
    out.append(api.client().text("/runs/" + ApiClient.encode(run) + "/output"));
    out.flush();
    return 0;
  }

  private int change(ApiOptions api, JobArgument job, boolean json, String action, String done)
      throws ApiException {
    ApiClient client = api.client();
    String id = job.id(client);
    return print(json, client.post("/jobs/" + ApiClient.encode(id) + action), id + done);
  }

  private int print(boolean json, JsonValue answer, String text) {
    spec.commandLine().getOut().println(json ? answer.toString() : text);
    return 0;
  }

  private static CheckCommand check() {
    Settings settings = SettingsLoader.load();
    return new CheckCommand(
        () -> ReaderOptions.of(settings), CrontabPaths.of(settings), System.in, Clock.systemUTC());
  }

  private static int fail(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    DaemonRun.describe(e).forEach(line -> command.getErr().println("camel-crond: " + line));
    return 1;
  }

  /** The version that the build wrote into the jar. */
  static final class VersionProvider implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = CamelCrond.class.getPackage().getImplementationVersion();
      return new String[] {"camel-crond " + (version == null ? "(not packaged)" : version)};
    }
  }
}
