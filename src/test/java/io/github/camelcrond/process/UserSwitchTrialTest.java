// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.camelcrond.process.LaunchException.Reason;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A trial that tells nothing must not make everything run as root. */
class UserSwitchTrialTest {
  private final ProgramPath programs =
      ProgramPath.of("/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");

  @Test
  void keepsToAProgramThatCouldNotBeTriedForNow() {
    assumeRootWithProgram();
    assertThat(UserSwitch.find(programs, failing(Reason.NO_FILES)).impossible()).isEmpty();
    assertThat(UserSwitch.find(programs, failing(Reason.NO_PROCESSES)).impossible()).isEmpty();
  }

  @Test
  void givesUpAProgramThatCannotBeStarted() {
    assumeRootWithProgram();
    assertThat(UserSwitch.find(programs, failing(Reason.NO_PERMISSION)).impossible()).isPresent();
  }

  private void assumeRootWithProgram() {
    assumeThat(System.getProperty("user.name")).as("only root switches users").isEqualTo("root");
    assumeThat(Stream.of("setpriv", "runuser", "su-exec", "gosu").map(programs::find))
        .anyMatch(found -> found.isPresent());
  }

  private static ProcessLauncher failing(Reason reason) {
    return new ProcessLauncher() {
      @Override
      public RunningProcess start(ProcessRequest request, OutputSink output)
          throws LaunchException {
        throw new LaunchException(reason, "not now");
      }

      @Override
      public void close() {}
    };
  }
}
