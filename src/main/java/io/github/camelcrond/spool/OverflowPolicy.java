// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

/** Which messages are dropped when the spool is full. */
public enum OverflowPolicy {
  /** The oldest ones. */
  DROP_OLDEST,
  /** The one being added. */
  DROP_NEWEST
}
