// SPDX-License-Identifier: Apache-2.0
/**
 * The store of crontab, jobs, pauses and history: the embedded store, Redis connections, recovery,
 * and what is pending while the store is down. The steps are in the routes {@code internal/store*}.
 * Start reading at {@code FileStore}.
 */
package io.github.camelcrond.store;
