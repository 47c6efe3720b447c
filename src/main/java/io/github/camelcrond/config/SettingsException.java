// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

/** A setting that cannot be used; the message names key, value and what is allowed. */
public final class SettingsException extends RuntimeException {

  /** Says what is wrong with which key. */
  public SettingsException(String message) {
    super(message);
  }
}
