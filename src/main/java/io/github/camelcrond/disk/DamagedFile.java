// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renames files that are found corrupt while they are opened, so that they are kept for inspection.
 */
final class DamagedFile {
  private static final Logger LOG = LoggerFactory.getLogger("crond.store");

  private DamagedFile() {}

  /**
   * Renames {@code file} to {@code NAME.damaged-TIME} and logs a warning.
   *
   * @param reason the kind of damage: lower case, no full stop
   * @return the new name
   * @throws IOException if it cannot be renamed
   */
  static Path putAside(Path file, String reason, Clock clock) throws IOException {
    String when =
        DateTimeFormatter.ISO_INSTANT
            .format(clock.instant().truncatedTo(ChronoUnit.SECONDS))
            .replace(":", "");
    Path aside = file.resolveSibling(file.getFileName() + ".damaged-" + when);
    for (int n = 2; Files.exists(aside); n++) {
      aside = file.resolveSibling(file.getFileName() + ".damaged-" + when + "-" + n);
    }
    Files.move(file, aside);
    LOG.atWarn()
        .addKeyValue("file", file)
        .addKeyValue("moved-to", aside)
        .addKeyValue("reason", reason)
        .log("damaged file moved aside");
    return aside;
  }
}
