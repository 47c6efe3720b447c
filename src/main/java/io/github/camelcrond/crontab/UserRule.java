// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.util.Optional;

/** Says for which users lines are taken. */
@FunctionalInterface
public interface UserRule {

  /** Takes every user. */
  UserRule ANY = user -> Optional.empty();

  /** Why a line of this user cannot run; empty if it can. {@code -} is the daemon's own user. */
  Optional<String> refusal(String user);

  /** Whether there is a user of that name. */
  default boolean exists(String user) {
    return false;
  }
}
