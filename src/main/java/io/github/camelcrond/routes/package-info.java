// SPDX-License-Identifier: Apache-2.0
/**
 * Route files: reading, replacing while the daemon runs, rejecting with the position of the error.
 * Routes of schedules are in {@code trigger}; which files there are is decided in {@code daemon}.
 * Start reading at {@code RouteReload}.
 */
package io.github.camelcrond.routes;
