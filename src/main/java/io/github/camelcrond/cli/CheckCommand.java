// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import io.github.camelcrond.crontab.Crontab;
import io.github.camelcrond.crontab.CrontabJson;
import io.github.camelcrond.crontab.CrontabParts;
import io.github.camelcrond.crontab.CrontabPaths;
import io.github.camelcrond.crontab.CrontabReader;
import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.crontab.Problem;
import io.github.camelcrond.crontab.ReaderOptions;
import io.github.camelcrond.log.SafeText;
import io.github.camelcrond.schedule.RebootSchedule;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks a crontab: prints its errors, warnings and the next firing of each job. */
@Command(
    name = "check",
    description = "Checks a crontab: prints its errors, warnings and the next firing of each job.",
    exitCodeOnExecutionException = 1,
    mixinStandardHelpOptions = true)
public final class CheckCommand implements Callable<Integer> {
  private static final int NEXT_SHOWN = 10;

  private final Supplier<ReaderOptions> options;
  private final CrontabPaths crontab;
  private final InputStream input;
  private final Clock clock;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description =
          "Crontab to check: a file, a directory, several separated by colons, or - for standard input"
              + " (default: crond.crontab.file).")
  private String file = "";

  @Option(
      names = "--fix",
      description =
          "Print the crontab with the mistakes mended for which there is one mend; what is left goes"
              + " to standard error.")
  private boolean fix;

  @Option(names = "--json", description = "Print jobs, errors and warnings as one JSON object.")
  private boolean json;

  private boolean unreadable;

  /**
   * @param options supplies the options when the command runs
   * @param crontab the files to check if the command line names none
   * @param input is checked if the file is {@code -}
   */
  public CheckCommand(
      Supplier<ReaderOptions> options, CrontabPaths crontab, InputStream input, Clock clock) {
    this.options = options;
    this.crontab = crontab;
    this.input = input;
    this.clock = clock;
  }

  /** Returns 1 if there are errors or the file cannot be read, else 0. */
  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    CrontabPaths paths =
        file.isEmpty() || file.equals("-")
            ? crontab
            : CrontabPaths.of(Path.of("").toAbsolutePath(), file);
    byte[] text = read(paths);
    if (unreadable && text.length == 0) {
      return 1;
    }
    Instant now = clock.instant();
    ReaderOptions reading = options.get().withMainFile(paths.main().toString());
    CrontabReader reader = new CrontabReader(reading, clock);
    if (fix) {
      return fix(out, reader, text);
    }
    Crontab read = reader.check(text);
    if (json) {
      out.println(CrontabJson.write(read, now));
    } else {
      print(out, read, now);
    }
    out.flush();
    return read.errors().isEmpty() && !unreadable ? 0 : 1;
  }

  private int fix(PrintWriter out, CrontabReader reader, byte[] text) {
    byte[] mended = reader.mend(text);
    out.print(new String(mended, StandardCharsets.UTF_8));
    out.flush();
    Crontab left = reader.check(mended);
    PrintWriter err = spec.commandLine().getErr();
    problems(err, name(), left);
    err.flush();
    return left.errors().isEmpty() && !unreadable ? 0 : 1;
  }

  private String name() {
    return file.isEmpty() ? crontab.toString() : file;
  }

  private byte[] read(CrontabPaths paths) {
    if (file.equals("-")) {
      try {
        return input.readAllBytes();
      } catch (IOException e) {
        unreadable(file, e);
        return new byte[0];
      }
    }
    return CrontabParts.read(paths, (path, e) -> unreadable(paths.isSeveral() ? path : name(), e));
  }

  private void unreadable(Object place, IOException e) {
    unreadable = true;
    spec.commandLine().getErr().println(place + ": " + reason(e));
  }

  static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "file does not exist";
    }
    return e instanceof AccessDeniedException
        ? "permission denied"
        : "cannot be read: " + e.getMessage();
  }

  private void print(PrintWriter out, Crontab read, Instant now) {
    problems(out, name(), read);
    out.printf(
        "%s, %s, %s%n",
        count(read.jobs(), "job"),
        count(read.errors(), "error"),
        count(read.warnings(), "warning"));
    int width = TerminalWidth.get();
    read.jobs().stream().limit(NEXT_SHOWN).forEach(job -> out.println(next(job, now, width)));
    if (read.jobs().size() > NEXT_SHOWN) {
      out.printf("and %d more%n", read.jobs().size() - NEXT_SHOWN);
    }
  }

  /** Prints errors and warnings with their positions in the file {@code name}. */
  static void problems(PrintWriter out, String name, Crontab read) {
    for (Problem error : read.errors()) {
      out.println(error.at(name));
    }
    for (Problem warning : read.warnings()) {
      out.printf("%s: warning: %s%n", warning.place(name), warning.text());
    }
  }

  private static String next(Job job, Instant now, int width) {
    String next =
        job.schedule()
            .next(now)
            .map(job.schedule()::format)
            .orElse(job.schedule() instanceof RebootSchedule ? "at start" : "never");
    String start =
        String.format(
            "%-25s  line %-4d  %s  %s  %s  %s",
            next,
            job.line(),
            job.id(),
            job.text(),
            job.user(),
            job.file().isEmpty() ? "" : job.file() + "  ");
    return TerminalWidth.cut(start + SafeText.of(job.command()), start.length(), width);
  }

  private static String count(List<?> things, String name) {
    return things.size() + " " + name + (things.size() == 1 ? "" : "s");
  }
}
