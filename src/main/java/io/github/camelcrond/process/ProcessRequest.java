// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A process to be started.
 *
 * @param argv the program and its arguments; the program is a path with a slash, PATH is not
 *     searched
 * @param environment the complete environment; nothing is inherited
 * @param directory the working directory
 * @param stdin content of standard input; empty for {@code /dev/null}
 */
public record ProcessRequest(
    List<String> argv, Map<String, String> environment, Path directory, byte[] stdin) {

  private static final List<String> SHELL = List.of("/bin/sh", "-c");

  /** A path and words without characters that are special in any shell. */
  private static final Pattern PLAIN =
      Pattern.compile("[ \t]*+\\.{0,2}/[\\w.,:@%+/-]*+([ \t][ \t\\w.,:@%+/=-]*+)?");

  private static final Pattern BLANKS = Pattern.compile("[ \t]+");

  /**
   * Copies the arguments.
   *
   * @throws IllegalArgumentException if {@code argv} is empty, a string contains a NUL, or the name
   *     of a variable is empty or contains {@code =}: execve(2) cannot pass these
   */
  public ProcessRequest {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
    stdin = stdin.clone();
    if (argv.isEmpty()) {
      throw new IllegalArgumentException("argv is empty, name a program");
    }
    argv.forEach(text -> refuseNul("argument", text));
    environment.forEach(ProcessRequest::checkVariable);
    refuseNul("directory", directory.toString());
  }

  /**
   * This request without {@code /bin/sh -c}, if the shell would only execute the command; otherwise
   * empty. That saves the start of a process. If the program cannot be executed, the shell is
   * needed for its error message and exit code.
   */
  Optional<ProcessRequest> withoutShell() {
    String command = argv.get(argv.size() - 1);
    if (!argv.subList(0, argv.size() - 1).equals(SHELL) || !PLAIN.matcher(command).matches()) {
      return Optional.empty();
    }
    List<String> words = List.of(BLANKS.split(command.strip()));
    return Optional.of(new ProcessRequest(words, environment, directory, stdin));
  }

  /** This request with other arguments. */
  ProcessRequest with(List<String> otherArgv) {
    return otherArgv == argv ? this : new ProcessRequest(otherArgv, environment, directory, stdin);
  }

  /** The program, the first of {@link #argv}. */
  public String program() {
    return argv.get(0);
  }

  /** A copy of the content of standard input. */
  @Override
  public byte[] stdin() {
    return stdin.clone();
  }

  /** Whether standard input is {@code /dev/null}. */
  public boolean stdinEmpty() {
    return stdin.length == 0;
  }

  /** Program and directory only, as arguments and environment may contain secrets. */
  @Override
  public String toString() {
    return "process " + program() + " in " + directory;
  }

  private static void checkVariable(String name, String value) {
    if (name.isEmpty() || name.indexOf('=') >= 0) {
      throw new IllegalArgumentException("variable name '" + name + "' is empty or contains =");
    }
    refuseNul("variable", name);
    refuseNul("value of " + name, value);
  }

  private static void refuseNul(String what, String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(what + " contains a NUL, use any other character");
    }
  }
}
