// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import java.io.IOException;

/** Thrown when the broker rejects a message: no queue is bound, no such exchange, or rejected. */
public final class Undeliverable extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message why: lower case, no full stop
   */
  public Undeliverable(String message) {
    super(message);
  }
}
