// SPDX-License-Identifier: Apache-2.0
/**
 * Starts and ends operating-system processes, and reads what they print. Knows nothing of jobs or
 * routes.
 *
 * <p>{@link io.github.camelcrond.process.ProcessLaunchers} chooses how processes are started; one
 * thread serves all that run.
 */
package io.github.camelcrond.process;
