// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import io.github.camelcrond.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The user that the daemon runs as, and the users whose lines it can run. Root can run lines of any
 * existing user; any other user runs lines of its own and, with its own rights, those of root.
 * Whether all lines run as the daemon's own user is decided once, at the start; for root only with
 * {@code crond.run.user-switch = off}.
 */
public final class DaemonUser implements UserRule {
  private static final String ROOT = "root";

  private final long uid;
  private final Users users;
  private final boolean allAsItself;
  private final Optional<String> noSwitch;

  /**
   * @param uid the uid of the daemon
   * @param off whether all lines run as the daemon's own user ({@code crond.run.user-switch = off})
   */
  public DaemonUser(long uid, Users users, boolean off) {
    this(uid, users, off || uid != 0 && users.byUid(uid).isEmpty(), Optional.empty());
  }

  private DaemonUser(long uid, Users users, boolean allAsItself, Optional<String> noSwitch) {
    this.uid = uid;
    this.users = users;
    this.allAsItself = allAsItself;
    this.noSwitch = noSwitch;
  }

  /** The user of this process. */
  public static DaemonUser ofProcess() {
    Users users = Users.ofSystem();
    return new DaemonUser(uid(users), users, false);
  }

  /** The user of this process, with {@code crond.run.user-switch} in {@code settings}. */
  public static DaemonUser of(Settings settings) {
    Users users = Users.ofSystem();
    boolean off = settings.oneOf("crond.run.user-switch", "auto", "off").equals("off");
    return new DaemonUser(uid(users), users, off);
  }

  /** This user, unable to switch to other users because of {@code why}, if present. */
  public DaemonUser cannotSwitch(Optional<String> why) {
    return new DaemonUser(uid, users, allAsItself, why);
  }

  /** The uid of this process: from /proc, else that of the user in the Java property user.name. */
  public static long uid(Users users) {
    try {
      return ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return users.byName(System.getProperty("user.name", "")).map(Passwd::uid).orElse(-1L);
    }
  }

  /** The daemon's uid. */
  public long uid() {
    return uid;
  }

  /** The daemon's entry in the user database; empty for a uid that has none. */
  public Optional<Passwd> passwd() {
    return users.byUid(uid);
  }

  /** Whether each line runs as the daemon's own user, whichever user it names. */
  public boolean runsAllAsItself() {
    return allAsItself;
  }

  /** Whether lines of {@code user} run as the daemon's own user. */
  public boolean isOwn(String user) {
    return user.equals("-")
        || user.equals(Long.toString(uid))
        || allAsItself
        // Most system crontabs name root in all lines; a user other than root has fewer rights than
        // that.
        || user.equals(ROOT)
        || users.byName(user).filter(entry -> entry.uid() == uid).isPresent();
  }

  @Override
  public Optional<String> refusal(String user) {
    if (isOwn(user)) {
      return Optional.empty();
    }
    boolean exists = users.byName(user).isPresent();
    if (uid == 0) {
      return refusalByRoot(user, exists);
    }
    String own = passwd().map(Passwd::name).orElse("-");
    String allowed = ", only root runs commands of other users, use " + own + " or -";
    return Optional.of((exists ? "user " + Characters.shown(user) : unknown(user)) + allowed);
  }

  @Override
  public boolean exists(String user) {
    return users.byName(user).isPresent();
  }

  private Optional<String> refusalByRoot(String user, boolean exists) {
    if (noSwitch.isPresent()) {
      return noSwitch.map(why -> "user " + Characters.shown(user) + ": " + why);
    }
    // While the user database is not readable, each run reports why it cannot start.
    return exists || !users.known() ? Optional.empty() : Optional.of(unknown(user));
  }

  private String unknown(String user) {
    return users.missing(user)
        + ", the sixth column is the user, use one from /etc/passwd or -;"
        + " without such a column set crond.crontab.format = user";
  }
}
