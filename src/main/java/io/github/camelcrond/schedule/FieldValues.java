// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import java.util.BitSet;

/**
 * The values that one field of an expression allows.
 *
 * @param values bit n is set if the value n is allowed; Sunday is bit 0
 * @param special of a day field, the days that depend on the month; see {@link DayRule}
 * @param star whether the field begins with {@code *}, which in cron also {@code *&#47;2} does
 * @param plain whether the field is nothing but {@code *}
 * @param text lower case, {@code ~} and {@code H} resolved
 * @param years of the year field, empty if all are allowed
 */
record FieldValues(
    long values, long special, boolean star, boolean plain, String text, BitSet years) {
  /** The second of a line without that field. */
  static final FieldValues FIRST_SECOND = new FieldValues(1, 0, false, false, "", new BitSet());

  /** The year of a line without that field. */
  static final FieldValues EVERY_YEAR = new FieldValues(0, 0, true, true, "", new BitSet());
}
