// SPDX-License-Identifier: Apache-2.0
/**
 * The Camel context of the daemon: queues that let an idle daemon sleep, and a shutdown and an
 * inflight registry that know of routes that are being replaced. Route files are loaded and
 * replaced in {@code routes}. Start reading at {@code CronContext}.
 */
package io.github.camelcrond.camel;
