// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

/** The contract about groups, kept by the JDK. */
final class BuilderGroupTest extends ProcessGroupContract {
  @Override
  ProcessLauncher launcher() throws LaunchException {
    return new JdkLauncher(ProgramPath.of("").find("setsid").orElseThrow());
  }
}
