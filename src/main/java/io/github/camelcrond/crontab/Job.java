// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import io.github.camelcrond.schedule.Schedule;
import java.util.Map;
import java.util.Optional;

/**
 * A crontab line that schedules.
 *
 * @param id the name given by CRON_NAME, else 12 hex digits drawn from the line's text; unique in
 *     its crontab
 * @param file of the line; empty if the crontab is one file
 * @param line from 1
 * @param text the schedule as written, single-spaced
 * @param user as written in the sixth column; {@code -} is the daemon's own user
 * @param command what the shell gets, {@code \%} resolved; for a line that sends, the endpoint's
 *     URI
 * @param stdin what follows the first {@code %}; empty if there is none. Ends with a newline for a
 *     command, not for an endpoint
 * @param endpoint whether the command is the URI of an endpoint to which a message is sent
 * @param environment the crontab's variables in force at the line, in the order of their first
 *     assignment; those that the daemon reads are among them, CRON_NAME only if it is the job's own
 * @param raw the command part as written, from which the id is drawn
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
