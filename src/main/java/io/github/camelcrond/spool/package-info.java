// SPDX-License-Identifier: Apache-2.0
/**
 * The component behind {@code spool:} endpoints: messages that stay on disk until their receiver
 * has accepted them. The files are in {@code disk}, the broker in {@code rabbitmq}. Start reading
 * at {@code Spool}.
 */
package io.github.camelcrond.spool;
