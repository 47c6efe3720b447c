// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whom the daemon runs as, and so for whom it can run lines: root for every user that exists,
 * others for themselves only.
 */
public final class DaemonUser implements UserRule {
  private final long uid;
  private final Users users;
  private final boolean mayNotSwitch;

  /**
   * @param uid the daemon's own
   * @param mayNotSwitch root that runs all lines as itself ({@code crond.run.user-switch = off})
   */
  public DaemonUser(long uid, Users users, boolean mayNotSwitch) {
    this.uid = uid;
    this.users = users;
    this.mayNotSwitch = mayNotSwitch;
  }

  /** The same, where {@code possible} says whether root can switch users: without, it may not. */
  public DaemonUser ifItCanSwitch(boolean possible) {
    return new DaemonUser(uid, users, mayNotSwitch || uid == 0 && !possible);
  }

  /** Uid of this process, as Linux says; without /proc, that of the Java property user.name. */
  public static long uid(Users users) {
    try {
      return ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return users.byName(System.getProperty("user.name", "")).map(Passwd::uid).orElse(-1L);
    }
  }

  /** Uid that the rule goes by. */
  public long uid() {
    return uid;
  }

  /** The daemon's entry in the user database; empty for a uid that has none. */
  public Optional<Passwd> passwd() {
    return users.byUid(uid);
  }

  /** Whether every line runs as the daemon's own user, whatever user it names. */
  public boolean runsAllAsItself() {
    return mayNotSwitch || passwd().isEmpty();
  }

  /** Whether lines of this user run as the daemon's own. */
  public boolean isOwn(String user) {
    return user.equals("-")
        || user.equals(Long.toString(uid))
        || runsAllAsItself()
        || users.byName(user).filter(entry -> entry.uid() == uid).isPresent();
  }

  @Override
  public Optional<String> refusal(String user) {
    if (isOwn(user)) {
      return Optional.empty();
    }
    boolean exists = users.byName(user).isPresent();
    if (uid == 0) {
      return exists ? Optional.empty() : Optional.of(unknown(user));
    }
    String own = passwd().map(Passwd::name).orElse("-");
    String allowed = ", only root runs commands of others, use " + own + " or -";
    return Optional.of((exists ? "user " + Text.shown(user) : unknown(user)) + allowed);
  }

  private static String unknown(String user) {
    String hint = "the sixth column names the user, use one of /etc/passwd or -";
    return "user " + Text.shown(user) + " does not exist, " + hint;
  }
}
