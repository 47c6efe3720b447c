// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.util.Optional;

/** The users whose lines can run. */
@FunctionalInterface
public interface UserRule {

  /** Accepts any user. */
  UserRule ANY = user -> Optional.empty();

  /**
   * Why lines of {@code user} cannot run; empty if they can. {@code -} is the daemon's own user.
   */
  Optional<String> refusal(String user);

  /** Whether a user of that name exists; false if that is unknown. */
  default boolean exists(String user) {
    return false;
  }
}
