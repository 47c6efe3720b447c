// SPDX-License-Identifier: Apache-2.0
/**
 * From the crontabs and job lists of other programs to a crontab of ours, for {@code camel-crond
 * import}. Each source turns its file into {@code JobDraft}s and comments; {@code CrontabImport}
 * writes them and has the reader of {@code crontab} check each line. Start reading there.
 */
package io.github.camelcrond.migrate;
