// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The users of this system, as in {@code /etc/passwd}, which is read again whenever it has changed.
 * While it is missing, unreadable or empty, the last users remain known. Safe for use by several
 * threads.
 */
public final class Users {
  private static final Logger LOG = LoggerFactory.getLogger("crond.crontab");
  private static final Users SYSTEM = new Users(Path.of("/etc/passwd"));
  private static final int FIELDS = 7;

  private final Path file;
  private Version read = new Version(FileTime.fromMillis(-1), -1);
  private Optional<String> fault = Optional.empty();
  private Map<String, Passwd> byName = Map.of();
  private Map<Long, Passwd> byUid = Map.of();

  /** The users in a file in the format of passwd(5). */
  public Users(Path file) {
    this.file = file;
  }

  /** The users of {@code /etc/passwd}. */
  public static Users ofSystem() {
    return SYSTEM;
  }

  /** The user of that name; empty if there is none. */
  public synchronized Optional<Passwd> byName(String name) {
    refresh();
    return Optional.ofNullable(byName.get(name));
  }

  /** The first user with that uid; empty if there is none. */
  public synchronized Optional<Passwd> byUid(long uid) {
    refresh();
    return Optional.ofNullable(byUid.get(uid));
  }

  /** Whether the file has been read and contained at least one user. */
  public synchronized boolean known() {
    refresh();
    return !byName.isEmpty();
  }

  /** Why {@link #byName} does not find {@code name}; lower case, no full stop. */
  public synchronized String missing(String name) {
    String user = "user " + Characters.shown(name);
    return fault
        .map(why -> user + " cannot be looked up, " + file + " " + why)
        .orElse(user + " does not exist");
  }

  private void refresh() {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      Version version = new Version(now.lastModifiedTime(), now.size());
      if (version.equals(read)) {
        return;
      }
      Map<String, Passwd> users = parse(Files.readString(file, StandardCharsets.ISO_8859_1));
      if (users.isEmpty()) {
        failed("contains no users");
        return;
      }
      take(users);
      read = version;
      fault = Optional.empty();
    } catch (IOException e) {
      failed(e instanceof NoSuchFileException ? "does not exist" : "cannot be read");
    }
  }

  /**
   * Notes a failure, and makes the next look-up read the file again, whatever its time and size.
   */
  private void failed(String why) {
    read = new Version(FileTime.fromMillis(-1), -1);
    if (fault.isEmpty()) {
      LOG.atWarn()
          .addKeyValue("file", file)
          .addKeyValue("reason", why)
          .addKeyValue("users", byName.size())
          .log("cannot read users, keeping the previous ones");
    }
    fault = Optional.of(why);
  }

  private void take(Map<String, Passwd> users) {
    byName = users;
    byUid = new HashMap<>();
    users.values().forEach(user -> byUid.putIfAbsent(user.uid(), user));
  }

  private static Map<String, Passwd> parse(String text) {
    Map<String, Passwd> users = new LinkedHashMap<>();
    text.lines()
        .forEach(line -> entry(line).ifPresent(user -> users.putIfAbsent(user.name(), user)));
    return users;
  }

  private static Optional<Passwd> entry(String line) {
    String[] fields = line.split(":", -1);
    if (fields.length < FIELDS || fields[0].isEmpty()) {
      return Optional.empty();
    }
    try {
      long uid = Long.parseLong(fields[2]);
      long gid = Long.parseLong(fields[3]);
      return Optional.of(new Passwd(fields[0], uid, gid, fields[5]));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** The attributes that change when the file is written. */
  private record Version(FileTime modified, long size) {}
}
