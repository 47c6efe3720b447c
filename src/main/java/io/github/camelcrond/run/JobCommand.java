// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import io.github.camelcrond.process.ProcessRequest;
import java.util.List;
import java.util.Set;
import org.apache.camel.LoggingLevel;
import org.apache.camel.component.exec.ExecCommand;

/**
 * The command that camel-exec executes for a run. Its string form names job and run, never the text
 * of the command.
 */
final class JobCommand extends ExecCommand {
  private static final long serialVersionUID = 1L;

  private final transient Run run;
  private final transient ProcessRequest request;

  JobCommand(Run run, ProcessRequest request) {
    super(
        request.program(),
        List.of(),
        request.directory().toString(),
        Long.MAX_VALUE,
        Set.of(),
        null,
        null,
        false,
        LoggingLevel.OFF);
    this.run = run;
    this.request = request;
  }

  Run run() {
    return run;
  }

  ProcessRequest request() {
    return request;
  }

  @Override
  public String toString() {
    return run.toString();
  }
}
