// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import io.github.camelcrond.config.JsonValue;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code camel-crond run-now}: starts a run, and follows it if asked to. */
@Command(
    name = "run-now",
    description =
        "Starts a run of a job and prints its run-id. With --follow, prints the output of the"
            + " run, on whichever host it is, and exits with its exit code (128"
            + " plus the signal number if a signal ended it, 1 if it has no exit code).",
    mixinStandardHelpOptions = true)
final class RunNowCommand implements Callable<Integer> {
  @Mixin private ApiOptions api;
  @Mixin private JobArgument job;
  @Spec private CommandSpec spec;

  @Option(names = "--follow", description = "Print the output of the run until it ends.")
  private boolean follow;

  @Option(
      names = "--json",
      description = "Print JSON: the run-id, or, with --follow, the ended run.")
  private boolean json;

  @Override
  public Integer call() throws ApiException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    ApiClient client = api.client();
    String id = job.id(client);
    JsonValue accepted = client.post("/jobs/" + ApiClient.encode(id) + "/run");
    String run = accepted.get("run").text();
    if (!follow) {
      out.println(json ? accepted.toString() : run);
      out.flush();
      return 0;
    }
    RunFollower follower = new RunFollower(client, id, run);
    JsonValue ended = follower.follow(accepted.get("queued").isTrue(), text -> print(out, text));
    if (json) {
      out.println(ended);
    }
    out.flush();
    if (!json) {
      // A killed run or a message has no output that explains its failure.
      ended
          .find("reason")
          .ifPresent(why -> spec.commandLine().getErr().println("camel-crond: " + why.text()));
    }
    return exitCode(ended);
  }

  private void print(PrintWriter out, String text) {
    if (!json) {
      out.append(text);
      out.flush();
    }
  }

  private static int exitCode(JsonValue ended) {
    if (ended.get("outcome").text().equals("succeeded")) {
      return 0;
    }
    if (ended.get("signal").exists()) {
      return 128 + ended.get("signal").integer();
    }
    int code = ended.find("exit-code").map(JsonValue::integer).orElse(1);
    return code == 0 ? 1 : code;
  }
}
