// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import io.github.camelcrond.config.Json;
import io.github.camelcrond.config.JsonValue;
import io.github.camelcrond.log.SafeText;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code camel-crond logs}: shows the output of the last runs of a job, and of those to come. */
@Command(
    name = "logs",
    description =
        "Prints the output of the last runs of a job, newest last: so far if a run is in progress,"
            + " else the part that its record keeps. A line above each run has its run-id, start"
            + " and outcome.",
    mixinStandardHelpOptions = true)
final class LogsCommand implements Callable<Integer> {
  private static final int MOST = 10_000;

  /** The number of records requested each time; fewer runs end in between. */
  private static final int MOST_NEW = 100;

  @Mixin private ApiOptions api;
  @Mixin private JobArgument job;
  @Spec private CommandSpec spec;

  @Option(
      names = "-n",
      paramLabel = "N",
      defaultValue = "10",
      description = "Number of runs to print, 0 to 10000 (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--follow",
      description =
          "Continue with the runs to come, one after the other, until interrupted. Output of a run"
              + " in progress is printed at once, that of a worker after the run.")
  private boolean follow;

  @Option(names = "--raw", description = "Print the output only, without lines above the runs.")
  private boolean raw;

  @Option(
      names = "--json",
      description =
          "Print one line of JSON for each run, as returned by GET /api/runs/RUN, with the key"
              + " output; with --follow, when it has ended.")
  private boolean json;

  private final TreeSet<String> printed = new TreeSet<>();
  private boolean midLine;

  @Override
  public Integer call() throws ApiException, InterruptedException {
    if (count < 0 || count > MOST) {
      throw new ParameterException(
          spec.commandLine(), "-n " + count + " is out of range, use 0 to " + MOST);
    }
    ApiClient client = api.client();
    String id = job.id(client);
    Collection<JsonValue> before = runs(client, id, Math.max(count, MOST_NEW));
    before.forEach(this::isNew);
    for (JsonValue run :
        List.copyOf(before).subList(Math.max(0, before.size() - count), before.size())) {
      print(client, run);
    }
    while (follow) {
      TimeUnit.SECONDS.sleep(1);
      for (JsonValue run : runs(client, id, MOST_NEW)) {
        if (isNew(run)) {
          print(client, run);
        }
      }
    }
    return 0;
  }

  /** The newest runs in the order in which they began. */
  private static Collection<JsonValue> runs(ApiClient client, String job, int limit)
      throws ApiException {
    Map<String, JsonValue> runs = new TreeMap<>();
    for (JsonValue run : client.get("/jobs/" + ApiClient.encode(job) + "/runs?limit=" + limit)) {
      runs.put(run.get("run").text(), run);
    }
    return runs.values();
  }

  private boolean isNew(JsonValue run) {
    boolean added = printed.add(run.get("run").text());
    if (printed.size() > 2 * MOST) {
      printed.pollFirst();
    }
    return added;
  }

  private void print(ApiClient client, JsonValue run) throws ApiException, InterruptedException {
    String id = run.get("run").text();
    String of = run.get("job").text();
    boolean live = follow && !run.get("ended").exists();
    StringBuilder kept = new StringBuilder();
    head(run);
    JsonValue last = run;
    if (live) {
      last = new RunFollower(client, of, id).follow(false, json ? kept::append : this::print);
      head(last);
    } else {
      String output = client.text("/runs/" + id + "/output?job=" + ApiClient.encode(of));
      kept.append(output);
      print(json ? "" : output);
    }
    if (json) {
      Map<String, Object> facts = new LinkedHashMap<>(last.members());
      facts.put("output", kept);
      print(Json.text(facts) + "\n");
    }
  }

  private void head(JsonValue run) {
    if (raw || json) {
      return;
    }
    print(midLine ? "\n" : "");
    print("==> " + run.get("run").text() + "  " + start(run) + "  " + outcome(run) + " <==\n");
  }

  private static String start(JsonValue run) {
    return CellFormat.time(run.find("started").orElseGet(() -> run.get("scheduled")));
  }

  private static String outcome(JsonValue run) {
    StringBuilder text = new StringBuilder(run.get("outcome").text());
    if (run.get("signal").exists()) {
      text.append(", signal ").append(run.get("signal").integer());
    } else if (run.find("exit-code").filter(code -> code.integer() != 0).isPresent()) {
      text.append(", exit code ").append(run.get("exit-code").integer());
    }
    run.find("reason").ifPresent(why -> text.append(": ").append(SafeText.of(why.text())));
    return text.toString();
  }

  private void print(String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.append(text);
    out.flush();
    midLine = text.isEmpty() ? midLine : !text.endsWith("\n");
  }
}
