// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

/** Suggests how to write a range that wraps around, such as {@code 22-2}. */
final class BackwardRange {
  private BackwardRange() {}

  /** The two ranges that mean the same, or one where one is enough. */
  static String instead(Field field, int low, int high, int step) {
    boolean week = field == Field.DAY_OF_WEEK;
    if (week && low == field.max) {
      return range(0, high, step);
    }
    // 7 is already the Sunday, so the next week goes on at 1.
    int restart = week ? 1 : field.min;
    int overhang = (field.max - low + 1) % step;
    int second = overhang == 0 ? restart : restart + step - overhang;
    String upper = range(low, field.max, step);
    return second > high ? upper : upper + "," + range(second, high, step);
  }

  private static String range(int low, int high, int step) {
    if (low == high) {
      return Integer.toString(low);
    }
    return low + "-" + high + (step == 1 ? "" : "/" + step);
  }
}
