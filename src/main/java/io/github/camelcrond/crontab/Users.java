// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The users of this system, as {@code /etc/passwd} has them now: the file is read again when it has
 * changed. A file that is not there has no users. Safe for use by several threads.
 */
public final class Users {
  private static final int FIELDS = 7;

  private final Path file;
  private FileTime read = FileTime.fromMillis(-1);
  private Map<String, Passwd> byName = Map.of();
  private Map<Long, Passwd> byUid = Map.of();

  /** Users of a file in the form of passwd(5). */
  public Users(Path file) {
    this.file = file;
  }

  /** Users of {@code /etc/passwd}. */
  public static Users ofSystem() {
    return new Users(Path.of("/etc/passwd"));
  }

  /** The user of that name. */
  public synchronized Optional<Passwd> byName(String name) {
    refresh();
    return Optional.ofNullable(byName.get(name));
  }

  /** The first user with that uid. */
  public synchronized Optional<Passwd> byUid(long uid) {
    refresh();
    return Optional.ofNullable(byUid.get(uid));
  }

  private void refresh() {
    try {
      FileTime changed = Files.getLastModifiedTime(file);
      if (!changed.equals(read)) {
        take(parse(Files.readString(file, StandardCharsets.ISO_8859_1)));
        read = changed;
      }
    } catch (IOException e) {
      take(Map.of());
      read = FileTime.fromMillis(-1);
    }
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
      return Optional.of(new Passwd(fields[0], uid, gid, fields[5], fields[6]));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
