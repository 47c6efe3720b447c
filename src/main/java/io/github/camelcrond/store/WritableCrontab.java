// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.crontab.CrontabParts;
import io.github.camelcrond.crontab.CrontabParts.Part;
import io.github.camelcrond.crontab.CrontabPaths;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and writes all files of the crontab as one text, see {@link CrontabParts}. A file that a
 * text does not mention stays as it is.
 */
public final class WritableCrontab {
  private static final Logger LOG = LoggerFactory.getLogger("crond.store");

  private final CrontabPaths paths;

  /** The files at {@code paths}. */
  public WritableCrontab(CrontabPaths paths) {
    this.paths = paths;
  }

  /** The paths as in the setting, for messages. */
  public String name() {
    return paths.toString();
  }

  /**
   * The current contents; empty if there is no file.
   *
   * @throws IOException if there are files, but none of them can be read
   */
  public byte[] read() throws IOException {
    List<IOException> failures = new ArrayList<>();
    byte[] text =
        CrontabParts.read(
            paths,
            (file, failure) -> {
              if (!(failure instanceof NoSuchFileException)) {
                failures.add(failure);
              }
            });
    if (text.length == 0 && !failures.isEmpty()) {
      throw failures.get(0);
    }
    return text;
  }

  /** Whether there is nothing but white space; no if a file cannot be read. */
  public boolean isBlank() {
    return paths.sources().stream().allMatch(WritableCrontab::isBlank);
  }

  private static boolean isBlank(CrontabPaths.Source source) {
    try {
      return source.files(skipped -> {}).stream().allMatch(WritableCrontab::isBlank);
    } catch (IOException e) {
      return e instanceof NoSuchFileException;
    }
  }

  private static boolean isBlank(Path file) {
    try {
      return Files.notExists(file)
          || Files.isRegularFile(file)
              && new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).isBlank();
    } catch (IOException e) {
      // There is a file that cannot be read: it must not be replaced.
      return e instanceof NoSuchFileException;
    }
  }

  /** Whether one of the files exists. */
  public boolean exists() {
    return paths.sources().stream().anyMatch(source -> Files.exists(source.path()));
  }

  /** The files in {@code text} that the settings do not name; they are not written. */
  public List<String> foreign(byte[] text) {
    return CrontabParts.split(text).stream()
        .filter(Predicate.not(this::covers))
        .map(Part::file)
        .toList();
  }

  private boolean covers(Part part) {
    return part.file().isEmpty() || paths.covers(Path.of(part.file()));
  }

  /**
   * Replaces the contents of the files in {@code text}, each as {@link FileReplacement} does.
   *
   * @return whether that succeeded; if not, the previous contents of at least one file stay
   */
  public boolean write(byte[] text) {
    List<String> foreign = foreign(text);
    if (!foreign.isEmpty()) {
      LOG.atWarn()
          .addKeyValue("files", String.join(" ", foreign))
          .addKeyValue("crond.crontab.file", name())
          .log("not writing files that crond.crontab.file does not name");
    }
    Map<Path, byte[]> wanted =
        CrontabParts.split(text).stream()
            .filter(this::covers)
            .collect(Collectors.toMap(this::file, Part::text, (first, second) -> second));
    boolean written = true;
    for (Map.Entry<Path, byte[]> one : wanted.entrySet()) {
      FileReplacement file = new FileReplacement(one.getKey());
      written &= isSame(file, one.getValue()) || file.write(one.getValue());
    }
    return written;
  }

  /** What {@code current} will be once {@code text} is written. */
  public byte[] merged(byte[] current, byte[] text) {
    Map<Path, byte[]> files = new LinkedHashMap<>();
    for (byte[] each : List.of(current, text)) {
      CrontabParts.split(each).stream()
          .filter(this::covers)
          .forEach(part -> files.put(file(part), part.text()));
    }
    return CrontabParts.join(
        files.entrySet().stream()
            .map(file -> new Part(file.getKey().toString(), file.getValue()))
            .toList(),
        paths.main());
  }

  private Path file(Part part) {
    return part.file().isEmpty() ? paths.main() : Path.of(part.file());
  }

  private static boolean isSame(FileReplacement file, byte[] text) {
    try {
      return Arrays.equals(file.read(), text);
    } catch (IOException e) {
      return false;
    }
  }
}
