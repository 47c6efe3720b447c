// SPDX-License-Identifier: Apache-2.0
/**
 * The commands: {@code run}, {@code check}, {@code next}, and those that talk to a running daemon
 * or to its store. The daemon itself is in {@code daemon}. Start reading at {@code CamelCrond}.
 */
package io.github.camelcrond.cli;
