// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import io.github.camelcrond.camel.CalledByRoute;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import org.apache.camel.Exchange;

/** The files of the dashboard: those named here, from the jar, and no others. */
public final class Dashboard {
  private static final Map<String, String> TYPES =
      Map.of(
          "index.html", "text/html; charset=utf-8",
          "app.css", "text/css; charset=utf-8",
          "icon.svg", "image/svg+xml");
  private static final String SCRIPT = "text/javascript; charset=utf-8";

  /** Responds with the page. */
  @CalledByRoute
  public void showPage(Exchange exchange) {
    answer("index.html", exchange);
  }

  /** Responds with the file in the path of the request. */
  @CalledByRoute
  public void showFile(Exchange exchange) {
    answer(exchange.getMessage().getHeader("file", "", String.class), exchange);
  }

  private static void answer(String name, Exchange exchange) {
    boolean known = TYPES.containsKey(name) || name.matches("[a-z]+\\.js");
    try (InputStream in = known ? Dashboard.class.getResourceAsStream("dashboard/" + name) : null) {
      if (in == null) {
        throw new ApiProblem(404, "the dashboard has no file " + name);
      }
      exchange.getMessage().setBody(in.readAllBytes());
      exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, TYPES.getOrDefault(name, SCRIPT));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
