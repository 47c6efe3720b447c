// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

/** Which messages are dropped when the spool is full. */
public enum OverflowPolicy {
  /** Those that have waited longest. */
  DROP_OLDEST,
  /** The one that is to be added. */
  DROP_NEWEST
}
