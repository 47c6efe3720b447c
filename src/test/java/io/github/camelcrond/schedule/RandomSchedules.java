// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Makes schedules up, as a text for the parser and, on their own way, as sets for the model. */
public final class RandomSchedules {
  private final Random random;

  /** Draws from {@code random}. */
  public RandomSchedules(Random random) {
    this.random = random;
  }

  private record Made(String text, Set<Integer> values) {
    boolean star() {
      return text.startsWith("*");
    }
  }

  private record MadeDay(String text, Predicate<LocalDate> days) {
    boolean star() {
      return text.startsWith("*");
    }
  }

  /** Another one. */
  public SlowSchedule next() {
    Made minute = field(0, 59, 4);
    Made hour = random.nextBoolean() ? fewHours() : field(0, 23, 3);
    MadeDay ofMonth = dayOfMonth();
    Made month = random.nextInt(4) > 0 ? all(1, 12) : field(1, 12, 3);
    MadeDay ofWeek = dayOfWeek();
    boolean both = ofMonth.star() || ofWeek.star();
    Predicate<LocalDate> days = both ? ofMonth.days.and(ofWeek.days) : ofMonth.days.or(ofWeek.days);
    return new SlowSchedule(
        String.join(" ", minute.text, hour.text, ofMonth.text, month.text, ofWeek.text),
        minute.values,
        hour.values,
        days.and(date -> month.values.contains(date.getMonthValue())),
        !minute.star() && !hour.star());
  }

  /** Hours near midnight and three, where most clocks change. */
  private Made fewHours() {
    Set<Integer> hours = new TreeSet<>();
    int[] candidates = {0, 0, 1, 1, 2, 2, 3, 3, 4, 22, 23, 12};
    for (int i = random.nextInt(3); i >= 0; i--) {
      hours.add(candidates[random.nextInt(candidates.length)]);
    }
    return new Made(String.join(",", hours.stream().map(String::valueOf).toList()), hours);
  }

  private MadeDay dayOfMonth() {
    return switch (random.nextInt(10)) {
      case 0 -> days(field(1, 31, 3), false);
      case 1 -> new MadeDay("L", date -> date.getDayOfMonth() == date.lengthOfMonth());
      case 2 -> {
        int day = 1 + random.nextInt(31);
        yield new MadeDay(day + "W", date -> date.equals(nearestWorkday(date, day)));
      }
      case 3 -> new MadeDay("LW", date -> date.equals(nearestWorkday(date, date.lengthOfMonth())));
      default -> days(all(1, 31), false);
    };
  }

  private static LocalDate nearestWorkday(LocalDate inMonth, int day) {
    if (day > inMonth.lengthOfMonth()) {
      return LocalDate.MIN;
    }
    LocalDate wanted = inMonth.withDayOfMonth(day);
    for (int distance = 0; ; distance++) {
      for (LocalDate near :
          new LocalDate[] {wanted.minusDays(distance), wanted.plusDays(distance)}) {
        if (near.getMonth() == wanted.getMonth()
            && near.getDayOfWeek().compareTo(DayOfWeek.SATURDAY) < 0) {
          return near;
        }
      }
    }
  }

  private MadeDay dayOfWeek() {
    DayOfWeek day = DayOfWeek.of(1 + random.nextInt(7));
    int number = random.nextBoolean() ? day.getValue() : day.getValue() % 7;
    String name = day.name().substring(0, 3);
    return switch (random.nextInt(10)) {
      case 0 -> days(field(0, 7, 2), true);
      case 1 ->
          new MadeDay(
              number + "L", date -> date.equals(date.with(TemporalAdjusters.lastInMonth(day))));
      case 2 -> {
        int nth = 1 + random.nextInt(5);
        yield new MadeDay(
            name + "#" + nth,
            date -> date.equals(date.with(TemporalAdjusters.dayOfWeekInMonth(nth, day))));
      }
      default -> days(all(0, 7), true);
    };
  }

  private static MadeDay days(Made made, boolean ofWeek) {
    return new MadeDay(
        made.text,
        date ->
            ofWeek
                ? made.values.contains(date.getDayOfWeek().getValue())
                    || made.values.contains(date.getDayOfWeek().getValue() % 7)
                : made.values.contains(date.getDayOfMonth()));
  }

  private Made all(int min, int max) {
    return stepped("*", min, max, 1);
  }

  private Made field(int min, int max, int mostEntries) {
    if (random.nextInt(5) == 0) {
      return all(min, max);
    }
    Made made = entry(min, max);
    for (int i = random.nextInt(mostEntries); i > 0; i--) {
      Made more = entry(min, max);
      Set<Integer> values = new TreeSet<>(made.values);
      values.addAll(more.values);
      made = new Made(made.text + "," + more.text, values);
    }
    return made;
  }

  private Made entry(int min, int max) {
    int low = min + random.nextInt(max - min + 1);
    int high = low + random.nextInt(max - low + 1);
    int step = 1 + random.nextInt(max);
    return switch (random.nextInt(6)) {
      case 0 -> stepped("*/" + step, min, max, step);
      case 1 -> stepped(low + "-" + high, low, high, 1);
      case 2 -> stepped(low + "-" + high + "/" + step, low, high, step);
      case 3 -> stepped(low + "/" + step, low, max, step);
      default -> stepped(String.valueOf(low), low, low, 1);
    };
  }

  private static Made stepped(String text, int low, int high, int step) {
    Set<Integer> values = new TreeSet<>();
    for (int value = low; value <= high; value += step) {
      values.add(value);
    }
    return new Made(text, values);
  }
}
