// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import io.github.camelcrond.config.JsonValue;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code camel-crond resume}: resumes a paused job. */
@Command(name = "resume", description = "Resumes a paused job.", mixinStandardHelpOptions = true)
final class ResumeCommand implements Callable<Integer> {
  @Mixin private ApiOptions api;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "JOB", description = JobIds.DESCRIPTION)
  private String job;

  @Option(names = "--json", description = "Print JSON, as returned by POST /api/jobs/JOB/resume.")
  private boolean json;

  @Override
  public Integer call() throws ApiException {
    ApiClient client = api.client();
    String id = JobIds.find(client, job);
    JsonValue answer = client.post("/jobs/" + ApiClient.encode(id) + "/resume");
    spec.commandLine().getOut().println(json ? answer.toString() : id + " is resumed");
    return 0;
  }
}
