// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.camel;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method that a route file calls by the name of its bean, so that its callers are in {@code
 * routes/}. A test checks that each marked method is called, and that each called method is marked.
 */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface CalledByRoute {}
