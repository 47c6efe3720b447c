// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import io.github.camelcrond.migrate.CrontabImport;
import io.github.camelcrond.migrate.ImportKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a crontab from the crontabs or job lists of other programs. */
@Command(
    name = "import",
    description = "Prints a crontab from the crontabs or job lists of other programs.",
    exitCodeOnExecutionException = 1,
    mixinStandardHelpOptions = true)
public final class ImportCommand implements Callable<Integer> {
  private final InputStream input;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Files to import, - for standard input.")
  private List<String> files = List.of();

  @Option(
      names = "--from",
      paramLabel = "KIND",
      description =
          "What the files were written for: ${COMPLETION-CANDIDATES} (default: found out from the"
              + " content).")
  private Optional<ImportKind> from = Optional.empty();

  /**
   * @param input is read if a file is {@code -}
   */
  public ImportCommand(InputStream input) {
    this.input = input;
  }

  /** Returns 1 if a file or a job could not be read, else 0. */
  @Override
  public Integer call() {
    CrontabImport imported = new CrontabImport();
    for (String file : files) {
      try {
        byte[] content =
            file.equals("-") ? input.readAllBytes() : Files.readAllBytes(Path.of(file));
        imported.add(file, content, from);
      } catch (IOException e) {
        imported.fault(file + ": " + CheckCommand.reason(e));
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(imported.crontab());
    out.flush();
    PrintWriter err = spec.commandLine().getErr();
    imported.faults().forEach(err::println);
    err.flush();
    return imported.faults().isEmpty() ? 0 : 1;
  }
}
