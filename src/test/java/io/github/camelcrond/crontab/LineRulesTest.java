// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What in a line is almost surely a mistake. */
class LineRulesTest {
  private static final Set<String> USERS = Set.of("root", "app", "mail", "-");
  private static final Set<String> PROGRAMS = Set.of("/bin/true", "/usr/bin/mail");

  private static final class SomeUsers implements UserRule {
    @Override
    public Optional<String> refusal(String user) {
      return exists(user) ? Optional.empty() : Optional.of("user " + user + " does not exist");
    }

    @Override
    public boolean exists(String user) {
      return USERS.contains(user);
    }
  }

  private static Optional<String> programFault(String path) {
    if (path.equals("/etc/passwd")) {
      return Optional.of("is not executable");
    }
    return PROGRAMS.contains(path) ? Optional.empty() : Optional.of("does not exist");
  }

  static Stream<String[]> doubts() {
    return Spec.rows("doubts.tsv");
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("doubts")
  void tellsWhatIsDoubtfulAndHowToMendIt(
      String rule, String format, String line, String problems, String mended) {
    CrontabReader reader = new CrontabReader(options(format), Spec.CLOCK);
    byte[] text = Spec.json(line).getBytes(StandardCharsets.UTF_8);

    assertThat(String.join("; ", told(reader.check(text)))).isEqualTo(problems);
    assertThat(new String(reader.mend(text), StandardCharsets.UTF_8))
        .isEqualTo(mended.isEmpty() ? Spec.json(line) : Spec.json(mended));
  }

  /** The format, and after a blank crond.crontab.fields. */
  private static ReaderOptions options(String format) {
    String[] words = format.split(" ");
    return new ReaderOptions(
        words[0].equals("user") ? CrontabFormat.USER : CrontabFormat.SYSTEM,
        Spec.OPTIONS.zone(),
        Spec.OPTIONS.endpoints(),
        new SomeUsers(),
        words.length == 1 ? ReaderOptions.AUTO : Integer.parseInt(words[1]),
        LineRulesTest::programFault,
        "",
        false);
  }

  private static List<String> told(Crontab read) {
    return Stream.concat(read.errors().stream(), read.warnings().stream())
        .map(p -> p.line() + ":" + p.column() + ": " + p.text())
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "# camel-crond: ignore percent                     | 2",
        "## camel-crond:  ignore program,percent           | 2",
        "# camel-crond: ignore-all program percent         |",
        "# camel-crond: ignore program                     | 1 2",
        "# camel-crond ignore percent                      | 1 2",
      })
  void commentsSilenceWarningsOfTheNextLineOrOfAllBelow(String comment, String lines) {
    String doubtful = "0 4 * * * root date +%F\n";
    Crontab read =
        new CrontabReader(options("system"), Spec.CLOCK)
            .read(comment + "\n\n" + doubtful + doubtful);

    assertThat(read.warnings().stream().map(w -> String.valueOf(w.line() - 2)).toList())
        .isEqualTo(lines == null ? List.of() : List.of(lines.split(" ")));
  }

  @Test
  void codesThatNoWarningHasAreReportedWithThoseThatOneHas() {
    String crontab =
        """
        # camel-crond: ignore percent, percents
        0 4 * * * root date +%F
        # camel-crond: ignore-all unknown-code
        # camel-crond: ignore because of that
        """;
    assertThat(told(new CrontabReader(options("system"), Spec.CLOCK).read(crontab)))
        .containsExactly(
            "1:23: no warning has the code percents, use one of "
                + String.join(", ", Silences.CODES)
                + " [unknown-code]");
  }

  @Test
  void theManualListsAllCodes() throws IOException {
    String page = Files.readString(Path.of("docs/crontab.md"));
    String table = page.substring(page.indexOf("| code |"), page.indexOf("The log has these"));
    assertThat(
            Pattern.compile("`([a-z-]+)`(?=[^|]*\\|[^|]*\\|\n)")
                .matcher(table)
                .results()
                .map(code -> code.group(1)))
        .containsExactlyInAnyOrderElementsOf(Silences.CODES);
  }

  @Test
  void programsAreLookedForOnThisMachine(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThat(ProgramRule.OF_SYSTEM.fault("/bin/sh")).isEmpty();
    assertThat(ProgramRule.OF_SYSTEM.fault(folder.toString())).contains("is a directory");
    assertThat(ProgramRule.OF_SYSTEM.fault(file.toString())).contains("is not executable");
    assertThat(ProgramRule.OF_SYSTEM.fault(folder + "/none")).contains("does not exist");
  }

  @Test
  void aLineThatIsNotUtf8IsNotMended() {
    byte[] text = "09:30 * * * root x\u00e4".getBytes(StandardCharsets.ISO_8859_1);
    CrontabReader reader = new CrontabReader(options("system"), Spec.CLOCK);

    assertThat(told(reader.check(text)))
        .containsExactly("1:19: byte 0xe4 is not UTF-8, save the file as UTF-8");
    assertThat(reader.mend(text)).isEqualTo(text);
  }

  @Test
  void onlyTheLinesThatAreMendedChange() {
    byte[] text =
        "# \u00e4\r\nA=\u201cx\u201d\r\n0 4 * * * root date +%F\r\nbad line"
            .getBytes(StandardCharsets.UTF_8);
    text[2] = (byte) 0xff;

    byte[] mended = new CrontabReader(options("system"), Spec.CLOCK).mend(text);

    assertThat(new String(mended, StandardCharsets.ISO_8859_1))
        .isEqualTo("# \u00ff\u00a4\r\nA=\"x\"\r\n0 4 * * * root date +\\%F\r\nbad line");
  }
}
