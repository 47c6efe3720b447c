// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

/** Receives the lines of the output of a process as they arrive. */
@FunctionalInterface
public interface LineSink {

  /**
   * Takes a line.
   *
   * @param line without its line end and without control characters other than the tab
   */
  void line(StandardStream stream, String line);
}
