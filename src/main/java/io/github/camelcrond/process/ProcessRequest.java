// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What to start.
 *
 * @param argv the program and its arguments; the program is a path with a slash, PATH is not
 *     searched
 * @param environment all of it: nothing is inherited
 * @param directory the working folder
 * @param stdin what the process reads on standard input; empty is {@code /dev/null}
 */
public record ProcessRequest(
    List<String> argv, Map<String, String> environment, Path directory, byte[] stdin) {

  private static final List<String> SHELL = List.of("/bin/sh", "-c");

  /** A path and words in which no shell, whichever it is, sees more than letters. */
  private static final Pattern PLAIN =
      Pattern.compile("[ \t]*+\\.{0,2}/[\\w.,:@%+/-]*+([ \t][ \t\\w.,:@%+/=-]*+)?");

  private static final Pattern BLANKS = Pattern.compile("[ \t]+");

  /**
   * Takes copies.
   *
   * @throws IllegalArgumentException if there is no program, a text has a NUL in it, or a
   *     variable's name is empty or has {@code =} in it: none of these can be passed to a program
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
   * The same without {@code /bin/sh -c}, if a shell would do no more with its command than execute
   * it. Saves the start of a process, and what ends is the program itself. Should the program not
   * be there, or be no program, only a shell knows what to say.
   */
  Optional<ProcessRequest> withoutShell() {
    String command = argv.get(argv.size() - 1);
    if (!argv.subList(0, argv.size() - 1).equals(SHELL) || !PLAIN.matcher(command).matches()) {
      return Optional.empty();
    }
    List<String> words = List.of(BLANKS.split(command.strip()));
    return Optional.of(new ProcessRequest(words, environment, directory, stdin));
  }

  /** The same with other arguments. */
  ProcessRequest with(List<String> otherArgv) {
    return otherArgv == argv ? this : new ProcessRequest(otherArgv, environment, directory, stdin);
  }

  /** The program, the first of {@link #argv}. */
  public String program() {
    return argv.get(0);
  }

  /** A copy of what the process reads on standard input. */
  @Override
  public byte[] stdin() {
    return stdin.clone();
  }

  /** Whether the process gets {@code /dev/null} for standard input. */
  public boolean stdinEmpty() {
    return stdin.length == 0;
  }

  /** Names program and folder only: arguments and environment may hold secrets. */
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
