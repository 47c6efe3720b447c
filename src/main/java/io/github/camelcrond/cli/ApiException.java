// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

/** What the daemon answered instead of what it was asked for, or that it did not answer. */
final class ApiException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean answered;

  /** It could not be asked, or did not answer. */
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

  /** It refused what it was asked for, for the reason {@code detail}. */
  static ApiException refused(String detail) {
    return new ApiException(detail, true);
  }

  /** Whether a daemon answered. */
  boolean answered() {
    return answered;
  }
}
