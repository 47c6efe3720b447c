// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

/**
 * One entry of the user database. Source: passwd(5).
 *
 * @param uid 0 is root
 * @param home folder; may be empty
 * @param shell program; may be empty
 */
public record Passwd(String name, long uid, long gid, String home, String shell) {}
