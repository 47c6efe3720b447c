// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

/** A request that the daemon rejected, or to which it did not respond. */
final class ApiException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean answered;

  /** The daemon could not be reached, or did not respond. */
  ApiException(String message) {
    super(message);
    this.answered = false;
  }

  ApiException(String message, Throwable cause) {
    super(message, cause);
    this.answered = false;
  }

  private ApiException(String message, boolean answered) {
    super(message);
    this.answered = answered;
  }

  /** The daemon rejected the request for the reason {@code detail}. */
  static ApiException refused(String detail) {
    return new ApiException(detail, true);
  }

  /** Whether a daemon responded. */
  boolean answered() {
    return answered;
  }
}
