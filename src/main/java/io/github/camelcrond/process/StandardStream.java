// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

/** The two streams that a process prints on. */
public enum StandardStream {
  /** Standard output. */
  STDOUT,
  /** Standard error. */
  STDERR
}
