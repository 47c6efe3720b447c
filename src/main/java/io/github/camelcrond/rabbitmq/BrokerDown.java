// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import java.io.IOException;

/** Thrown when the broker cannot be reached, lets nobody in, or takes no message at all. */
public final class BrokerDown extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message why: lower case, no full stop, without credentials
   */
  public BrokerDown(String message) {
    super(message);
  }
}
