// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.migrate;

import java.util.Locale;

/** The kind of a file to import: the program that it was written for, and its format. */
public enum ImportKind {
  /** Cronie, with a user column. */
  SYSTEM("crontab with users"),
  /** Cronie, as {@code crontab -e} writes it. */
  USER("crontab without users"),
  /** BusyBox, in which percent signs have no meaning. */
  BUSYBOX("BusyBox crontab"),
  /** Supercronic: five fields, six with a year or seven with seconds, too. */
  SUPERCRONIC("supercronic crontab"),
  /** Ofelia's {@code config.ini}. */
  OFELIA("Ofelia ini file"),
  /** Labels for Ofelia, one a line or in a compose file. */
  DOCKER("Docker labels for Ofelia"),
  /** CronJob objects in YAML or JSON. */
  KUBERNETES("Kubernetes CronJobs"),
  /** The configuration of yacron. */
  YACRON("yacron configuration");

  private final String title;

  ImportKind(String title) {
    this.title = title;
  }

  /** The name in comments. */
  String title() {
    return title;
  }

  /** The name on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
