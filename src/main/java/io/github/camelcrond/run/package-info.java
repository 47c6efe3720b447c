// SPDX-License-Identifier: Apache-2.0
/**
 * A run from its firing to its record: the gates where it waits, its attempts and process, its end,
 * the journal on disk and the history. Jobs are in {@code job}, starting a process in {@code
 * process}. Start reading at {@code Runs}.
 */
package io.github.camelcrond.run;
