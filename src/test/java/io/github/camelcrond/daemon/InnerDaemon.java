// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import static org.awaitility.Awaitility.await;

import io.github.camelcrond.config.SettingsLoader;
import io.github.camelcrond.job.JobTable;
import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.run.RunEndJson;
import io.github.camelcrond.run.Runs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.camel.FluentProducerTemplate;

/** A daemon inside the test's JVM, with a crontab and a store in a folder of its own. */
final class InnerDaemon implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final Path folder;
  private final Properties settings = new Properties();
  private Optional<Daemon> daemon = Optional.empty();

  InnerDaemon(Path folder) {
    this.folder = folder;
    set("crond.home", Path.of("").toAbsolutePath().toString());
    set("crond.crontab.file", folder.resolve("etc/crontab").toString());
    set("crond.store.dir", folder.resolve("store").toString());
    // Other daemons on this machine may have the port.
    set("crond.http.enabled", "false");
    set("crond.stop.grace", "0s");
  }

  /** Sets {@code key} for the starts to come. */
  InnerDaemon set(String key, String value) {
    settings.setProperty(key, value);
    return this;
  }

  /** Writes the crontab, of {@code lines}. */
  InnerDaemon crontab(String... lines) throws IOException {
    Files.createDirectories(folder.resolve("etc"));
    Files.writeString(folder.resolve("etc/crontab"), String.join("\n", lines) + "\n");
    return this;
  }

  /** Starts and waits until jobs are in force. */
  InnerDaemon start() throws Exception {
    Daemon started = new Daemon(SettingsLoader.load(Map.of(), settings), Clock.systemUTC());
    daemon = Optional.of(started);
    started.start();
    await().atMost(LONGEST).until(() -> !bean("job-table", JobTable.class).all().isEmpty());
    return this;
  }

  Daemon daemon() {
    return daemon.orElseThrow();
  }

  <T> T bean(String name, Class<T> type) {
    return daemon().context().getRegistry().lookupByNameAndType(name, type);
  }

  Runs runs() {
    return bean("runs", Runs.class);
  }

  /** Starts a run of {@code job} and gives its run-id. */
  String runNow(String job) {
    return to("direct:run-now").withBody(job).request(String.class);
  }

  FluentProducerTemplate to(String endpoint) {
    return daemon().context().createFluentProducerTemplate().to(endpoint);
  }

  /** Waits until the store has the record of {@code run}. */
  RunEnd end(String job, String run) {
    return await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> history(job).filter(e -> e.run().equals(run)).findFirst(), Optional::isPresent)
        .orElseThrow();
  }

  /** Waits until {@code run} runs a process. */
  void awaitProcess(String run) {
    await().atMost(LONGEST).until(() -> runs().find(run).flatMap(p -> p.process()).isPresent());
  }

  /** The records of {@code job} in the store, newest first. */
  Stream<RunEnd> history(String job) {
    List<?> json = to("direct:store-runs-read").withVariable("job-id", job).request(List.class);
    return json.stream().map(text -> RunEndJson.read(text.toString()));
  }

  /** Stops it, if it runs. */
  InnerDaemon stop() throws Exception {
    if (daemon.isPresent()) {
      Daemon running = daemon.get();
      daemon = Optional.empty();
      running.stop();
    }
    return this;
  }

  @Override
  public void close() {
    try {
      stop();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
