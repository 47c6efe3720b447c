// SPDX-License-Identifier: Apache-2.0
/**
 * Alarms: a Camel route and a Quartz trigger for each distinct schedule, and clocks that are set.
 * When a schedule fires is decided in {@code schedule}, what runs then in {@code job}. Start
 * reading at {@code CronRoutes}.
 */
package io.github.camelcrond.trigger;
