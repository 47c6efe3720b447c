// SPDX-License-Identifier: Apache-2.0
/**
 * The formats of the log, plain and JSON, the threads that write it, and text that is safe to
 * print. Which events are logged is decided where they occur. Start reading at {@code LogSetup}.
 */
package io.github.camelcrond.log;
