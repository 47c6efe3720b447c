// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import io.github.camelcrond.crontab.CrontabPaths.Source;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file or folder that the settings name, with its files sorted by name. */
final class SourceFiles {
  private static final Logger LOG = LoggerFactory.getLogger("crond.crontab");

  private final Duration settle;
  private final Clock clock;
  private final Map<Path, CrontabFile> files = new TreeMap<>();
  private Source source;
  private String trouble = "";

  /**
   * @param settle how long a text that may be incomplete must stay unchanged
   */
  SourceFiles(Source source, Duration settle, Clock clock) {
    this.source = source;
    this.settle = settle;
    this.clock = clock;
  }

  /** Whether it is a folder, or was one when it was last listed. */
  boolean isFolder() {
    return source.slash();
  }

  /** The files that exist, and those that have disappeared but whose text is still in force. */
  List<CrontabFile> files() {
    return List.copyOf(files.values());
  }

  /** The problems, by file or folder. */
  Stream<Map.Entry<Path, String>> troubles() {
    return Stream.concat(
            Stream.of(Map.entry(source.path(), trouble)),
            files.values().stream().map(file -> Map.entry(file.path(), file.trouble())))
        .filter(one -> !one.getValue().isEmpty());
  }

  /**
   * Lists the files that exist now. A folder that cannot be listed is logged once.
   *
   * @param skipped receives files whose names are not those of crontabs
   * @return whether the files could be listed
   */
  boolean list(Consumer<Path> skipped) {
    List<Path> found;
    try {
      found = source.files(skipped);
    } catch (IOException e) {
      report(trouble(e));
      return false;
    }
    report("");
    if (!found.equals(List.of(source.path()))) {
      // From now on it counts as a folder even while it is missing or empty.
      source = new Source(source.path(), true);
      files.remove(source.path());
    }
    Set<Path> there = Set.copyOf(found);
    files.values().removeIf(file -> file.text().isEmpty() && !there.contains(file.path()));
    found.forEach(path -> files.computeIfAbsent(path, this::file));
    return true;
  }

  private CrontabFile file(Path path) {
    return new CrontabFile(path, !isFolder(), settle, clock);
  }

  private static String trouble(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "no crontab directory";
    }
    return e instanceof AccessDeniedException
        ? "crontab directory is not readable"
        : "crontab directory cannot be read";
  }

  private void report(String found) {
    if (!found.isEmpty() && !found.equals(trouble)) {
      String effect = files.isEmpty() ? "retrying" : "keeping the jobs in force";
      LOG.atWarn().addKeyValue("directory", source.path()).log(found + ", " + effect);
    }
    trouble = found;
  }
}
