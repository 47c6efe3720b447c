// SPDX-License-Identifier: Apache-2.0
/**
 * From the text of a crontab to jobs, errors and warnings, and back; when the file has a new,
 * complete text. Knows nothing of Camel. The times of a line are parsed in {@code schedule}. Start
 * reading at {@code CrontabReader}.
 */
package io.github.camelcrond.crontab;
