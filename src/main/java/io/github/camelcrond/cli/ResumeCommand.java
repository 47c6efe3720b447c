// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code camel-crond resume}: resumes a paused job. */
@Command(name = "resume", description = "Resumes a paused job.", mixinStandardHelpOptions = true)
final class ResumeCommand implements Callable<Integer> {
  @Mixin private ApiOptions api;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "JOB", description = "The job-id.")
  private String job;

  @Override
  public Integer call() throws ApiException {
    api.client().post("/jobs/" + ApiClient.encode(job) + "/resume");
    spec.commandLine().getOut().println(job + " is resumed");
    return 0;
  }
}
