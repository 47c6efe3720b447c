// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsLoader;
import io.github.camelcrond.schedule.SettableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The embedded store keeps what each store keeps. */
class FileStoreTest extends StoreContract {
  @TempDir Path folder;
  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-22T00:00:00Z"));
  private StoreContext store;

  @BeforeEach
  void open() {
    Settings settings =
        SettingsLoader.load(Map.of(), new Properties())
            .with("crond.store.dir", folder.toString())
            .with("crond.history.runs", "3");
    store = StoreContext.open(settings, clock);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Override
  StoreContext store() {
    return store;
  }

  @Override
  StoreContext reopened() {
    close();
    open();
    return store;
  }

  @Override
  void pass(Duration time) {
    clock.pass(time);
  }
}
