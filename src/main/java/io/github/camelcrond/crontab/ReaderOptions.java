// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import io.github.camelcrond.config.Settings;
import java.time.ZoneId;

/**
 * How a crontab is read.
 *
 * @param format whether lines have a user column
 * @param zone zone of the schedules of lines without {@code CRON_TZ}
 * @param endpoints the endpoints that lines may send to
 * @param users the users whose lines may run
 * @param fields the number of fields of a schedule, 5 to 7, or {@link #AUTO}
 * @param programs the programs that lines may name without a warning
 * @param mainFile path of that one of several files whose jobs keep the job-ids that they would
 *     have if it were the only file; empty if there is one file
 * @param queued whether workers run the jobs
 */
public record ReaderOptions(
    CrontabFormat format,
    ZoneId zone,
    EndpointRule endpoints,
    UserRule users,
    int fields,
    ProgramRule programs,
    String mainFile,
    boolean queued) {
  /** Number of fields: 6 or 7 in lines in which 5 are an error, otherwise 5. */
  public static final int AUTO = 0;

  /** Any program, in one file, with schedules of {@link #AUTO} fields, for jobs that run here. */
  public ReaderOptions(CrontabFormat format, ZoneId zone, EndpointRule endpoints, UserRule users) {
    this(format, zone, endpoints, users, AUTO, ProgramRule.ANY, "", false);
  }

  /** Lines with a user column, schedules in {@code zone}, the default endpoints, any user. */
  public static ReaderOptions of(ZoneId zone) {
    return new ReaderOptions(CrontabFormat.SYSTEM, zone, EndpointRule.DEFAULT, UserRule.ANY);
  }

  /** The options in {@code settings}, the same for the daemon and {@code check}. */
  public static ReaderOptions of(Settings settings) {
    String fields = settings.oneOf("crond.crontab.fields", "auto", "5", "6", "7");
    boolean elsewhere = settings.oneOf("crond.run.mode", "local", "queue").equals("queue");
    return new ReaderOptions(
        CrontabFormat.of(settings),
        ZoneId.systemDefault(),
        EndpointRule.of(settings),
        DaemonUser.of(settings),
        fields.equals("auto") ? AUTO : Integer.parseInt(fields),
        elsewhere ? ProgramRule.ANY : ProgramRule.OF_SYSTEM,
        CrontabPaths.of(settings).main().toString(),
        elsewhere);
  }

  /** These options with another format. */
  public ReaderOptions withFormat(CrontabFormat other) {
    return new ReaderOptions(other, zone, endpoints, users, fields, programs, mainFile, queued);
  }

  /** These options with other users. */
  public ReaderOptions withUsers(UserRule other) {
    return new ReaderOptions(format, zone, endpoints, other, fields, programs, mainFile, queued);
  }

  /** These options with another main file. */
  public ReaderOptions withMainFile(String other) {
    return new ReaderOptions(format, zone, endpoints, users, fields, programs, other, queued);
  }
}
