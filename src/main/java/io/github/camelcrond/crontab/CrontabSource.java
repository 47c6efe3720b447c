// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

/** Where the crontab's text comes from, if its file cannot be written. */
public interface CrontabSource {

  /** Takes {@code text} in place of the file's, until the file changes. */
  void accept(byte[] text);
}
