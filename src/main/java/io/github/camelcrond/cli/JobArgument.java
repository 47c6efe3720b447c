// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import io.github.camelcrond.config.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Parameters;

/** The argument that names a job: by its job-id, the beginning of that, or its crontab line. */
final class JobArgument {
  private static final Pattern LINE = Pattern.compile("(?:(?<file>.*):)?(?<line>\\d{1,9})");

  @Parameters(
      paramLabel = "JOB",
      description =
          "The job-id, the beginning of one if no other job-id has it, or the line in the crontab:"
              + " 12, :12, or /etc/cron.d/app:12 if there are several files.")
  private String job;

  /**
   * The job-id of the named job; the argument itself if there is no such job, which the daemon then
   * rejects.
   *
   * @throws ApiException if the argument names several jobs
   */
  String id(ApiClient client) throws ApiException {
    return find(client.get("/jobs"), job);
  }

  /** The job-id that {@code wanted} names among {@code jobs}, the response of GET /api/jobs. */
  static String find(JsonValue jobs, String wanted) throws ApiException {
    List<JsonValue> found = new ArrayList<>();
    for (JsonValue job : jobs) {
      String id = job.get("id").text();
      if (id.equals(wanted)) {
        return id;
      }
      if (!wanted.isEmpty() && id.startsWith(wanted) || isAt(job, wanted)) {
        found.add(job);
      }
    }
    if (found.size() > 1) {
      throw ApiException.refused(
          "job "
              + wanted
              + " is ambiguous, use one of "
              + String.join(", ", found.stream().map(JobArgument::shown).toList()));
    }
    return found.isEmpty() ? wanted : found.get(0).get("id").text();
  }

  /** Where the line of a job is: its number, after the path of its file if there are several. */
  static String place(JsonValue job) {
    String line = job.get("line").text();
    return job.find("file").map(file -> file.text() + ":" + line).orElse(line);
  }

  private static boolean isAt(JsonValue job, String wanted) {
    Matcher place = LINE.matcher(wanted);
    if (!place.matches() || job.get("line").integer() != Integer.parseInt(place.group("line"))) {
      return false;
    }
    String file = place.group("file") == null ? "" : place.group("file");
    return file.isEmpty()
        || job.find("file").filter(f -> ("/" + f.text()).endsWith("/" + file)).isPresent();
  }

  private static String shown(JsonValue job) {
    return job.get("id").text() + " (line " + place(job) + ")";
  }
}
