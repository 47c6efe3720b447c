// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

/** The two output streams of a process. */
public enum StandardStream {
  /** Standard output. */
  STDOUT,
  /** Standard error. */
  STDERR
}
