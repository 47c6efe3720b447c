// SPDX-License-Identifier: Apache-2.0
/**
 * Health checks and Prometheus metrics. The HTTP server that publishes them is in {@code http}.
 * Start reading at {@code HealthBeans}.
 */
package io.github.camelcrond.observe;
