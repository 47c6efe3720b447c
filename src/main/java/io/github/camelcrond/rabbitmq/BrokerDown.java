// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import java.io.IOException;

/** Thrown when the broker cannot be reached, refuses the login, or accepts no messages at all. */
public final class BrokerDown extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message why: lower case, no full stop, without credentials
   */
  public BrokerDown(String message) {
    super(message);
  }
}
