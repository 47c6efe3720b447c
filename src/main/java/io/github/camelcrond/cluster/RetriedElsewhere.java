// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

/** Thrown after an attempt whose retry is left to another worker. */
public final class RetriedElsewhere extends Exception {
  private static final long serialVersionUID = 1L;

  RetriedElsewhere() {
    super("the retry is left to another worker", null, false, false);
  }
}
