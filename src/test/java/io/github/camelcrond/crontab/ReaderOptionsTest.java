// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelcrond.config.SettingsException;
import io.github.camelcrond.config.SettingsLoader;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReaderOptionsTest {

  private static ReaderOptions options(String... settings) {
    Properties system = new Properties();
    system.setProperty("crond.crontab.format", "user");
    for (int i = 0; i < settings.length; i += 2) {
      system.setProperty(settings[i], settings[i + 1]);
    }
    return ReaderOptions.of(SettingsLoader.load(Map.of(), system));
  }

  private static CrontabReader reader(String... settings) {
    return new CrontabReader(options(settings), Clock.systemUTC());
  }

  @ParameterizedTest
  @CsvSource({"auto, 0 0 12 * *", "5, 0 0 12 * *", "6, 0 0 12 * * *", "7, 0 0 12 * * * 2030"})
  void theNumberOfFieldsIsASetting(String fields, String schedule) {
    assertThat(reader("crond.crontab.fields", fields).read("0 0 12 * * * 2030 x\n").jobs())
        .extracting(Job::text)
        .containsExactly(schedule);
  }

  @Test
  void anyOtherNumberIsRefused() {
    assertThatThrownBy(() -> options("crond.crontab.fields", "8"))
        .isInstanceOf(SettingsException.class);
  }

  @Test
  void programsAreOnlyLookedForWhereJobsRun() {
    String crontab = "@daily /none/there\n";

    assertThat(reader().read(crontab).warnings())
        .extracting(Problem::code)
        .containsExactly("program");
    assertThat(
            reader(
                    "crond.run.mode", "queue",
                    "crond.store", "redis",
                    "crond.rabbitmq.url", "amqp://localhost")
                .read(crontab)
                .warnings())
        .isEqualTo(List.of());
  }
}
