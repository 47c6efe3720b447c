// SPDX-License-Identifier: Apache-2.0
/**
 * Files in the store folder, the only place where the daemon keeps state on disk: {@link
 * io.github.camelcrond.disk.RecordLog} for what comes and goes with each run (journal, spool),
 * {@link io.github.camelcrond.disk.MapFile} for what is looked up by key (embedded store). What the
 * contents mean is decided by the packages that use them. Start reading at {@code RecordLog}.
 */
package io.github.camelcrond.disk;
