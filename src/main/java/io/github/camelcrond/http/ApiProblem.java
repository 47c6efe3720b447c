// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import io.github.camelcrond.config.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** Ends a request with an error response as defined by RFC 9457. */
public final class ApiProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient Map<String, ?> more;

  /**
   * @param status HTTP status, 400 to 599
   * @param detail the error and the allowed values; lower case, no full stop
   */
  public ApiProblem(int status, String detail) {
    this(status, detail, Map.of());
  }

  /**
   * @param more further members of the response
   */
  public ApiProblem(int status, String detail, Map<String, ?> more) {
    // A response, not a fault of the daemon: the stack trace is not needed.
    super(detail, null, false, false);
    this.status = status;
    this.more = more;
  }

  /** HTTP status. */
  public int status() {
    return status;
  }

  /** The body of the answer, {@code application/problem+json}. */
  public String json() {
    Map<String, Object> problem = new LinkedHashMap<>();
    problem.put("title", title(status));
    problem.put("status", status);
    problem.put("detail", getMessage());
    problem.putAll(more);
    return Json.text(problem);
  }

  private static String title(int status) {
    return switch (status) {
      case 400 -> "bad request";
      case 401 -> "token required";
      case 403 -> "forbidden";
      case 404 -> "not found";
      case 405 -> "method not allowed";
      case 409 -> "conflict";
      case 412 -> "conflicting change";
      case 413 -> "body too large";
      case 415 -> "not JSON";
      case 422 -> "not valid";
      case 428 -> "If-Match required";
      case 503 -> "not available";
      default -> status < 500 ? "bad request" : "failure";
    };
  }
}
