// SPDX-License-Identifier: Apache-2.0
/**
 * Files in the store directory, the only place where the daemon keeps state on disk: {@link
 * io.github.camelcrond.disk.RecordLog} for short-lived data of each run (journal, spool), {@link
 * io.github.camelcrond.disk.MapFile} for data that is looked up by key (embedded store). The
 * meaning of the contents belongs to the packages that use them. Start reading at {@code
 * RecordLog}.
 */
package io.github.camelcrond.disk;
