// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProcessLaunchersTest {
  private static final ProgramPath PROGRAMS = ProgramPath.of("");

  @Test
  void theBestIsPosixSpawn() throws Exception {
    try (ProcessLauncher launcher = ProcessLaunchers.best(Duration.ofSeconds(1), PROGRAMS)) {
      assertThat(launcher).isInstanceOf(PosixSpawnLauncher.class);
    }
  }

  @Test
  void theJdkNeedsSetsid() {
    ProgramPath nowhere = new ProgramPath(List.of(Path.of("/proc")));
    assertThatIOException()
        .isThrownBy(() -> ProcessLaunchers.jdk(nowhere))
        .withMessage("setsid not found on /proc, install util-linux");
  }

  @Test
  void programsAreLookedForInAbsoluteFoldersOnly() {
    assertThat(ProgramPath.of("bin:/opt/x::.:/usr/bin").folders())
        .startsWith(Path.of("/opt/x"), Path.of("/usr/bin"))
        .allMatch(Path::isAbsolute)
        .doesNotHaveDuplicates();
  }
}
