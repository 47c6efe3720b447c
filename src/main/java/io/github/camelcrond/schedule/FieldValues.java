// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

/**
 * The values that one field of an expression allows.
 *
 * @param values bit n is set if the value n is allowed; Sunday is bit 0
 * @param special of a day field, the days that depend on the month; see {@link DayRule}
 * @param star whether the field begins with {@code *}, which in cron also {@code *&#47;2} does
 * @param plain whether the field is nothing but {@code *}
 * @param text lower case, {@code ~} resolved
 */
record FieldValues(long values, long special, boolean star, boolean plain, String text) {}
