// SPDX-License-Identifier: Apache-2.0
/**
 * The jobs in force and what concerns all runs of a job: pauses, missed firings, jobs that run
 * once, loading of a crontab, endpoints of lines. A single run is in {@code run}. Start reading at
 * {@code JobTable}.
 */
package io.github.camelcrond.job;
