// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

/**
 * An entry of the user database. Source: passwd(5).
 *
 * @param uid user id; 0 is root
 * @param gid id of the primary group
 * @param home home directory; may be empty
 */
public record Passwd(String name, long uid, long gid, String home) {}
