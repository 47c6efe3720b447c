// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleParserTest {

  @ParameterizedTest
  @CsvFileSource(delimiter = '|', quoteCharacter = '\'', resources = "/spec/schedule/messages.csv")
  void saysWhatIsWrongAndWhere(String expression, int column, String message) {
    ScheduleException refused =
        catchThrowableOfType(ScheduleException.class, () -> parse(expression, "job"));

    assertThat(refused).hasMessage(message);
    assertThat(refused.column()).isEqualTo(column);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*/60 * * * *       | 3 | minute step 60 exceeds the range 0 to 59, only 0 fires",
        "* 20/9 * * *       | 6 | hour step 9 exceeds the range 20 to 23, only 20 fires",
        "15-40/30 * * * *   | 7 | minute step 30 exceeds the range 15 to 40, only 15 fires",
        "* * * * */9999999999 | 11 | day of week step 9999999999 exceeds the range 0 to 7, only 0 fires",
      })
  void warnsOfStepAboveItsRange(String expression, int column, String message) throws Exception {
    assertThat(parse(expression, "job").warnings())
        .containsExactly(new Warning(column, "step-above-range", message));
  }

  @Test
  void hasNothingToSayAboutUsualSteps() throws Exception {
    assertThat(parse("*/59 */23 */30 */11 */7", "job").warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'  0\t 12 * * MON '  | 0 12 * * mon",
        "0 0 LW jan-MAR FriL  | 0 0 lw jan-mar fril",
        "@Daily               | @daily",
        "@Every 1H            | @every 1h",
        "@at 2026-12-24t18:00z | @at 2026-12-24T18:00Z",
        "@REBOOT              | @reboot",
        "*/10 0 12 * * MON    | */10 0 12 * * mon",
        "0 0 12 1 JAN * 2027  | 0 0 12 1 jan * 2027",
        "TZ=Asia/Tokyo 0  4 * * * | 0 4 * * *",
      })
  void writesExpressionInOneForm(String text, String expression) throws Exception {
    assertThat(parse(text, "job").schedule().expression()).isEqualTo(expression);
  }

  @Test
  void tellsAllFieldsThatAreWrong() {
    ScheduleException refused =
        catchThrowableOfType(ScheduleException.class, () -> parse("1 2 0 27 sat,11", "job"));

    assertThat(refused.all())
        .extracting(fault -> fault.column() + ": " + fault.getMessage())
        .containsExactly(
            "5: day of month 0 is out of range, use 1 to 31",
            "7: month 27 is out of range, use 1 to 12 or jan to dec",
            "14: day of week 11 is out of range, use 0 to 7 or sun to sat");
  }

  @ParameterizedTest
  @CsvSource({
    "TZ=Asia/Tokyo 0 4 * * *, Asia/Tokyo",
    "CRON_TZ = 'Asia/Tokyo' @daily, Asia/Tokyo",
    "'TZ=\"EST\" H * * * *', -05:00",
    "TZ='' 0 4 * * *, Z",
    "0 4 * * *, Z"
  })
  void takesTheZoneInFront(String text, String zone) throws Exception {
    assertThat(parse(text, "job").schedule().zone().getId()).isEqualTo(zone);
  }

  @Test
  void takesTheSameTextForEqual() throws Exception {
    assertThat(parse("0 12 * * MON", "a").schedule())
        .isEqualTo(parse("0  12 * * mon", "b").schedule());
    assertThat(parse("0 12 * * 1", "a").schedule())
        .isNotEqualTo(parse("0 12 * * 2", "a").schedule());
  }

  @Test
  void drawsTheSameValueForTheSameSeed() throws Exception {
    Schedule first = parse("10~20 ~ * * 5,~", "a3f9c2d1b07e").schedule();
    Schedule second = parse("10~20 ~ * * 5,~", "a3f9c2d1b07e").schedule();

    assertThat(first).isEqualTo(second);
    // Fixed for ever: a restart with another release must not move anybody's job.
    assertThat(first.expression()).isEqualTo("19 16 * * 5,4");
  }

  @Test
  void drawsTheHashOfJenkinsOnceForEver() throws Exception {
    assertThat(parse("H H(2-5) H * H", "a3f9c2d1b07e").schedule().expression())
        .isEqualTo("6 2 20 * 4");
    assertThat(parse("H/10 H(8-18)/4 * * *", "a3f9c2d1b07e").schedule().expression())
        .isEqualTo("6-59/10 8-18/4 * * *");
  }

  @Test
  void drawsEveryHashOfTheRangeAndNoOther() throws Exception {
    Set<String> minutes = new HashSet<>();
    Set<String> hours = new HashSet<>();
    Set<String> days = new HashSet<>();
    for (int i = 0; i < 2_000; i++) {
      String[] fields = parse("h(57-59) H/3 H * *", "job" + i).schedule().expression().split(" ");
      minutes.add(fields[0]);
      hours.add(fields[1]);
      days.add(fields[2]);
    }
    assertThat(minutes).containsExactlyInAnyOrder("57", "58", "59");
    assertThat(hours).containsExactlyInAnyOrder("0-23/3", "1-23/3", "2-23/3");
    assertThat(days).hasSize(28).doesNotContain("0", "29");
  }

  @Test
  void drawsEveryValueOfTheRangeAndNoOther() throws Exception {
    Set<String> minutes = new HashSet<>();
    Set<String> hours = new HashSet<>();
    Set<String> weekdays = new HashSet<>();
    for (int i = 0; i < 2_000; i++) {
      String[] fields = parse("57~ ~2 * * fri~sun", "job" + i).schedule().expression().split(" ");
      minutes.add(fields[0]);
      hours.add(fields[1]);
      weekdays.add(fields[4]);
    }
    assertThat(minutes).containsExactlyInAnyOrder("57", "58", "59");
    assertThat(hours).containsExactlyInAnyOrder("0", "1", "2");
    assertThat(weekdays).containsExactlyInAnyOrder("5", "6", "7");
  }

  @Test
  void drawsEachFieldOnItsOwn() throws Exception {
    Set<List<String>> pairs = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      String[] fields = parse("1~2 1~2 * * *", "job" + i).schedule().expression().split(" ");
      pairs.add(List.of(fields[0], fields[1]));
    }
    assertThat(pairs).hasSize(4);
  }

  @Test
  void answersAtTheEndsOfTheCalendar() throws Exception {
    for (String expression :
        List.of("0 0 29 2 *", "@every 7m", "@reboot", "@at 2026-01-01T00:00")) {
      Schedule schedule = parse(expression, "job").schedule();
      assertThat(schedule.next(Instant.MAX)).isEmpty();
      assertThat(schedule.nextFiring(Instant.MAX)).isEmpty();
      schedule.next(Instant.MIN).ifPresent(at -> assertThat(at).isAfter(Instant.MIN));
    }
  }

  private static ParsedSchedule parse(String text, String seed) throws ScheduleException {
    return ScheduleParser.parse(text, ZoneOffset.UTC, seed);
  }
}
