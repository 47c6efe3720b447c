// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A file system with servers that tests start: that of the machine, or one that {@code
 * src/it/servers/fetch} has unpacked from a later suite of Debian.
 *
 * @param suite name of the suite; empty for the machine's own
 */
public record ServerRoot(Optional<Path> folder, String suite) {
  private static final Path FETCHED =
      Path.of(System.getProperty("crond.test.servers", "target/servers"));

  private static final String ENTER = Path.of("src/it/servers/enter").toAbsolutePath().toString();

  /** The one whose servers the tests use: {@code -Dcrond.test.suite=SUITE}, else the machine's. */
  public static ServerRoot chosen() {
    String suite = System.getProperty("crond.test.suite", "");
    if (suite.isEmpty()) {
      return machine();
    }
    return fetched().stream()
        .filter(root -> root.suite.equals(suite))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(suite + " is not in " + FETCHED));
  }

  /** The machine's own. */
  public static ServerRoot machine() {
    return new ServerRoot(Optional.empty(), "");
  }

  /** All that were fetched. */
  public static List<ServerRoot> fetched() {
    if (!Files.isDirectory(FETCHED)) {
      return List.of();
    }
    try (Stream<Path> roots = Files.list(FETCHED)) {
      return roots
          .filter(root -> Files.exists(root.resolve("versions")))
          .map(root -> fetched(root.getFileName().toString()))
          .sorted((a, b) -> a.suite.compareTo(b.suite))
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ServerRoot fetched(String suite) {
    return new ServerRoot(Optional.of(FETCHED.resolve(suite).toAbsolutePath()), suite);
  }

  /** The command that runs {@code words} in this file system, as a process with the same id. */
  public List<String> command(String... words) {
    List<String> command = new ArrayList<>();
    folder.ifPresent(root -> command.addAll(List.of(ENTER, root.toString())));
    command.addAll(List.of(words));
    return command;
  }

  /** The first of {@code paths} that is a program here. */
  public Optional<String> program(String... paths) {
    return Stream.of(paths)
        .filter(path -> Files.isExecutable(folder.orElse(Path.of("/")).resolve(path.substring(1))))
        .findFirst();
  }
}
