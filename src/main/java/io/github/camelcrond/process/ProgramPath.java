// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The directories in which programs are searched.
 *
 * @param folders in the order of the search
 */
public record ProgramPath(List<Path> folders) {

  private static final List<String> ALWAYS =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

  /** Copies the list. */
  public ProgramPath {
    folders = List.copyOf(folders);
  }

  /**
   * The directories of {@code path}, a value of the variable PATH, followed by the usual ones of
   * the system. Relative entries are skipped, as they would depend on the working directory.
   */
  public static ProgramPath of(String path) {
    Stream<String> named = Stream.of(path.split(":")).filter(folder -> folder.startsWith("/"));
    return new ProgramPath(Stream.concat(named, ALWAYS.stream()).distinct().map(Path::of).toList());
  }

  /** The first program of that name that this user may execute; empty if there is none. */
  public Optional<Path> find(String program) {
    return folders.stream()
        .map(folder -> folder.resolve(program))
        .filter(file -> Files.isExecutable(file) && !Files.isDirectory(file))
        .findFirst();
  }

  /** In the form of the variable PATH. */
  @Override
  public String toString() {
    return folders.stream().map(Path::toString).collect(Collectors.joining(":"));
  }
}
