// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.crontab.Crontab;
import io.github.camelcrond.crontab.CrontabReader;
import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.crontab.Policies;
import io.github.camelcrond.crontab.ReaderOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Files of other programs become the crontabs in spec/import, which our reader accepts. */
class ImportCommandTest {
  private static final Path SAMPLES = Path.of("src/test/resources/spec/import");
  private static final String EXPECTED = ".expected";

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(byte[] input, String... args) {
    return new CommandLine(new ImportCommand(new ByteArrayInputStream(input)))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(args);
  }

  private int run(String input, String... args) {
    return run(input.getBytes(StandardCharsets.UTF_8), args);
  }

  private Crontab printed() {
    Crontab read =
        new CrontabReader(ReaderOptions.of(ZoneOffset.UTC), Clock.systemUTC()).read(out.toString());
    assertThat(read.errors()).as(out.toString()).isEmpty();
    return read;
  }

  static List<Path> samples() throws IOException {
    try (Stream<Path> files = Files.list(SAMPLES)) {
      return files.filter(file -> !file.toString().endsWith(EXPECTED)).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aSampleBecomesACrontabWithoutErrors(Path sample) throws IOException {
    int code = run(Files.readAllBytes(sample), "-");

    Path expected = SAMPLES.resolve(sample.getFileName() + EXPECTED);
    assertThat(out + "-- exit code " + code + "\n" + err).isEqualTo(Files.readString(expected));
    assertThat(printed().jobs()).isNotEmpty();
  }

  @Test
  void allSamplesTogetherHaveTheSameJobsAsEachAlone() throws IOException {
    run("", samples().stream().map(Path::toString).toArray(String[]::new));
    List<Job> together = printed().jobs();
    List<String> commands = together.stream().map(Job::command).toList();
    assertThat(together).extracting(Job::id).doesNotHaveDuplicates();

    out.getBuffer().setLength(0);
    for (Path sample : samples()) {
      run("", sample.toString());
      assertThat(commands).containsAll(printed().jobs().stream().map(Job::command).toList());
      out.getBuffer().setLength(0);
    }
  }

  @Test
  void theKindCanBeNamed() {
    assertThat(run("0 3 * * * mail report 5%\n", "-", "--from", "busybox")).isZero();
    assertThat(printed().jobs()).extracting(Job::command).containsExactly("mail report 5%");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hello world                   | neither a crontab nor a list of jobs that is known",
        "'jobs: [\n'                   | not YAML: ",
        "'kind: CronJob\nspec: {}\n'   | the CronJob has no spec.schedule",
        "'apiVersion: v1\nspec: {}\n'  | not a Kubernetes object, its kind is missing",
        "'defaults:\n  utc: true\n'     | not a yacron configuration, its jobs are missing",
        "'services:\n  a:\n   image: b' | no job of Ofelia found, use job-exec, job-run or job-local",
        "'[job-local \"a\"]\nx = 1\n'  | job-local a has no schedule",
      })
  void badInputIsOneMessageWithItsPlace(String input, String message) {
    assertThat(run(input, "-")).isEqualTo(1);

    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .startsWith("-:")
        .contains(message);
    assertThat(printed().jobs()).isEmpty();
  }

  @Test
  void aBinaryFileIsOneMessage() {
    assertThat(run("* * * * * root a\0b\n", "-")).isEqualTo(1);

    assertThat(err.toString()).isEqualTo("-: is a binary file, give a crontab or a list of jobs\n");
  }

  @Test
  void aLineThatIsNotUtf8IsLeftOutAndTheOthersAreKept() {
    byte[] input =
        "0 1 * * * root a\n0 2 * * * root \u00e4\n".getBytes(StandardCharsets.ISO_8859_1);

    assertThat(run(input, "-")).isEqualTo(1);

    assertThat(err.toString()).isEqualTo("-:2: not UTF-8, save the file as UTF-8\n");
    assertThat(printed().jobs()).extracting(Job::command).containsExactly("a");
  }

  @Test
  void aJobThatIsNotUtf8IsLeftOutOfAList() {
    String list =
        "jobs:\n- {schedule: '@daily', command: a}\n- {schedule: '@daily', command: \u00e4}\n";

    assertThat(run(list.getBytes(StandardCharsets.ISO_8859_1), "-")).isEqualTo(1);

    assertThat(err.toString()).isEqualTo("-:3: not UTF-8, save the file as UTF-8\n");
    assertThat(printed().jobs()).extracting(Job::command).containsExactly("a");
  }

  @Test
  void aListThatHoldsItselfEnds() {
    run("kind: List\nitems: &a\n- kind: List\n  items: *a\n", "-");

    assertThat(out.toString()).contains("# left out: List without a name is not a CronJob");
  }

  @Test
  void variablesOfOneCrontabDoNotReachTheJobsOfTheNext() throws IOException {
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");
    Files.writeString(one, "PATH=/a\nHOME=/h\nX=1\nCRON_OVERLAP=skip\n0 1 * * * root a\n");
    Files.writeString(two, "0 2 * * * root b\n");

    assertThat(run("", one.toString(), two.toString())).isZero();

    Job last = printed().jobs().get(1);
    assertThat(last.environment())
        .containsEntry("X", "")
        .containsEntry("HOME", "")
        .containsEntry("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    assertThat(last.policies()).isEqualTo(Policies.DEFAULT);
    assertThat(out.toString()).contains("# HOME is empty below");
  }

  /** Looking for the next free number from 2 on takes minutes. */
  @Test
  @Timeout(60)
  void manyJobsOfOneNameAreNumbered() {
    int many = 40_000;
    StringBuilder jobs = new StringBuilder();
    for (int i = 0; i < many; i++) {
      String other = Integer.toBinaryString(i).replace('0', '!').replace('1', '?');
      jobs.append("[job-local \"same").append(other).append("\"]\n");
      jobs.append("schedule = @hourly\ncommand = true\n");
    }
    assertThat(run(jobs.toString(), "-")).isZero();
    assertThat(out.toString().lines()).contains("CRON_NAME = same", "CRON_NAME = same-" + many);
  }

  @Test
  void aMissingFileIsReportedAndTheOthersAreImported() throws IOException {
    Path good = folder.resolve("good");
    Files.writeString(good, "0 1 * * * root a\n");

    assertThat(run("", "/no/such/crontab", good.toString())).isEqualTo(1);

    assertThat(err.toString()).isEqualTo("/no/such/crontab: file does not exist\n");
    assertThat(printed().jobs()).hasSize(1);
  }
}
