// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

/** An invalid setting; the message states the key, the value and the allowed values. */
public final class SettingsException extends RuntimeException {

  /** Creates one with a message that states the key, the value and the allowed values. */
  public SettingsException(String message) {
    super(message);
  }
}
