// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.cluster.HostGone;
import io.github.camelcrond.job.NoSuchJob;
import io.github.camelcrond.run.NoSuchRun;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.TypeConversionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns exceptions behind the API into responses. */
public final class ApiProblems {
  private static final Logger LOG = LoggerFactory.getLogger("crond.http");

  /**
   * Replaces the message of {@code exchange} by a response about the exception that it has caught.
   */
  @CalledByRoute
  public void answer(Exchange exchange) {
    ApiProblem problem = of(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class));
    exchange.getMessage().removeHeaders("*");
    exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, problem.status());
    exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/problem+json");
    exchange.getMessage().setBody(problem.json());
  }

  private static ApiProblem of(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof ApiProblem problem) {
        return problem;
      }
      if (t instanceof NoSuchJob || t instanceof NoSuchRun) {
        return new ApiProblem(404, t.getMessage());
      }
      if (t instanceof HostGone) {
        return new ApiProblem(503, t.getMessage());
      }
      if (t instanceof TypeConversionException || t instanceof InvalidPayloadException) {
        return new ApiProblem(400, "a parameter or the body has an invalid form");
      }
    }
    Throwable cause =
        thrown instanceof CamelExecutionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    LOG.atWarn().addKeyValue("reason", cause.toString()).log("request failed");
    return new ApiProblem(503, "the store or another component did not respond, see the log");
  }
}
