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

/** The files and folders that {@code crond.crontab.file} names. */
public final class CrontabPaths {
  /**
   * The names of crontabs in a folder: the rule of run-parts(8) and of Debian's cron, and further
   * characters that cronie accepts, except the dot. Editors and package managers give their copies
   * other names.
   */
  private static final Pattern NAME = Pattern.compile("[!-~&&[^.#]][!-~&&[^.]]*(?<!~)");

  /** The names of users, which may contain dots. */
  private static final Pattern USER = Pattern.compile("[!-~&&[^.#]][!-~]*(?<!~)");

  /**
   * Folders with the crontabs of users, where crontab(1) of Debian, SUSE and other systems keeps
   * them.
   */
  private static final Pattern SPOOL = Pattern.compile(".*/spool/cron(?:/crontabs|/tabs)?/([^/]+)");

  private final List<Source> sources;

  /**
   * One entry of the setting.
   *
   * @param slash whether it ends with a slash, which makes it a folder even while it is missing
   */
  public record Source(Path path, boolean slash) {
    /** Whether this entry is a folder. */
    public boolean isFolder() {
      return slash || Files.isDirectory(path);
    }

    /**
     * The file, or the files of the folder whose names are those of crontabs, sorted by name. An
     * empty folder whose entry has no slash counts as an unreadable file, as a container engine
     * creates a folder in place of a missing file.
     *
     * @param skipped receives files with other names
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
   * @throws SettingsException if the setting is empty
   */
  public static CrontabPaths of(Settings settings) {
    return of(settings.home(), settings.text("crond.crontab.file"));
  }

  /**
   * The paths of {@code list}, which are separated by colons.
   *
   * @param home folder at which relative paths start
   * @throws SettingsException if there are none
   */
  public static CrontabPaths of(Path home, String list) {
    // A name may contain a colon.
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

  /** The main file: the first entry, or the file {@code crontab} in it if that is a folder. */
  public Path main() {
    Source first = sources.get(0);
    return first.isFolder() ? first.path().resolve("crontab") : first.path();
  }

  /** The first folder that holds crontabs of users, see {@link #user}. */
  public Optional<Path> userFolder() {
    return sources.stream()
        .filter(Source::isFolder)
        .map(Source::path)
        .filter(folder -> user(folder.resolve("user").toString()).isPresent())
        .findFirst();
  }

  /** Whether the setting names {@code file}, or a folder that the file may be in. */
  public boolean covers(Path file) {
    return sources.stream().anyMatch(source -> source.covers(file));
  }

  /**
   * All folders of the crontab: those that the setting names, and those of the files that it names.
   */
  public Set<Path> folders() {
    return sources.stream()
        .map(source -> source.isFolder() ? source.path() : source.path().getParent())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** The user whose crontab {@code file} is, which then has no user column; empty if it has one. */
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

  /** The paths as in the setting. */
  @Override
  public String toString() {
    return sources.stream()
        .map(source -> source.path() + (source.slash() ? "/" : ""))
        .collect(Collectors.joining(":"));
  }
}
