// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where the crontab is: the files and folders that {@code crond.crontab.file} names. */
public final class CrontabPaths {
  /**
   * The rule of run-parts(8) and of Debian's cron, extended by the characters that cronie accepts
   * as well, apart from the dot. Editors and package managers use other names for their copies.
   */
  private static final Pattern NAME = Pattern.compile("[!-~&&[^.#]][!-~&&[^.]]*(?<!~)");

  /** The names of users may have dots. */
  private static final Pattern USER = Pattern.compile("[!-~&&[^.#]][!-~]*(?<!~)");

  /** The crontabs of users, as crontab(1) of Debian, of SUSE and of others keeps them. */
  private static final Pattern SPOOL = Pattern.compile(".*/spool/cron(?:/crontabs|/tabs)?/([^/]+)");

  private final List<Source> sources;

  /**
   * One entry of the setting.
   *
   * @param slash whether it ends with a slash, so that it is a folder even while it is missing
   */
  public record Source(Path path, boolean slash) {
    /** Whether it is a folder. */
    public boolean isFolder() {
      return slash || Files.isDirectory(path);
    }

    /**
     * The file, or the files of the folder that have the name of a crontab, sorted by name. A
     * folder without such files, and without a slash in the setting, counts as a file that cannot
     * be read: a container engine creates one in the place of a file that is missing.
     *
     * @param skipped receives what has another name
     * @throws IOException if the folder cannot be listed
     */
    public List<Path> files(Consumer<Path> skipped) throws IOException {
      if (!isFolder()) {
        return List.of(path);
      }
      List<Path> found = new ArrayList<>();
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
        for (Path entry : entries) {
          if (isCrontab(entry)) {
            found.add(entry);
          } else {
            skipped.accept(entry);
          }
        }
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      }
      found.sort(null);
      return found.isEmpty() && !slash ? List.of(path) : found;
    }

    private boolean covers(Path file) {
      return isFolder()
          ? path.equals(file.getParent()) && isCrontab(file)
          : path.equals(file.normalize());
    }
  }

  private CrontabPaths(List<Source> sources) {
    this.sources = List.copyOf(sources);
  }

  /**
   * The paths in {@code crond.crontab.file}.
   *
   * @throws SettingsException if there are none
   */
  public static CrontabPaths of(Settings settings) {
    return of(settings.home(), settings.text("crond.crontab.file"));
  }

  /**
   * The paths of {@code list}, which are separated by colons.
   *
   * @param home at which relative paths start
   * @throws SettingsException if there are none
   */
  public static CrontabPaths of(Path home, String list) {
    // A file may have a colon in its name.
    Stream<String> names =
        Files.isRegularFile(home.resolve(list)) ? Stream.of(list) : Stream.of(list.split(":"));
    List<Source> sources =
        names
            .map(String::strip)
            .filter(path -> !path.isEmpty())
            .map(path -> new Source(home.resolve(path).normalize(), path.endsWith("/")))
            .distinct()
            .toList();
    if (sources.isEmpty()) {
      throw new SettingsException("crond.crontab.file = " + list + " names no file, use its path");
    }
    return new CrontabPaths(sources);
  }

  /** The entries of the setting, in its order. */
  public List<Source> sources() {
    return sources;
  }

  /** Whether the crontab may consist of several files. */
  public boolean isSeveral() {
    return sources.size() > 1 || sources.get(0).isFolder();
  }

  /**
   * The file that has the crontab if it consists of one: the first entry, or the file {@code
   * crontab} in it.
   */
  public Path main() {
    Source first = sources.get(0);
    return first.isFolder() ? first.path().resolve("crontab") : first.path();
  }

  /** The first of the folders that have crontabs of users, see {@link #user}. */
  public Optional<Path> userFolder() {
    return sources.stream()
        .filter(Source::isFolder)
        .map(Source::path)
        .filter(folder -> user(folder.resolve("user").toString()).isPresent())
        .findFirst();
  }

  /** Whether {@code file} is one that the setting names, or may be one of a folder that it does. */
  public boolean covers(Path file) {
    return sources.stream().anyMatch(source -> source.covers(file));
  }

  /** The folders in which files come and go. */
  public Set<Path> folders() {
    return sources.stream()
        .map(source -> source.isFolder() ? source.path() : source.path().getParent())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** The user whose crontab {@code file} is, without a user column; empty if it has one. */
  public static Optional<String> user(String file) {
    if (!file.contains("/spool/cron/")) {
      return Optional.empty();
    }
    Matcher spool = SPOOL.matcher(file);
    return spool.matches() ? Optional.of(spool.group(1)) : Optional.empty();
  }

  private static boolean isCrontab(Path file) {
    Pattern rule = user(file.toString()).isPresent() ? USER : NAME;
    return rule.matcher(file.getFileName().toString()).matches();
  }

  /** As in the setting. */
  @Override
  public String toString() {
    return sources.stream()
        .map(source -> source.path() + (source.slash() ? "/" : ""))
        .collect(Collectors.joining(":"));
  }
}
