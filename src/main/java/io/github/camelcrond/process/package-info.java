// SPDX-License-Identifier: Apache-2.0
/**
 * Starting and ending processes of the operating system, and reading their output. Jobs and routes
 * are not known here.
 *
 * <p>Start reading at {@link io.github.camelcrond.process.ProcessLaunchers}, which chooses how
 * processes are started; one thread reads the output of all of them.
 */
package io.github.camelcrond.process;
