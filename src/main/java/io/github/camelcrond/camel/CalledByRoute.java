// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.camel;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method that a route file calls by the name of its bean. Its callers are found by
 * searching {@code routes/} for its name; a test finds each of them, and each call in {@code
 * routes/} marked.
 */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface CalledByRoute {}
