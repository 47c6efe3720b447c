// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CrontabReaderTest {
  private static final String MEGABYTE = "x".repeat(1_000_000);

  private static Crontab bytes(byte[] text) {
    return new CrontabReader(Spec.OPTIONS, Spec.CLOCK).read(text);
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void anEmptyFileHasNoJobs() {
    assertThat(bytes(new byte[0])).isEqualTo(Spec.read("\n # \n\t\n\r\n"));
  }

  private static ReaderOptions queued() {
    ReaderOptions usual = Spec.OPTIONS;
    return new ReaderOptions(
        usual.format(),
        usual.zone(),
        usual.endpoints(),
        usual.users(),
        usual.fields(),
        usual.programs(),
        "",
        true);
  }

  @Test
  void noJobRunsOnEachHostIfWorkersRunTheJobs() {
    byte[] text = latin1("CRON_ON = each\n* * * * * - a\nCRON_ON = one\n* * * * * - b\n");

    Crontab read = new CrontabReader(queued(), Spec.CLOCK).read(text);

    assertThat(read.jobs()).noneMatch(job -> job.policies().onEach());
    assertThat(Spec.problems(read))
        .containsExactly("1:11: CRON_ON each is not possible with crond.run.mode = queue, use one");
  }

  @Test
  void aRetryOnAnotherWorkerNeedsWorkers() {
    byte[] text = latin1("CRON_RETRY_ON = other\nCRON_RETRIES = 2\n* * * * * root a\n");

    assertThat(Spec.problems(bytes(text)))
        .containsExactly(
            "1:17: warning: CRON_RETRY_ON other needs crond.run.mode = queue, the daemon retries"
                + " itself");
    assertThat(Spec.problems(new CrontabReader(queued(), Spec.CLOCK).read(text))).isEmpty();
  }

  @Test
  void carriageReturnsBeforeLineFeedsAreNotPartOfTheLine() {
    Crontab read = Spec.read("FOO=bar\r\n\r\n* * * * * root echo hi\r\n");

    assertThat(read.jobs().get(0).command()).isEqualTo("echo hi");
    assertThat(read.jobs().get(0).environment()).containsEntry("FOO", "bar");
  }

  @Test
  void aByteOrderMarkIsNotPartOfTheFirstLine() {
    Crontab read = bytes("\uFEFF99 * * * * root x".getBytes(StandardCharsets.UTF_8));

    assertThat(Spec.problems(read)).containsExactly("1:1: minute 99 is out of range, use 0 to 59");
  }

  @Test
  void aLineThatIsNotUtf8IsLeftOutAndTheOthersRun() {
    Crontab read =
        bytes(latin1("* * * * * - a\n* * * * * - gr\u00fc\u00df\n# gr\u00fcn\n* * * * * - b"));

    assertThat(read.jobs()).extracting(Job::command).containsExactly("a", "b");
    assertThat(Spec.problems(read))
        .containsExactly("2:15: byte 0xfc is not UTF-8, save the file as UTF-8");
  }

  @Test
  void aTruncatedSequenceAtTheEndIsFound() {
    Crontab read = bytes(new byte[] {'*', ' ', '*', (byte) 0xc3});

    assertThat(Spec.problems(read))
        .containsExactly("1:4: byte 0xc3 is not UTF-8, save the file as UTF-8");
  }

  @Test
  void aNulByteIsAnErrorOfItsLine() {
    Crontab read = Spec.read("* * * * * - a\0b\nFOO=\0\n* * * * * - c");

    assertThat(Spec.problems(read))
        .containsExactly(
            "1:14: line contains a NUL byte, remove it",
            "2:5: line contains a NUL byte, remove it");
    assertThat(read.jobs()).extracting(Job::command).containsExactly("c");
  }

  @Test
  void columnsCountCharactersAndNotBytesOrHalvesOfSurrogatePairs() {
    Crontab read = Spec.read("* * * * * - \uD83D\uDE00\0");

    assertThat(Spec.problems(read)).containsExactly("1:14: line contains a NUL byte, remove it");
  }

  @Test
  void controlCharactersOfABadValueDoNotReachTheMessage() {
    Crontab read = Spec.read("\u001b[31m * * * * root x");

    assertThat(Spec.problems(read).get(0)).contains("\\u001b[31m").doesNotContain("\u001b");
  }

  @Test
  void lineOfAMegabyteGetsAnAnswer() {
    Crontab read =
        Spec.read(
            String.join(
                "\n",
                "* * * * * - " + MEGABYTE,
                "# " + MEGABYTE,
                "FOO=" + MEGABYTE,
                MEGABYTE,
                "CRON_TZ=" + MEGABYTE,
                "CRON_TZ=",
                "* * * * * - cat%" + MEGABYTE));

    assertThat(Spec.problems(read))
        .extracting(problem -> problem.substring(0, problem.indexOf(' ')))
        .containsExactly("1:13:", "3:5:", "4:1:", "5:9:");
    assertThat(Spec.problems(read)).allMatch(problem -> problem.length() < 250);
    assertThat(read.jobs().get(0).stdin()).contains(MEGABYTE + "\n");
  }

  @Test
  void longestCommandIsWhatLinuxTakes() {
    assertThat(Spec.read("* * * * * - " + "x".repeat(131_071)).errors()).isEmpty();
    assertThat(Spec.read("* * * * * - " + "x".repeat(131_072)).errors()).hasSize(1);
    assertThat(Spec.read("* * * * * - " + "\u00fc".repeat(65_536)).errors()).hasSize(1);
  }

  @Test
  void linesWithoutUsersRunAsTheDaemonsOwn() {
    ReaderOptions options = Spec.OPTIONS.withFormat(CrontabFormat.USER);

    Crontab read = new CrontabReader(options, Spec.CLOCK).read("0 0 * * * root echo hi\n* * * * *");

    assertThat(read.jobs().get(0).user()).isEqualTo("-");
    assertThat(read.jobs().get(0).command()).isEqualTo("root echo hi");
    assertThat(Spec.problems(read))
        .containsExactly("2:10: the command is missing after the schedule");
  }

  @Test
  void theIdIsThatOfTheSameLineWithADash() {
    ReaderOptions options = Spec.OPTIONS.withFormat(CrontabFormat.USER);

    assertThat(new CrontabReader(options, Spec.CLOCK).read("0 0 * * * echo hi").jobs().get(0).id())
        .isEqualTo(Spec.read("0 0 * * * - echo hi").jobs().get(0).id());
  }

  @Test
  void aRefusedUserIsShownWhereItStands() {
    UserRule rule =
        user -> user.equals("bob") ? Optional.of("user bob is refused") : Optional.empty();

    Crontab read =
        new CrontabReader(Spec.OPTIONS.withUsers(rule), Spec.CLOCK)
            .read("*  * * * *  bob x\n* * * * * eve y\nCRON_NAME=n\n@daily bob z\n@daily eve z");

    assertThat(Spec.problems(read))
        .containsExactly("1:13: user bob is refused", "4:8: user bob is refused");
    assertThat(read.jobs()).extracting(Job::user).containsExactly("eve", "eve");
    assertThat(read.jobs().get(1).id()).isNotEqualTo("n");
  }

  @Test
  void readsChangedTextsAsIfItHadReadNoneBefore() {
    List<String> texts =
        List.of(
            "* * * * * bob x\n* * * * * bob x\n@daily eve y\n~ 1 * * * bob z\n",
            "* * * * * bob x\n@daily eve y\nCRON_TZ=Europe/Berlin\n* * * * * bob x\n",
            "CRON_NAME=n\n* * * * * bob x\n* * * * * bob x\n* * * * * bob x\n",
            "TZ=Asia/Tokyo @daily eve y\n99 * * * * eve y\n~ 1 * * * bob z\n",
            "A=1\n* * * * * bob x\n@daily eve y\n* * * * * bob x\n* * * * * bob x\n");
    Set<String> refused = new HashSet<>();
    UserRule rule =
        user -> refused.contains(user) ? Optional.of(user + " is refused") : Optional.empty();
    CrontabReader reader = new CrontabReader(Spec.OPTIONS.withUsers(rule), Spec.CLOCK);
    for (String text : texts) {
      Crontab fresh = new CrontabReader(Spec.OPTIONS.withUsers(rule), Spec.CLOCK).read(text);
      assertThat(reader.read(text)).usingRecursiveComparison().isEqualTo(fresh);
      refused.add("eve");
    }
  }

  @Test
  void parsesNoLineAgainThatIsAsBefore() {
    CrontabReader reader = new CrontabReader(Spec.OPTIONS, Spec.CLOCK);
    Job before = reader.read("* * * * * - a\n@daily - b\n").jobs().get(1);

    Job after = reader.read("@hourly - a\n\n@daily - b\n").jobs().get(1);

    assertThat(after.line()).isEqualTo(3);
    assertThat(after.schedule()).isSameAs(before.schedule());
  }

  @Test
  void anUnknownZoneIsToldOnceWithWhatItLeavesOut() {
    Crontab read =
        Spec.read("CRON_TZ=Mars/Phobos\n@daily - a\n@daily - b\nCRON_TZ=UTC\n@daily - c");

    assertThat(read.jobs()).extracting(Job::command).containsExactly("c");
    assertThat(Spec.problems(read))
        .singleElement()
        .asString()
        .startsWith("1:9: CRON_TZ: zone Mars/Phobos is unknown, did you mean ")
        .endsWith("; 2 jobs are left out, the last in line 3");
  }

  @Test
  void onlyCheckLooksForClockChanges() {
    String crontab = "30 2 * * * - a\n0 0 30 2 * - b\n@reboot - c";

    assertThat(Spec.check(crontab).warnings()).extracting(Problem::line).containsExactly(1, 1, 2);
    assertThat(Spec.read(crontab).warnings()).extracting(Problem::line).containsExactly(2);
  }

  @Test
  void variablesAreSharedBetweenJobsUntilOneChanges() {
    Crontab read = Spec.read("A=1\n* * * * * - a\nA=1\n* * * * * - b\nA=2\n* * * * * - c");

    assertThat(read.jobs().get(1).environment()).isSameAs(read.jobs().get(0).environment());
    assertThat(read.jobs().get(1).policies()).isSameAs(read.jobs().get(0).policies());
    assertThat(read.jobs().get(2).environment()).containsExactly(Map.entry("A", "2"));
    assertThat(read.jobs().get(0).environment()).containsExactly(Map.entry("A", "1"));
  }

  @Test
  void eachJobHasTheVariablesOfItsLineHoweverManyChangeInBetween() {
    Random random = new Random(7);
    Map<String, String> model = new LinkedHashMap<>();
    List<Map<String, String>> expected = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 3_000; i++) {
      String name = "V" + random.nextInt(i < 1_500 ? 20 : 200);
      model.put(name, "x" + i);
      text.append(name).append("=x").append(i).append('\n');
      Map<String, String> job = new LinkedHashMap<>(model);
      if (i % 7 == 0) {
        text.append("CRON_NAME=job").append(i).append('\n');
        job.put("CRON_NAME", "job" + i);
      }
      text.append("* * * * * - a\n");
      expected.add(job);
    }

    List<Job> jobs = Spec.read(text.toString()).jobs();

    for (int i = 0; i < expected.size(); i++) {
      Map<String, String> environment = jobs.get(i).environment();
      assertThat(environment).isEqualTo(expected.get(i)).hasSameHashCodeAs(expected.get(i));
      assertThat(List.copyOf(environment.entrySet()))
          .isEqualTo(List.copyOf(expected.get(i).entrySet()));
    }
  }

  @Test
  void jobsTimesTheirVariablesAreBounded() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 999; i++) {
      text.append("V").append(i).append("=\n");
    }
    for (int i = 0; i < 8_000; i++) {
      text.append("V1=").append(i).append("\n* * * * * - x\n");
    }

    Crontab read = Spec.read(text.toString());

    assertThat(read.jobs()).hasSizeBetween(1_000, 2_000);
    assertThat(read.errors().get(0).message())
        .isEqualTo("the variables of all jobs are too large in total, use at most 32 MiB");
    assertThat(read.jobs().size() + read.errors().size()).isEqualTo(8_000);
  }

  @Test
  void namesNearZonesOfTheFirstFewMistakesOnly() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 10_000; i++) {
      text.append("CRON_TZ=Mars/P").append(i % 5_000).append("\n");
    }

    List<String> problems = Spec.problems(Spec.read(text.toString()));

    assertThat(problems).hasSize(10_000);
    assertThat(problems).filteredOn(problem -> problem.contains(", did you mean ")).hasSize(40);
    assertThat(problems.get(20))
        .isEqualTo("21:9: CRON_TZ: zone Mars/P20 is unknown, use one such as Europe/Berlin");
  }

  @Test
  void checkThatTakesTooLongEndsWithAnError() {
    Crontab read = slow(Duration.ofSeconds(20)).check(latin1("@daily - a\n@daily - b\n@daily - c"));

    assertThat(read.jobs()).hasSize(1);
    assertThat(Spec.problems(read))
        .containsExactly("2:1: check stopped here after 30 s, it took too long");
  }

  @Test
  void loadThatTakesTooLongChangesNothing() {
    CrontabReader reader = slow(Duration.ofMinutes(3));

    assertThatThrownBy(() -> reader.read("@daily - a\n@daily - b\n@daily - c"))
        .hasMessage("reading the crontab took longer than 5 minutes, stopped at line 2");
  }

  private static CrontabReader slow(Duration line) {
    AtomicLong nanos = new AtomicLong();
    return new CrontabReader(Spec.OPTIONS, Spec.CLOCK, () -> nanos.getAndAdd(line.toNanos()));
  }

  @Test
  void moreThanAThousandVariablesAreRefused() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 1_001; i++) {
      text.append("V").append(i).append("=x\n");
    }

    assertThat(Spec.problems(Spec.read(text + "V0=y\n* * * * * - a")))
        .containsExactly(
            "1001:1: variable V1000 exceeds the maximum number of variables, use at most 1000");
  }
}
