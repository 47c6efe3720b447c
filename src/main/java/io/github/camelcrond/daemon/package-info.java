// SPDX-License-Identifier: Apache-2.0
/**
 * The wiring of all beans, the order of start and stop, threads, signals, and the choice of route
 * files. Rules of jobs and runs are in the packages that are wired here. Start reading at {@code
 * Daemon}.
 */
package io.github.camelcrond.daemon;
