// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.io.File;
import java.nio.file.Files;
import java.util.Optional;

/** Which programs can be run. */
@FunctionalInterface
public interface ProgramRule {

  /** Accepts any path, for jobs that run on other machines. */
  ProgramRule ANY = path -> Optional.empty();

  /** Checks the programs of this machine with the rights of this process. */
  ProgramRule OF_SYSTEM = ProgramRule::faultHere;

  /** Why the program at an absolute path cannot be run; empty if it can. */
  Optional<String> fault(String path);

  private static Optional<String> faultHere(String path) {
    File file = new File(path);
    if (file.canExecute()) {
      return file.isDirectory() ? Optional.of("is a directory") : Optional.empty();
    }
    if (file.exists()) {
      return Optional.of("is not executable");
    }
    // In a folder that this user may not search, a file neither exists nor does not exist.
    return Files.notExists(file.toPath()) ? Optional.of("does not exist") : Optional.empty();
  }
}
