// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a crontab is read with.
 *
 * @param zone of schedules where CRON_TZ is not set
 * @param schemes of endpoints that a line may send to, in the order in which messages name them
 * @param ownEndpoints the daemon's own, such as {@code seda:job-run}; no line may send to them
 * @param users for which users lines are taken
 * @param unready what is missing before endpoints of a scheme can be sent to, by scheme
 * @param fields how many a schedule has, 5 to 7; {@link #AUTO} if each line tells
 * @param programs which programs a line may name without a warning
 * @param mainFile the file of several whose jobs have the ids that they would have alone
 * @param queued whether workers run the jobs
 */
public record ReaderOptions(
    CrontabFormat format,
    ZoneId zone,
    List<String> schemes,
    Set<String> ownEndpoints,
    UserRule users,
    Map<String, String> unready,
    int fields,
    ProgramRule programs,
    String mainFile,
    boolean queued) {
  /** Six or seven fields where five make no sense, else five. */
  public static final int AUTO = 0;

  /** Schemes allowed unless settings say otherwise. */
  public static final List<String> DEFAULT_SCHEMES =
      List.of("rabbitmq", "spring-rabbitmq", "direct", "seda", "log");

  /** Copies the collections. */
  public ReaderOptions {
    schemes = List.copyOf(schemes);
    ownEndpoints = Set.copyOf(ownEndpoints);
    unready = Map.copyOf(unready);
  }

  /** With all that endpoints need. */
  public ReaderOptions(
      CrontabFormat format,
      ZoneId zone,
      List<String> schemes,
      Set<String> ownEndpoints,
      UserRule users) {
    this(format, zone, schemes, ownEndpoints, users, Map.of(), AUTO, ProgramRule.ANY, "", false);
  }

  /** The system form in {@code zone}, the usual schemes, every user. */
  public static ReaderOptions of(ZoneId zone) {
    return new ReaderOptions(CrontabFormat.SYSTEM, zone, DEFAULT_SCHEMES, Set.of(), UserRule.ANY);
  }

  /** The same with another form of the lines. */
  public ReaderOptions withFormat(CrontabFormat other) {
    return new ReaderOptions(
        other, zone, schemes, ownEndpoints, users, unready, fields, programs, mainFile, queued);
  }

  /** The same with another rule for users. */
  public ReaderOptions withUsers(UserRule other) {
    return new ReaderOptions(
        format, zone, schemes, ownEndpoints, other, unready, fields, programs, mainFile, queued);
  }

  /** The same where endpoints of some schemes cannot be sent to yet. */
  public ReaderOptions withUnready(Map<String, String> others) {
    return new ReaderOptions(
        format, zone, schemes, ownEndpoints, users, others, fields, programs, mainFile, queued);
  }

  /** The same with another number of fields, or {@link #AUTO}. */
  public ReaderOptions withFields(int other) {
    return new ReaderOptions(
        format, zone, schemes, ownEndpoints, users, unready, other, programs, mainFile, queued);
  }

  /** The same with another rule for programs. */
  public ReaderOptions withPrograms(ProgramRule other) {
    return new ReaderOptions(
        format, zone, schemes, ownEndpoints, users, unready, fields, other, mainFile, queued);
  }

  /** The same with another main file. */
  public ReaderOptions withMainFile(String other) {
    return new ReaderOptions(
        format, zone, schemes, ownEndpoints, users, unready, fields, programs, other, queued);
  }

  /** The same for jobs that workers run, or that this daemon runs. */
  public ReaderOptions withQueue(boolean other) {
    return new ReaderOptions(
        format, zone, schemes, ownEndpoints, users, unready, fields, programs, mainFile, other);
  }

  /** The same with other names of the daemon's own endpoints. */
  public ReaderOptions withOwnEndpoints(Set<String> others) {
    return new ReaderOptions(
        format, zone, schemes, others, users, unready, fields, programs, mainFile, queued);
  }
}
