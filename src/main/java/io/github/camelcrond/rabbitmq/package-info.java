// SPDX-License-Identifier: Apache-2.0
/**
 * The component behind {@code rabbitmq:} endpoints: connections, confirms and returns, consumers
 * that cannot start. Messages that wait for the broker are in {@code spool}. Start reading at
 * {@code RabbitComponent}.
 */
package io.github.camelcrond.rabbitmq;
