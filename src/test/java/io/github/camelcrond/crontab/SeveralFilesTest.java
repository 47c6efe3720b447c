// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.crontab.CrontabParts.Part;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a crontab of several files means. */
class SeveralFilesTest {
  private static final String MAIN = "/etc/crontab";
  private static final ReaderOptions OPTIONS = Spec.OPTIONS.withMainFile(MAIN);

  /** Files and texts in turn. */
  private static Crontab read(String... filesAndTexts) {
    return new CrontabReader(OPTIONS, Spec.CLOCK).read(joined(filesAndTexts));
  }

  private static byte[] joined(String... filesAndTexts) {
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < filesAndTexts.length; i += 2) {
      byte[] text = filesAndTexts[i + 1].getBytes(StandardCharsets.ISO_8859_1);
      parts.add(new Part(filesAndTexts[i], text));
    }
    return CrontabParts.join(parts, Path.of(MAIN));
  }

  private static List<String> problems(Crontab crontab) {
    return Stream.concat(crontab.errors().stream(), crontab.warnings().stream())
        .map(problem -> problem.at(MAIN))
        .toList();
  }

  @Test
  void variablesApplyToTheirFileOnly() {
    Crontab read =
        read(
            MAIN,
            "A = 1\nCRON_TZ = Asia/Tokyo\nCRON_TIMEOUT = 5m\n@daily - a\n",
            "/etc/cron.d/b",
            "B = 2\n@daily - b\n");

    assertThat(problems(read)).isEmpty();
    Job a = read.jobs().get(0);
    Job b = read.jobs().get(1);
    assertThat(a.environment()).containsEntry("A", "1");
    assertThat(b.environment()).containsOnlyKeys("B");
    assertThat(a.schedule().zone()).hasToString("Asia/Tokyo");
    assertThat(b.schedule().zone()).isEqualTo(Spec.BERLIN);
    assertThat(b.policies()).isEqualTo(Policies.DEFAULT);
  }

  @Test
  void commentsThatSilenceWarningsCountForTheirFileOnly() {
    Crontab read =
        read(
            MAIN,
            "# camel-crond: ignore-all mailto\nMAILTO = x\n# camel-crond: ignore tz\n",
            "/etc/cron.d/b",
            "TZ = UTC\nMAILTO = x\n");

    assertThat(problems(read))
        .hasSize(2)
        .allSatisfy(problem -> assertThat(problem).startsWith("/etc/cron.d/b:"));
  }

  @Test
  void eachErrorNamesItsFileLineAndColumn() {
    Crontab read =
        read(
            MAIN,
            "@daily - a\n99 * * * * - a\nCRON_NAME = unused\n",
            "/etc/cron.d/b",
            "\n61 * * * * - b",
            "/etc/cron.d/c",
            "@daily - a\n");

    assertThat(problems(read))
        .containsExactly(
            "/etc/crontab:2:1: minute 99 is out of range, use 0 to 59",
            "/etc/cron.d/b:2:1: minute 61 is out of range, use 0 to 59",
            "/etc/crontab:3:13: CRON_NAME unused is not used, no job follows [unused-name]");
    assertThat(read.jobs())
        .extracting(job -> job.file() + ":" + job.line())
        .containsExactly("/etc/crontab:1", "/etc/cron.d/c:1");
  }

  @Test
  void theIdsOfTheMainFileAreThoseThatItHasAlone() {
    String alone = Spec.read("@daily - a").jobs().get(0).id();

    List<Job> jobs = read(MAIN, "@daily - a\n", "/etc/cron.d/b", "@hourly - b\n").jobs();

    assertThat(jobs.get(0).id()).isEqualTo(alone);
  }

  @Test
  void theSameLineInAnotherFileHasAnotherIdWhateverTheOtherFilesSay() {
    List<Job> jobs = read(MAIN, "@daily - a\n", "/etc/cron.d/b", "@daily - a\n").jobs();
    List<Job> without = read(MAIN, "# none\n", "/etc/cron.d/b", "@daily - a\n").jobs();

    assertThat(jobs).extracting(Job::id).doesNotHaveDuplicates();
    assertThat(without.get(0).id()).isEqualTo(jobs.get(1).id());
  }

  @Test
  void aNameIsUsedOnceInAllFiles() {
    Crontab read =
        read(
            MAIN, "\nCRON_NAME = x\n@daily - a\n", "/etc/cron.d/b", "CRON_NAME = x\n@hourly - b\n");

    assertThat(problems(read))
        .containsExactly(
            "/etc/cron.d/b:1:13: CRON_NAME x is already used in line 3 of /etc/crontab, use"
                + " another");
  }

  @Test
  void theLimitsOfAGroupAreComparedAcrossFiles() {
    Crontab read =
        read(MAIN, "CRON_GROUP = g:2\n@daily - a\n", "/etc/cron.d/b", "CRON_GROUP = g:3\n");

    assertThat(problems(read))
        .containsExactly(
            "/etc/cron.d/b:1:14: group g has limit 3 here and 2 in line 1 of /etc/crontab, use the"
                + " same [group-limit]");
  }

  @Test
  void aBinaryFileIsOneErrorAndAllOthersAreRead() {
    String program = "\u007fELF\u0002\u0001\0\0\u00ff\n".repeat(50);

    Crontab read =
        read(MAIN, "@daily - a\n", "/etc/cron.d/b", program, "/etc/cron.d/c", "@daily - c\n");

    assertThat(problems(read))
        .containsExactly("/etc/cron.d/b:1:1: this is a binary file, use a text in UTF-8");
    assertThat(read.jobs()).extracting(Job::command).containsExactly("a", "c");
  }

  @Test
  void theCrontabOfAUserHasNoUserColumn() {
    Crontab read =
        read(
            MAIN,
            "@daily root a\n",
            "/var/spool/cron/crontabs/alice",
            "A = 1\n@daily b c\n",
            "/etc/cron.d/d",
            "@daily root d\n");

    assertThat(problems(read)).isEmpty();
    assertThat(read.jobs())
        .extracting(job -> job.user() + ": " + job.command())
        .containsExactly("root: a", "alice: b c", "root: d");
  }

  @Test
  void theCrontabOfAUserThatCannotRunIsOneError() {
    ReaderOptions nobody = OPTIONS.withUsers(user -> Optional.of("user " + user + " is unknown"));

    Crontab read =
        new CrontabReader(nobody, Spec.CLOCK)
            .read(joined("/var/spool/cron/crontabs/alice", "@daily b\n@daily c\n"));

    assertThat(problems(read))
        .containsExactly(
            "/var/spool/cron/crontabs/alice:1:1: the name of the file is not that of a user: user"
                + " alice is unknown");
  }

  @Test
  void jobsFromTheStoreAreTheSameOnesAgain() {
    List<Job> jobs =
        read(
                MAIN,
                "A = 1\n@daily root a\n",
                "/etc/cron.d/b",
                "@daily root a\n",
                "/var/spool/cron/tabs/alice",
                "@daily c\n")
            .jobs();
    JobJson json = new JobJson(OPTIONS.endpoints());
    List<Job> stored = jobs.stream().map(job -> json.read(JobJson.write(job, Spec.NOW))).toList();
    assertThat(stored).extracting(Job::file).isEqualTo(jobs.stream().map(Job::file).toList());

    String rendered = CrontabWriter.render(stored, CrontabFormat.SYSTEM);

    List<Job> again = new CrontabReader(OPTIONS, Spec.CLOCK).read(rendered).jobs();
    assertThat(again)
        .extracting(job -> job.id() + " " + job.user() + " " + job.command())
        .containsExactlyInAnyOrderElementsOf(
            jobs.stream().map(job -> job.id() + " " + job.user() + " " + job.command()).toList());
  }

  @Test
  void eachFileIsMendedByItself() {
    byte[] mended =
        new CrontabReader(OPTIONS, Spec.CLOCK)
            .mend(
                joined(MAIN, "09:30 * * * - a\n", "/var/spool/cron/tabs/alice", "08:30 * * * b\n"));

    assertThat(mended)
        .isEqualTo(
            joined(MAIN, "30 9 * * * - a\n", "/var/spool/cron/tabs/alice", "30 8 * * * b\n"));
  }
}
