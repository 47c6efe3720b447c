// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

/** What goes when the spool has no room. */
public enum Full {
  /** The messages that have waited longest make room. */
  DROP_OLDEST,
  /** The message that comes is dropped. */
  DROP_NEWEST
}
