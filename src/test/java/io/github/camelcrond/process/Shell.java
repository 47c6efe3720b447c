// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs shell commands by a launcher. */
record Shell(ProcessLauncher launcher) {
  static final Map<String, String> ENVIRONMENT =
      Map.of("PATH", "/usr/local/bin:/usr/bin:/bin", "LC_ALL", "C");

  /** A command that was started. */
  record Run(RunningProcess process, Recording output) {
    ExitStatus end() throws Exception {
      return process.ended().get(30, TimeUnit.SECONDS);
    }

    String line() throws Exception {
      end();
      return output.stdout().strip();
    }
  }

  static ProcessRequest request(String command) {
    return request(command, "");
  }

  static ProcessRequest request(String command, String stdin) {
    return new ProcessRequest(
        List.of("/bin/sh", "-c", command),
        ENVIRONMENT,
        Path.of("/"),
        stdin.getBytes(StandardCharsets.UTF_8));
  }

  Run start(String command) throws LaunchException {
    return start(request(command));
  }

  Run start(ProcessRequest request) throws LaunchException {
    Recording output = new Recording();
    return new Run(launcher.start(request, output), output);
  }
}
