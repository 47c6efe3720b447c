// SPDX-License-Identifier: Apache-2.0
/**
 * Settings: where they come from, how they are read and checked; and values that several packages
 * share, such as JSON, durations, TLS and the result of a check. The meaning of a setting belongs
 * to the package that uses it; all are listed in {@code application.properties}. Start reading at
 * {@code Settings}.
 */
package io.github.camelcrond.config;
