// SPDX-License-Identifier: Apache-2.0
/**
 * The HTTP server: access and tokens, the API, the dashboard and the stream of a run's output.
 * Health checks and metrics are in {@code observe}. Start reading at {@code HttpStart}.
 */
package io.github.camelcrond.http;
