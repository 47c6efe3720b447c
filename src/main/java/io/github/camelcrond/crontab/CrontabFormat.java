// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import io.github.camelcrond.config.Settings;

/** Whether the lines of a crontab have a user column. Source: crontab(5). */
public enum CrontabFormat {
  /** As in /etc/crontab: five time fields, user, command. */
  SYSTEM,
  /** As printed by {@code crontab -l}: five time fields, command. */
  USER;

  /** The format that {@code settings} name. */
  public static CrontabFormat of(Settings settings) {
    return settings.oneOf("crond.crontab.format", "system", "user").equals("user") ? USER : SYSTEM;
  }
}
