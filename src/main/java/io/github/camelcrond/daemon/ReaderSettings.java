// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import io.github.camelcrond.config.DaemonEndpoints;
import io.github.camelcrond.config.Settings;
import io.github.camelcrond.crontab.CrontabFormat;
import io.github.camelcrond.crontab.CrontabPaths;
import io.github.camelcrond.crontab.DaemonUser;
import io.github.camelcrond.crontab.EndpointRule;
import io.github.camelcrond.crontab.ProgramRule;
import io.github.camelcrond.crontab.ReaderOptions;
import io.github.camelcrond.crontab.Users;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;

/**
 * The options for reading crontabs from the settings, the same for the daemon and {@code check}.
 */
public final class ReaderSettings {
  private ReaderSettings() {}

  /** Form, zone, endpoints, users and programs. */
  public static ReaderOptions of(Settings settings) {
    CrontabFormat format =
        settings.oneOf("crond.crontab.format", "system", "user").equals("user")
            ? CrontabFormat.USER
            : CrontabFormat.SYSTEM;
    String fields = settings.oneOf("crond.crontab.fields", "auto", "5", "6", "7");
    boolean elsewhere = settings.oneOf("crond.run.mode", "local", "queue").equals("queue");
    return new ReaderOptions(
        format,
        ZoneId.systemDefault(),
        endpoints(settings),
        self(settings),
        fields.equals("auto") ? ReaderOptions.AUTO : Integer.parseInt(fields),
        elsewhere ? ProgramRule.ANY : ProgramRule.OF_SYSTEM,
        CrontabPaths.of(settings).main().toString(),
        elsewhere);
  }

  private static EndpointRule endpoints(Settings settings) {
    String missing = "crond.rabbitmq.url is not set, set it to send to RabbitMQ";
    boolean broker = settings.find("crond.rabbitmq.url").isPresent();
    return new EndpointRule(
        List.of(settings.text("crond.endpoints").split("\\s*,\\s*")),
        DaemonEndpoints.URIS,
        broker ? Map.of() : Map.of("rabbitmq", missing, "spring-rabbitmq", missing));
  }

  /** The user that the daemon runs as, and the users whose lines it runs. */
  static DaemonUser self(Settings settings) {
    Users users = Users.ofSystem();
    boolean off = settings.oneOf("crond.run.user-switch", "auto", "off").equals("off");
    return new DaemonUser(DaemonUser.uid(users), users, off);
  }
}
