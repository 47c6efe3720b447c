// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The folders in which programs are looked for.
 *
 * @param folders in this order
 */
public record ProgramPath(List<Path> folders) {

  private static final List<String> ALWAYS =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

  /** Takes a copy. */
  public ProgramPath {
    folders = List.copyOf(folders);
  }

  /**
   * Reads the value of a variable PATH, and puts the system's own folders behind it. Entries that
   * are not absolute are left out: they would mean another program in each working folder.
   */
  public static ProgramPath of(String path) {
    Stream<String> named = Stream.of(path.split(":")).filter(folder -> folder.startsWith("/"));
    return new ProgramPath(Stream.concat(named, ALWAYS.stream()).distinct().map(Path::of).toList());
  }

  /** The first program of that name which this user may run. */
  public Optional<Path> find(String program) {
    return folders.stream()
        .map(folder -> folder.resolve(program))
        .filter(file -> Files.isExecutable(file) && !Files.isDirectory(file))
        .findFirst();
  }

  /** As a variable PATH has it. */
  @Override
  public String toString() {
    return folders.stream().map(Path::toString).collect(Collectors.joining(":"));
  }
}
