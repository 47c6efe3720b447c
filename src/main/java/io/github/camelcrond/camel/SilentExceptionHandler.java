// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.camel;

import org.apache.camel.Exchange;
import org.apache.camel.spi.ExceptionHandler;

/** For consumers whose failures are returned to a waiting sender, which reports them. */
public final class SilentExceptionHandler implements ExceptionHandler {
  @Override
  public void handleException(Throwable failure) {}

  @Override
  public void handleException(String message, Throwable failure) {}

  @Override
  public void handleException(String message, Exchange exchange, Throwable failure) {}
}
