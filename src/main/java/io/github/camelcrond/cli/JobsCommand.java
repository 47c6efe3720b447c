// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import io.github.camelcrond.config.JsonValue;
import io.github.camelcrond.log.SafeText;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code camel-crond jobs}: shows the jobs in force. */
@Command(
    name = "jobs",
    description = "Lists the jobs of a running daemon.",
    mixinStandardHelpOptions = true)
final class JobsCommand implements Callable<Integer> {
  @Mixin private ApiOptions api;
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Print JSON, as returned by GET /api/jobs.")
  private boolean json;

  @Override
  public Integer call() throws ApiException {
    PrintWriter out = spec.commandLine().getOut();
    JsonValue jobs = api.client().get("/jobs");
    if (json) {
      out.println(jobs);
      out.flush();
      return 0;
    }
    Table table =
        new Table("JOB", "LINE", "SCHEDULE", "STATE", "LAST", "ENDED", "NEXT", "USER", "COMMAND");
    for (JsonValue job : jobs) {
      JsonValue last = job.get("last");
      table.add(
          job.get("id").text(),
          JobArgument.place(job),
          job.get("schedule").text(),
          state(job),
          CellFormat.text(last.get("outcome")),
          CellFormat.time(last.get("ended")),
          CellFormat.wall(job.get("next")),
          CellFormat.text(job.get("user")),
          SafeText.of(job.get("command").text()));
    }
    table.print(out, TerminalWidth.get());
    return 0;
  }

  private static String state(JsonValue job) {
    int running = job.get("running").size();
    String paused = job.get("paused").isTrue() ? "paused" : "";
    String runs = running == 0 ? "" : running == 1 ? "running" : running + " running";
    String state = (paused + " " + runs).strip();
    return state.isEmpty() ? "-" : state;
  }
}
