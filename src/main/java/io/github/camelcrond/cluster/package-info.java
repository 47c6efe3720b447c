// SPDX-License-Identifier: Apache-2.0
/**
 * Several daemons on one Redis: claims of firings, places of runs for overlap and groups, questions
 * to other daemons about their runs, and the queue of requests between schedulers and workers, with
 * leases and deliveries. The connections are those of {@code store} (Redis) and {@code rabbitmq}.
 * Start reading at {@code Claims}, {@code Places} and {@code Peers}.
 */
package io.github.camelcrond.cluster;
