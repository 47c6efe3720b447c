// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import io.github.camelcrond.config.JsonValue;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code camel-crond history}: shows the last runs of a job. */
@Command(
    name = "history",
    description = "Lists the runs of a job: those in progress, then the ended ones, newest first.",
    mixinStandardHelpOptions = true)
final class HistoryCommand implements Callable<Integer> {
  private static final int MOST = 10_000;

  @Mixin private ApiOptions api;
  @Mixin private JobArgument job;
  @Spec private CommandSpec spec;

  @Option(
      names = "-n",
      paramLabel = "N",
      defaultValue = "20",
      description = "Number of runs to list, 1 to 10000 (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(names = "--json", description = "Print JSON, as returned by GET /api/jobs/JOB/runs.")
  private boolean json;

  @Override
  public Integer call() throws ApiException {
    if (count < 1 || count > MOST) {
      throw new ParameterException(
          spec.commandLine(), "-n " + count + " is out of range, use 1 to " + MOST);
    }
    PrintWriter out = spec.commandLine().getOut();
    ApiClient client = api.client();
    String id = job.id(client);
    JsonValue runs = client.get("/jobs/" + ApiClient.encode(id) + "/runs?limit=" + count);
    if (json) {
      out.println(runs);
      out.flush();
      return 0;
    }
    Table table =
        new Table(
            "RUN",
            "SCHEDULED",
            "STARTED",
            "OUTCOME",
            "CODE",
            "DURATION",
            "CAUSE",
            "HOST",
            "REASON");
    for (JsonValue run : runs) {
      table.add(
          run.get("run").text(),
          CellFormat.time(run.get("scheduled")),
          CellFormat.time(run.get("started")),
          run.get("outcome").text(),
          CellFormat.code(run),
          CellFormat.duration(run.get("duration")),
          run.get("cause").text(),
          run.get("host").text(),
          CellFormat.text(run.get("reason")));
    }
    table.print(out);
    return 0;
  }
}
