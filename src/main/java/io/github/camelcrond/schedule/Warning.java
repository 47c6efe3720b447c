// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

/**
 * A warning about a valid schedule that may not do what its author intended.
 *
 * @param column column from 1 at the start of the expression
 * @param code the code by which a comment silences it
 * @param message lower case, no full stop
 */
public record Warning(int column, String code, String message) {}
