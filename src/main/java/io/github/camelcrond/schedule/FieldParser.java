// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/** Parses one field: a list of values, ranges, steps, random values and special days. */
final class FieldParser {
  /** The highest day that {@code H} chooses: every month has it. Source: Jenkins. */
  private static final int EVERY_MONTH_HAS = 28;

  private final Field field;
  private final String text;
  private final int column;
  private final String seed;
  private final List<Warning> warnings;
  private final StringBuilder canonical = new StringBuilder();
  private final BitSet years;
  private long values;
  private long special;

  private FieldParser(Field field, String text, int column, String seed, List<Warning> warnings) {
    this.field = field;
    this.years = field == Field.YEAR ? new BitSet() : FieldValues.EVERY_YEAR.years();
    this.text = text;
    this.column = column;
    this.seed = seed;
    this.warnings = warnings;
  }

  /**
   * Parses the field.
   *
   * @param column column of {@code text} in the expression, from 1
   * @param seed seed for the random values of {@code a~b} and {@code H}
   * @param warnings receives the warnings
   * @throws ScheduleException for the first invalid value
   */
  static FieldValues parse(
      Field field, String text, int column, String seed, List<Warning> warnings)
      throws ScheduleException {
    return new FieldParser(field, text, column, seed, warnings).read();
  }

  private FieldValues read() throws ScheduleException {
    int start = 0;
    while (start <= text.length()) {
      int comma = text.indexOf(',', start);
      int end = comma < 0 ? text.length() : comma;
      canonical.append(start == 0 ? "" : ",");
      entry(text.substring(start, end), column + start);
      start = end + 1;
    }
    if (field == Field.DAY_OF_WEEK) {
      values = (values | values >>> Field.SUNDAY_AT_END) & 0x7f;
    }
    boolean star = text.charAt(0) == '*';
    boolean plain = text.equals("*");
    BitSet some = plain ? FieldValues.EVERY_YEAR.years() : years;
    return new FieldValues(values, special, star, plain, canonical.toString(), some);
  }

  private void entry(String entry, int at) throws ScheduleException {
    int tilde = entry.indexOf('~');
    if (tilde >= 0) {
      int drawn = draw(entry, tilde, at);
      allow(drawn);
      canonical.append(drawn);
      return;
    }
    if (isHash(entry)) {
      hash(entry, at);
      return;
    }
    canonical.append(entry.toLowerCase(Locale.ROOT));
    special |= special(entry, at);
    if (!isSpecial(entry)) {
      range(entry, at);
    }
  }

  private boolean isSpecial(String entry) {
    if (field == Field.DAY_OF_MONTH) {
      return entry.equalsIgnoreCase("L")
          || entry.equalsIgnoreCase("LW")
          || endsWith(entry, 'w') && Field.isNumber(entry.substring(0, entry.length() - 1));
    }
    return field == Field.DAY_OF_WEEK
        && (entry.indexOf('#') > 0 || entry.length() > 1 && endsWith(entry, 'l'));
  }

  private long special(String entry, int at) throws ScheduleException {
    if (!isSpecial(entry)) {
      return 0;
    }
    if (field == Field.DAY_OF_MONTH) {
      return specialDayOfMonth(entry, at);
    }
    int mark = entry.indexOf('#');
    if (mark < 0) {
      return DayRule.last(field.value(entry.substring(0, entry.length() - 1), at));
    }
    int weekday = field.value(entry.substring(0, mark), at);
    String nth = entry.substring(mark + 1);
    if (!Field.isNumber(nth) || Field.number(nth) < 1 || Field.number(nth) > 5) {
      throw fault(at, entry + " is out of range, use " + entry.substring(0, mark) + "#1 to #5");
    }
    return DayRule.nth(weekday, Field.number(nth));
  }

  private long specialDayOfMonth(String entry, int at) throws ScheduleException {
    if (entry.equalsIgnoreCase("L")) {
      return DayRule.LAST_DAY;
    }
    if (entry.equalsIgnoreCase("LW")) {
      return DayRule.LAST_WORKDAY;
    }
    return DayRule.nearestWorkday(field.value(entry.substring(0, entry.length() - 1), at));
  }

  private static boolean endsWith(String entry, char lowerCase) {
    return !entry.isEmpty() && Character.toLowerCase(entry.charAt(entry.length() - 1)) == lowerCase;
  }

  private int draw(String entry, int tilde, int at) throws ScheduleException {
    String first = entry.substring(0, tilde);
    String last = entry.substring(tilde + 1);
    if (last.indexOf('/') >= 0) {
      throw fault(at, entry + " has a step, remove it: a random value cannot have a step");
    }
    int low = first.isEmpty() ? field.min : field.value(first, at);
    int high = last.isEmpty() ? Math.max(low, highest()) : end(last, low, at + tilde + 1);
    if (low > high) {
      throw fault(at, entry + " is reversed, write the lower value first");
    }
    return drawn(low, high);
  }

  private int drawn(int low, int high) {
    return StableRandom.between(low, high, seed, field.ordinal() + 8 * canonical.length());
  }

  /** Whether {@code entry} is {@code H} as in Jenkins. */
  private static boolean isHash(String entry) {
    boolean first = !entry.isEmpty() && Character.toLowerCase(entry.charAt(0)) == 'h';
    return first && (entry.length() == 1 || entry.charAt(1) == '(' || entry.charAt(1) == '/');
  }

  /**
   * Parses {@code H}, {@code H(low-high)}, {@code H/step} or {@code H(low-high)/step}: one random
   * value, or every step-th value from a random one in the first step of the range.
   */
  private void hash(String entry, int at) throws ScheduleException {
    int open = entry.indexOf('(');
    int close = entry.indexOf(')');
    int slash = entry.indexOf('/');
    int low = field.min;
    int high = field == Field.DAY_OF_MONTH ? EVERY_MONTH_HAS : highest();
    if (open > 0) {
      int dash = entry.indexOf('-', open);
      if (close != (slash < 0 ? entry.length() : slash) - 1 || dash < 0 || dash > close) {
        throw fault(at, entry + " is not known, use H, H(0-29), H/10 or H(0-29)/10");
      }
      low = field.value(entry.substring(open + 1, dash), at + open + 1);
      high = end(entry.substring(dash + 1, close), low, at + dash + 1);
      if (low > high) {
        throw fault(at, entry + " is reversed, write the lower value first");
      }
    }
    if (slash < 0) {
      int drawn = drawn(low, high);
      allow(drawn);
      canonical.append(drawn);
      return;
    }
    int step = step(entry.substring(slash + 1), at + slash + 1);
    int first = drawn(low, Math.min(high, low + step - 1));
    for (int value = first; value <= high; value += step) {
      allow(value);
    }
    canonical.append(first).append('-').append(high).append('/').append(step);
  }

  /** The highest random value: Sunday counts once, not twice. */
  private int highest() {
    return field == Field.DAY_OF_WEEK ? field.max - 1 : field.max;
  }

  /** The end of a range; Sunday by name ends the week unless it also begins the range. */
  private int end(String name, int low, int at) throws ScheduleException {
    int high = field.value(name, at);
    boolean sunday = field == Field.DAY_OF_WEEK && high == 0 && !Field.isNumber(name);
    return sunday && low > 0 ? Field.SUNDAY_AT_END : high;
  }

  private void range(String entry, int at) throws ScheduleException {
    int slash = entry.indexOf('/');
    String base = slash < 0 ? entry : entry.substring(0, slash);
    int dash = base.indexOf('-');
    if (dash == 0) {
      throw fault(at, entry + " begins with -, " + field.allowed());
    }
    boolean star = !base.isEmpty() && base.charAt(0) == '*';
    if (star && base.length() > 1) {
      throw fault(at, entry + " is not valid, only /step may follow *");
    }
    int low = star ? field.min : field.value(dash < 0 ? base : base.substring(0, dash), at);
    int step = slash < 0 ? 1 : step(entry.substring(slash + 1), at + slash + 1);
    int high = star || dash < 0 && slash >= 0 ? field.max : low;
    if (dash > 0) {
      high = rangeEnd(base, dash, low, step, at);
    }
    if (step > 1 && step > high - low) {
      warnings.add(stepAboveRange(entry.substring(slash + 1), low, high, at + slash + 1));
    }
    for (int value = low; value <= high; value += step) {
      allow(value);
    }
  }

  private void allow(int value) {
    if (field == Field.YEAR) {
      years.set(value);
    } else {
      values |= 1L << value;
    }
  }

  private Warning stepAboveRange(String step, int low, int high, int at) {
    String range = "the range " + low + " to " + high;
    return new Warning(
        at,
        "step-above-range",
        field.title + " step " + step + " exceeds " + range + ", only " + low + " fires");
  }

  private int rangeEnd(String range, int dash, int low, int step, int at) throws ScheduleException {
    if (dash == range.length() - 1) {
      throw fault(at, "range " + range + " has no end, " + field.allowed());
    }
    int high = end(range.substring(dash + 1), low, at + dash + 1);
    if (low > high) {
      String instead = BackwardRange.instead(field, low, high, step);
      throw fault(at, "range " + range + " is reversed, write " + instead);
    }
    return high;
  }

  private int step(String step, int at) throws ScheduleException {
    if (!Field.isNumber(step)) {
      String what = step.isEmpty() ? "step is missing" : "step " + step + " is not a number";
      throw fault(at, what + ", use 1 or more");
    }
    if (Field.number(step) == 0) {
      throw fault(at, "step " + step + " is out of range, use 1 or more");
    }
    return Field.number(step);
  }

  private ScheduleException fault(int at, String message) {
    return new ScheduleException(at, field.title + " " + message);
  }
}
