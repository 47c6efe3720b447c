// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsLoader;
import io.github.camelcrond.daemon.Daemon;
import io.github.camelcrond.job.JobTable;
import io.github.camelcrond.routes.RouteReload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.slf4j.LoggerFactory;

/** A daemon in this process, in folders of its own, and what it logs. */
public final class TestDaemon implements AutoCloseable {
  private final Daemon daemon;
  private final Log log = new Log();

  /** Keeps what is logged. */
  private static final class Log extends AppenderBase<ILoggingEvent> {
    final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    protected void append(ILoggingEvent event) {
      lines.add(
          event.getLevel() + " " + event.getFormattedMessage() + " " + event.getKeyValuePairs());
    }
  }

  private TestDaemon(Daemon daemon) {
    this.daemon = daemon;
  }

  /**
   * Starts one with the lines of {@code crontab} in {@code folder} (its store is kept there); when
   * it returns, the crontab and the route files are in force.
   */
  public static TestDaemon start(Path folder, Map<String, String> settings, String... crontab)
      throws Exception {
    Path file = folder.resolve("crontab");
    Files.writeString(file, String.join("\n", crontab) + "\n");
    TestDaemon made = new TestDaemon(new Daemon(settings(folder, settings), Clock.systemUTC()));
    made.log.start();
    root().addAppender(made.log);
    made.daemon.start();
    Awaitility.await().until(() -> !made.routeSet().all().isEmpty());
    Awaitility.await().until(() -> !made.bean("route-files", RouteReload.class).changing());
    return made;
  }

  private static Settings settings(Path folder, Map<String, String> settings) throws IOException {
    Properties properties = new Properties();
    properties.setProperty("crond.crontab.file", folder.resolve("crontab").toString());
    properties.setProperty("crond.store.dir", folder.resolve("store").toString());
    properties.setProperty("crond.stop.grace", "5s");
    properties.setProperty("crond.http.enabled", "false");
    settings.forEach(properties::setProperty);
    return SettingsLoader.load(Map.of(), properties);
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  private JobTable routeSet() {
    return bean("job-table", JobTable.class);
  }

  /** The bean with this name. */
  public <T> T bean(String name, Class<T> type) {
    return daemon.context().getRegistry().lookupByNameAndType(name, type);
  }

  /** Runs the job with {@code jobId}; gives the run-id. */
  public String run(String jobId) {
    return daemon
        .context()
        .createFluentProducerTemplate()
        .to("direct:run-now")
        .withBody(jobId)
        .request(String.class);
  }

  /** The records of the job with {@code jobId} in the store, JSON, newest first. */
  public List<?> records(String jobId) {
    return daemon
        .context()
        .createFluentProducerTemplate()
        .to("direct:store-runs-read")
        .withVariable("job-id", jobId)
        .request(List.class);
  }

  /** Log lines, {@code LEVEL message [key="value", …]}, with all of {@code parts} in them. */
  public List<String> logged(String... parts) {
    return log.lines.stream().filter(l -> List.of(parts).stream().allMatch(l::contains)).toList();
  }

  /** Waits for such a line and gives the first. */
  public String awaitLogged(String... parts) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> logged(parts), lines -> !lines.isEmpty())
        .get(0);
  }

  /** Waits until nothing is left to be done for any run, its messages are in the spool. */
  public void awaitTold() {
    var inflight = daemon.context().getInflightRepository();
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> inflight.size("job-run") == 0);
  }

  /** The daemon. */
  public Daemon daemon() {
    return daemon;
  }

  @Override
  public void close() {
    try {
      daemon.stop();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    root().detachAppender(log);
  }
}
