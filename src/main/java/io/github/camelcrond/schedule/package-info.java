// SPDX-License-Identifier: Apache-2.0
/**
 * Pure time: schedules, their expressions, and the next instant in a time zone. Knows neither Camel
 * nor Quartz; alarms are in {@code trigger}. Start reading at {@code Schedule}.
 */
package io.github.camelcrond.schedule;
