// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.io.File;
import java.nio.file.Files;
import java.util.Optional;

/** Says which programs are there to be run. */
@FunctionalInterface
public interface ProgramRule {

  /** Takes every path to be a program: where jobs run on other machines. */
  ProgramRule ANY = path -> Optional.empty();

  /** Programs of this machine, seen by the user of this process. */
  ProgramRule OF_SYSTEM = ProgramRule::faultHere;

  /** Why the file at an absolute path cannot be run; empty if it can. */
  Optional<String> fault(String path);

  private static Optional<String> faultHere(String path) {
    File file = new File(path);
    if (file.canExecute()) {
      return file.isDirectory() ? Optional.of("is a folder") : Optional.empty();
    }
    if (file.exists()) {
      return Optional.of("is not executable");
    }
    // A path through a folder that this user may not search is neither there nor absent.
    return Files.notExists(file.toPath()) ? Optional.of("does not exist") : Optional.empty();
  }
}
