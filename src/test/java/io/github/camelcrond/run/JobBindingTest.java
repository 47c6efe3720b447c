// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.crontab.DaemonUser;
import io.github.camelcrond.crontab.Users;
import io.github.camelcrond.process.ProcessRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.component.exec.ExecComponent;
import org.apache.camel.component.exec.ExecEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobBindingTest {
  private final RunFixture fixture = new RunFixture();
  private final Users none = new Users(Path.of("/nonexistent"));
  private final JobBinding binding =
      new JobBinding(
          new JobProcess(Map.of(), new DaemonUser(0, none, false), none, user -> List.of()));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CamelExecCommandExecutable",
        "CAmelExecCommandExecutable",
        "camelexeccommandexecutable",
        "CamelExecCommandArgs",
        "CamelExecCommandWorkingDir",
        "CamelExecCommandTimeout",
        "CamelExecUseStderrOnEmptyStdout"
      })
  void noHeaderWhoeverSentItChoosesWhatIsExecuted(String header) {
    Exchange exchange = fixture.exchange(fixture.run(RunFixture.job("* * * * * - true")));
    exchange.getMessage().setHeader(header, "/bin/false");
    exchange.getMessage().setBody("/bin/false");
    assertThat(request(exchange).argv()).containsExactly("/bin/sh", "-c", "true");
    assertThat(request(exchange).directory()).isEqualTo(Path.of("/"));
  }

  @Test
  void theCommandIsThatOfTheRun() {
    Exchange exchange = fixture.exchange(fixture.run(RunFixture.job("* * * * * - echo a")));
    assertThat(request(exchange).argv()).containsExactly("/bin/sh", "-c", "echo a");
  }

  private ProcessRequest request(Exchange exchange) {
    return ((JobCommand)
            binding.readInput(exchange, new ExecEndpoint("exec:job", new ExecComponent())))
        .request();
  }
}
