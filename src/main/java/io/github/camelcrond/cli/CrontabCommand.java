// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.crontab.Crontab;
import io.github.camelcrond.crontab.CrontabFormat;
import io.github.camelcrond.crontab.CrontabPaths;
import io.github.camelcrond.crontab.CrontabReader;
import io.github.camelcrond.crontab.DaemonUser;
import io.github.camelcrond.crontab.ReaderOptions;
import io.github.camelcrond.log.SafeText;
import io.github.camelcrond.store.FileReplacement;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints, installs, edits or empties the crontab, with the options of crontab(1). */
@Command(
    name = "crontab",
    description =
        "Prints, installs, edits or empties the crontab, with the options of crontab(1). A crontab"
            + " with errors is not installed. It is the first file of crond.crontab.file; with -u,"
            + " the user's in the directory of users' crontabs.",
    exitCodeOnExecutionException = 1,
    mixinStandardHelpOptions = true)
public final class CrontabCommand implements Callable<Integer> {
  private final Supplier<Settings> settings;
  private final Clock clock;
  private final InputStream input;
  private final OutputStream output;
  private final Map<String, String> environment;
  private final Function<String, Optional<String>> terminal;
  private final DaemonUser self;

  @Spec private CommandSpec spec;

  @ArgGroup(multiplicity = "1")
  private Action action = new Action();

  @Option(names = "--yes", description = "With -r: empty the crontab without asking.")
  private boolean yes;

  @Option(
      names = "-u",
      paramLabel = "USER",
      description =
          "Use the crontab of this user, in the directory that crond.crontab.file names, such as"
              + " /var/spool/cron/crontabs/; only root may.")
  private Optional<String> user = Optional.empty();

  /** What to do with the crontab: one of these. */
  static final class Action {
    @Option(names = "-l", description = "Print the crontab.")
    private boolean list;

    @Option(
        names = "-e",
        description = "Edit a copy with $VISUAL, $EDITOR or vi, then install the copy.")
    private boolean edit;

    @Option(names = "-r", description = "Empty the crontab, after asking.")
    private boolean remove;

    @Parameters(
        arity = "1",
        paramLabel = "FILE",
        description = "Crontab to install, - for standard input.")
    private String file = "";
  }

  /**
   * @param settings read when the command runs
   * @param input is installed if the file is {@code -}
   * @param output receives the crontab, byte for byte
   * @param environment names the editor
   * @param terminal asks a question and returns the answer; empty without a terminal
   * @param self the user of this process
   */
  public CrontabCommand(
      Supplier<Settings> settings,
      Clock clock,
      InputStream input,
      OutputStream output,
      Map<String, String> environment,
      Function<String, Optional<String>> terminal,
      DaemonUser self) {
    this.settings = settings;
    this.clock = clock;
    this.input = input;
    this.output = output;
    this.environment = Map.copyOf(environment);
    this.terminal = terminal;
    this.self = self;
  }

  /** Returns 1 if the crontab cannot be read or is left unchanged because of an error, else 0. */
  @Override
  public Integer call() throws InterruptedException {
    Settings known = settings.get();
    CrontabPaths paths = CrontabPaths.of(known);
    FileReplacement crontab =
        new FileReplacement(user.isPresent() ? ofUser(paths, user.get()) : main(paths));
    ReaderOptions options = ReaderOptions.of(known);
    CrontabReader reader =
        new CrontabReader(
            owner(crontab).isPresent() ? options.withFormat(CrontabFormat.USER) : options, clock);
    if (action.edit) {
      return edit(crontab, reader);
    }
    if (action.remove) {
      return remove(crontab);
    }
    String name = action.list ? crontab.path().toString() : action.file;
    byte[] text;
    try {
      text = name.equals("-") ? input.readAllBytes() : Files.readAllBytes(Path.of(name));
      if (action.list) {
        output.write(text);
        output.flush();
        return 0;
      }
    } catch (IOException e) {
      spec.commandLine().getErr().println(name + ": " + CheckCommand.reason(e));
      return 1;
    }
    return valid(reader, name, text) ? install(crontab, text) : unchanged(crontab, "");
  }

  /** The first file; of a folder of users' crontabs that of the user of this process. */
  private Path main(CrontabPaths paths) {
    Path first = paths.sources().get(0).path();
    return paths
        .userFolder()
        .filter(first::equals)
        .flatMap(folder -> self.passwd().map(own -> folder.resolve(own.name())))
        .orElse(paths.main());
  }

  private static Optional<String> owner(FileReplacement crontab) {
    return CrontabPaths.user(crontab.path().toString());
  }

  /** The crontab of {@code name} among those of users. */
  private Path ofUser(CrontabPaths paths, String name) {
    Path folder =
        paths
            .userFolder()
            .orElseThrow(
                () ->
                    invalid(
                        name,
                        paths.main()
                            + " is the crontab of all users, write the user as the sixth field of a"
                            + " line, or add a directory such as /var/spool/cron/crontabs/ to"
                            + " crond.crontab.file"));
    if (self.uid() != 0) {
      throw invalid(name, "only root may use the crontabs of users");
    }
    if (!self.exists(name)) {
      throw invalid(name, "no such user, use one from /etc/passwd");
    }
    return folder.resolve(name);
  }

  private ParameterException invalid(String name, String why) {
    return new ParameterException(spec.commandLine(), "-u " + SafeText.of(name) + ": " + why);
  }

  /** Prints the errors and warnings of {@code text}; returns whether it may be installed. */
  private boolean valid(CrontabReader reader, String name, byte[] text) {
    Crontab read = reader.check(text);
    PrintWriter err = spec.commandLine().getErr();
    CheckCommand.problems(err, name, read);
    err.flush();
    return read.errors().isEmpty();
  }

  private int install(FileReplacement crontab, byte[] text) {
    try {
      Optional<String> owner = owner(crontab);
      if (owner.isPresent() && Files.notExists(crontab.path())) {
        createPrivate(crontab.path(), owner.get());
      }
    } catch (IOException e) {
      return unchanged(crontab, CheckCommand.reason(e));
    }
    return crontab.write(text) ? 0 : unchanged(crontab, "it cannot be written");
  }

  /** Creates a file that belongs to {@code owner}, as cron and crontab(1) expect it. */
  private static void createPrivate(Path file, String owner) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.setOwner(
        file, file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(owner));
  }

  private int unchanged(FileReplacement crontab, String why) {
    spec.commandLine()
        .getErr()
        .println(crontab.path() + " is unchanged" + (why.isEmpty() ? "" : ": " + why));
    return 1;
  }

  private int remove(FileReplacement crontab) {
    if (!yes && !RestoreCommand.confirms(terminal, "empty " + crontab.path(), spec)) {
      return unchanged(crontab, "");
    }
    return install(crontab, new byte[0]);
  }

  private int edit(FileReplacement crontab, CrontabReader reader) throws InterruptedException {
    try {
      byte[] before = contents(crontab);
      Path copy = Files.createTempFile("crontab.", "");
      Files.write(copy, before);
      int code = edit(crontab, reader, before, copy);
      if (code == 0) {
        Files.deleteIfExists(copy);
      } else {
        spec.commandLine().getErr().println("the edited copy is " + copy);
      }
      return code;
    } catch (IOException e) {
      return unchanged(crontab, CheckCommand.reason(e));
    }
  }

  private int edit(FileReplacement crontab, CrontabReader reader, byte[] before, Path copy)
      throws IOException, InterruptedException {
    while (true) {
      int code = runEditor(copy);
      if (code != 0) {
        return unchanged(crontab, "the editor exited with code " + code);
      }
      byte[] edited = Files.readAllBytes(copy);
      if (Arrays.equals(before, edited)) {
        spec.commandLine().getErr().println(crontab.path() + " is unchanged");
        return 0;
      }
      if (valid(reader, crontab.path().toString(), edited)) {
        return Arrays.equals(before, contents(crontab))
            ? install(crontab, edited)
            : unchanged(crontab, "it was changed by somebody else during the edit");
      }
      Optional<String> again = terminal.apply("edit again? [y/N] ");
      if (again.filter(RestoreCommand::agrees).isEmpty()) {
        return unchanged(crontab, "");
      }
    }
  }

  /** Runs the editor through the shell, as its variable may contain options. */
  private int runEditor(Path copy) throws IOException, InterruptedException {
    String editor =
        Stream.of("VISUAL", "EDITOR")
            .map(name -> environment.getOrDefault(name, ""))
            .filter(value -> !value.isBlank())
            .findFirst()
            .orElse("vi");
    return new ProcessBuilder("/bin/sh", "-c", editor + " \"$1\"", "sh", copy.toString())
        .inheritIO()
        .start()
        .waitFor();
  }

  private static byte[] contents(FileReplacement crontab) throws IOException {
    return Files.notExists(crontab.path()) ? new byte[0] : crontab.read();
  }
}
