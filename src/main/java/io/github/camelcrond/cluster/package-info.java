// SPDX-License-Identifier: Apache-2.0
/**
 * Several daemons on one Redis: claims of firings, and the queue of requests between schedulers and
 * workers, with leases and deliveries. The connections are those of {@code store} (Redis) and
 * {@code rabbitmq}. Start reading at {@code Claims}.
 */
package io.github.camelcrond.cluster;
