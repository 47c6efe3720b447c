// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

/**
 * Something about a schedule that is in force but may not be what its writer meant.
 *
 * @param column from 1 at the start of the expression
 * @param message lower case, no full stop
 */
public record Warning(int column, String message) {}
