// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelcrond.crontab.CrontabFormat;
import io.github.camelcrond.crontab.CrontabPaths;
import io.github.camelcrond.crontab.EndpointRule;
import io.github.camelcrond.crontab.ReaderOptions;
import io.github.camelcrond.crontab.UserRule;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CheckCommandTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-15T12:00:00Z"), ZoneOffset.UTC);

  private ReaderOptions options = ReaderOptions.of(ZoneOffset.UTC);

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int check(String input, String... args) {
    CheckCommand command =
        new CheckCommand(
            () -> options,
            CrontabPaths.of(folder, "crontab"),
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            CLOCK);
    return new CommandLine(command)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(args);
  }

  @Test
  void printsErrorsWarningsASummaryAndTheNextInstants() throws IOException {
    Path file = folder.resolve("crontab");
    Files.writeString(
        file, "MAILTO=x\n99 * * * * root x\n5 0 * * * root y\n@reboot root z\n0 0 30 2 * root n\n");

    assertThat(check("")).isEqualTo(1);

    assertThat(out.toString())
        .isEqualTo(
            """
            FILE:2:1: minute 99 is out of range, use 0 to 59
            FILE:1:1: warning: MAILTO is not supported, output goes to the log and to CRON_OUTPUT; passed to commands unchanged [mailto]
            FILE:5:1: warning: never fires: no date matches its day and month fields [never-fires]
            3 jobs, 1 error, 2 warnings
            2026-01-16T00:05:00Z       line 3     b6a92f513501  5 0 * * *  root  y
            at start                   line 4     1e06c197efa5  @reboot  root  z
            never                      line 5     2a712da963e7  0 0 30 2 *  root  n
            """
                .replace("FILE", file.toString()));
  }

  @Test
  void aCrontabWithWarningsOnlyIsNoFailure() {
    assertThat(check("MAILTO=x\n* * * * * root x\n", "-")).isZero();
    assertThat(out.toString()).contains("\n1 job, 0 errors, 1 warning\n");
  }

  @Test
  void warnsOfABrokerThatIsNotSet() {
    options =
        new ReaderOptions(
            CrontabFormat.SYSTEM,
            ZoneOffset.UTC,
            new EndpointRule(
                EndpointRule.DEFAULT.schemes(),
                Set.of(),
                Map.of("rabbitmq", "crond.rabbitmq.url is not set, set it to send to RabbitMQ")),
            UserRule.ANY);
    String line = "* * * * * root rabbitmq:x%hello\n";
    assertThat(check("CRON_OUTPUT=rabbitmq:y\n" + line + "* * * * * root log:x\n", "-")).isZero();
    assertThat(out.toString())
        .contains("-:1:13: warning: endpoint rabbitmq:y: crond.rabbitmq.url is not set")
        .contains("-:2:16: warning: endpoint rabbitmq:x: crond.rabbitmq.url is not set")
        .contains("2 jobs, 0 errors, 2 warnings");
  }

  @Test
  void printsOnlyTheFirstTenJobs() {
    check("* * * * * root x\n".repeat(12), "-");

    assertThat(out.toString().lines()).hasSize(12).last().isEqualTo("and 2 more");
  }

  @Test
  void jsonHoldsJobsErrorsAndWarnings() throws IOException {
    assertThat(check("TZ=x\n* * * * * root x\nbad\n", "-", "--json")).isEqualTo(1);

    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.at("/jobs/0/command").asText()).isEqualTo("x");
    assertThat(json.at("/jobs/0/next").asText()).isEqualTo("2026-01-15T12:01:00Z");
    assertThat(json.at("/errors/0/line").asInt()).isEqualTo(3);
    assertThat(json.at("/errors/0/column").asInt()).isEqualTo(1);
    assertThat(json.at("/warnings/0/message").asText()).startsWith("TZ does not affect");
  }

  @Test
  void aMissingFileIsToldInOneLine() {
    assertThat(check("", "/no/such/crontab")).isEqualTo(1);
    assertThat(err.toString()).isEqualTo("/no/such/crontab: file does not exist\n");
  }

  @Test
  void aFolderIsToldInOneLine() {
    assertThat(check("", folder.toString())).isEqualTo(1);
    assertThat(err.toString().lines()).hasSize(1);
  }

  @Test
  void checksFilesAndFoldersAsTheDaemonReadsThem() throws IOException {
    Path main = Files.writeString(folder.resolve("crontab"), "5 0 * * * root y\n");
    Path other = Files.createDirectory(folder.resolve("cron.d")).resolve("other");
    Files.writeString(other, "MAILTO = x\n5 0 * * * root y\n99 * * * * root x\n");
    Files.writeString(other.resolveSibling("other.bak"), "wrong\n");

    assertThat(check("", main + ":" + other.getParent())).isEqualTo(1);

    assertThat(out.toString().lines())
        .containsExactly(
            other + ":3:1: minute 99 is out of range, use 0 to 59",
            other
                + ":1:1: warning: MAILTO is not supported, output goes to the log and to"
                + " CRON_OUTPUT; passed to commands unchanged [mailto]",
            "2 jobs, 1 error, 1 warning",
            "2026-01-16T00:05:00Z       line 1     b6a92f513501  5 0 * * *  root  " + main + "  y",
            out.toString().lines().skip(4).findFirst().orElseThrow());
    assertThat(out.toString()).contains("  " + other + "  y\n");
  }

  @Test
  void aFileThatCannotBeReadDoesNotKeepTheOthersFromTheCheck() throws IOException {
    Path main = Files.writeString(folder.resolve("crontab"), "5 0 * * * root y\n");

    assertThat(check("", main + ":" + folder.resolve("none"))).isEqualTo(1);

    assertThat(err.toString()).isEqualTo(folder.resolve("none") + ": file does not exist\n");
    assertThat(out.toString()).contains("1 job, 0 errors, 0 warnings\n");
  }

  @Test
  void saysThatAJobWithAZoneRunsAtStart() {
    assertThat(check("TZ=UTC @reboot root x\n", "-")).isZero();

    assertThat(out.toString()).contains("at start  ", "TZ=UTC @reboot");
  }

  @Test
  void printsTheMendedCrontabAndWhatIsLeft() {
    assertThat(check("09:30 * * * root date +%F\n99 * * * * root x\n", "--fix", "-")).isEqualTo(1);

    assertThat(out.toString()).isEqualTo("30 9 * * * root date +\\%F\n99 * * * * root x\n");
    assertThat(err.toString()).isEqualTo("-:2:1: minute 99 is out of range, use 0 to 59\n");
  }
}
