// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import io.github.camelcrond.schedule.Schedule;
import java.util.Map;
import java.util.Optional;

/**
 * A job: a crontab line with a schedule.
 *
 * @param id the job-id, unique in its crontab: the name that CRON_NAME sets, else 12 hexadecimal
 *     digits derived from the line
 * @param file path of the file; empty if the crontab is a single file
 * @param line line number, from 1
 * @param schedule when the job fires
 * @param text the schedule as written, with single spaces
 * @param user the sixth column as written; {@code -} is the daemon's own user
 * @param command the command for the shell, with {@code \%} as {@code %}; for a line that sends a
 *     message, the URI of the endpoint
 * @param stdin the text after the first {@code %}, for a command with a newline at its end; empty
 *     if there is none
 * @param endpoint whether the line sends a message, to the endpoint {@code command}
 * @param environment the variables in force at the line, in the order of their first assignment,
 *     including those that the daemon reads; CRON_NAME only if it is that of this job
 * @param policies the values of {@code RANDOM_DELAY} and {@code CRON_*}
 * @param raw the command part as written, from which the job-id is derived
 */
public record Job(
    String id,
    String file,
    int line,
    Schedule schedule,
    String text,
    String user,
    String command,
    Optional<String> stdin,
    boolean endpoint,
    Map<String, String> environment,
    Policies policies,
    String raw) {}
