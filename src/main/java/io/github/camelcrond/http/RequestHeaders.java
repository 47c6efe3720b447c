// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import java.util.Locale;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;

/**
 * The headers and query parameters of a request that become headers of a message, and the headers
 * of a message that become headers of the response: those named here, and no others.
 */
public final class RequestHeaders implements HeaderFilterStrategy {
  private static final Set<String> IN =
      Set.of("if-match", "if-none-match", "hours", "limit", "job");
  private static final Set<String> OUT = Set.of("etag", "content-type", "location");

  @Override
  public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
    return !OUT.contains(name.toLowerCase(Locale.ROOT));
  }

  @Override
  public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
    return !IN.contains(name.toLowerCase(Locale.ROOT));
  }
}
