// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import org.apache.camel.Exchange;
import org.apache.camel.component.exec.ExecBinding;
import org.apache.camel.component.exec.ExecCommand;
import org.apache.camel.component.exec.ExecEndpoint;
import org.apache.camel.component.exec.ExecResult;

/**
 * Gives camel-exec the command of the run in the variable {@code run}. It ignores headers, so that
 * the sender of a message cannot choose what is executed.
 */
public final class JobBinding implements ExecBinding {
  private final JobProcess process;

  /**
   * @param process determines shell, environment, user and working directory
   */
  public JobBinding(JobProcess process) {
    this.process = process;
  }

  @Override
  public ExecCommand readInput(Exchange exchange, ExecEndpoint endpoint) {
    Run run = exchange.getVariable("run", Run.class);
    return new JobCommand(run, process.of(run));
  }

  @Override
  public void writeOutput(Exchange exchange, ExecResult result) {
    exchange.getMessage().setHeader(EXEC_EXIT_VALUE, result.getExitValue());
    exchange.getMessage().setBody(result.getStdout());
  }
}
