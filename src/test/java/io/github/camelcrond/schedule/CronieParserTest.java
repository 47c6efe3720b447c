// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class CronieParserTest {
  private static final String FLAGS = "mhD-W";
  private static final Map<String, String> DIFFERENCES = differences();

  @ParameterizedTest
  @CsvFileSource(delimiter = '|', resources = "/spec/schedule/cronie-parser.csv")
  void readsWhatCronieReads(
      String expression,
      String verdict,
      String flags,
      String minute,
      String hour,
      String dayOfMonth,
      String month,
      String dayOfWeek) {
    boolean takenByCronie = verdict.startsWith("OK");
    Optional<ParsedSchedule> ours = parse(expression);

    if (DIFFERENCES.containsKey(expression)) {
      assertThat(ours.isPresent())
          .isEqualTo(DIFFERENCES.get(expression).equals("taken"))
          .isNotEqualTo(takenByCronie);
      return;
    }
    assertThat(ours.isPresent()).isEqualTo(takenByCronie);
    if (takenByCronie) {
      List<String> values = Arrays.asList(minute, hour, dayOfMonth, month, dayOfWeek);
      assertSameFields(expression, Objects.requireNonNullElse(flags, ""), values);
    }
  }

  private static void assertSameFields(String expression, String flags, List<String> values) {
    String fields = ScheduleParser.NICKNAMES.get(expression.toLowerCase(Locale.ROOT));
    List<Token> words = Token.split(fields == null ? expression : fields);
    for (Field field : Field.FIVE) {
      int i = field.ordinal();
      FieldValues ours = field(field, words.get(i).text());
      assertThat(ours.values()).as(field.title).isEqualTo(bits(field, values.get(i)));
      // cronie leaves the day flags of nicknames out; where every day is set they change nothing.
      boolean nickname = fields != null && field.ordinal() > Field.HOUR.ordinal();
      if (field != Field.MONTH && !nickname) {
        assertThat(ours.star()).as(field.title).isEqualTo(flags.indexOf(FLAGS.charAt(i)) >= 0);
      }
    }
  }

  private static FieldValues field(Field field, String text) {
    try {
      return FieldParser.parse(field, text, 1, "", new ArrayList<>());
    } catch (ScheduleException refused) {
      throw new AssertionError(text, refused);
    }
  }

  private static long bits(Field field, String values) {
    long bits = 0;
    for (String value : values.split(",")) {
      int number = Integer.parseInt(value);
      bits |= 1L << (field == Field.DAY_OF_WEEK ? number % 7 : number);
    }
    return bits;
  }

  private static Optional<ParsedSchedule> parse(String expression) {
    try {
      return Optional.of(ScheduleParser.parse(expression, ZoneOffset.UTC, ""));
    } catch (ScheduleException refused) {
      return Optional.empty();
    }
  }

  private static Map<String, String> differences() {
    Map<String, String> differences = new HashMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                CronieParserTest.class.getResourceAsStream("/spec/schedule/cronie-differs.csv"),
                StandardCharsets.UTF_8))) {
      lines
          .lines()
          .filter(line -> !line.startsWith("# "))
          .map(line -> line.split("\\|"))
          .forEach(row -> differences.put(row[0].trim(), row[1].trim()));
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
    return differences;
  }
}
