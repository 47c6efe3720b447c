// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.crontab.CrontabFormat;
import io.github.camelcrond.crontab.CrontabWriter;
import io.github.camelcrond.crontab.EndpointRule;
import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.crontab.JobJson;
import io.github.camelcrond.crontab.LegacyCache;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Restores the crontab from the store at the start if its file is missing or the store wins. */
public final class CrontabRecovery {
  private static final Logger LOG = LoggerFactory.getLogger("crond.store");

  private final Mode mode;
  private final WritableCrontab files;
  private final CrontabFormat format;
  private final EndpointRule endpoints;
  private final PendingCrontab pending;
  private volatile boolean over;

  /** Whether the file or the store takes precedence at the start. */
  public enum Mode {
    /** The file if it is not blank, else the store. */
    AUTO,
    /** The store, if it has a crontab. */
    STORE,
    /** The file. */
    OFF
  }

  /**
   * @param format of the crontab that is rendered from stored jobs
   * @param endpoints that stored jobs may send to
   * @param pending forgets what was loaded before the store answered
   */
  CrontabRecovery(
      Mode mode,
      WritableCrontab files,
      CrontabFormat format,
      EndpointRule endpoints,
      PendingCrontab pending) {
    this.mode = mode;
    this.files = files;
    this.format = format;
    this.endpoints = endpoints;
    this.pending = pending;
    this.over = mode == Mode.OFF;
  }

  /** Whether recovery has ended, so that the store may be written. */
  public boolean over() {
    return over;
  }

  /** Whether the store has to be read. */
  @CalledByRoute
  public boolean isNeeded() {
    if (!over && mode == Mode.AUTO && !files.isBlank()) {
      over = true;
    }
    return !over;
  }

  /** The stored crontab {@code json}, which is null if there is none. */
  @CalledByRoute
  public RecoveredCrontab fromCrontab(String json) {
    return Optional.ofNullable(json)
        .map(
            text ->
                SavedCrontab.parse(text)
                    .map(CrontabRecovery::saved)
                    .orElseGet(RecoveredCrontab::unreadable))
        .orElseGet(RecoveredCrontab::nothing);
  }

  /** The newest stored version that can be read. */
  @CalledByRoute
  public RecoveredCrontab fromVersions(Collection<String> newestFirst) {
    LOG.atWarn()
        .log(
            "stored crontab is damaged, using the newest intact version; if it was edited by hand,"
                + " remove \"digest\" from its JSON");
    return newestFirst.stream()
        .flatMap(json -> SavedCrontab.parse(json).stream())
        .findFirst()
        .map(CrontabRecovery::saved)
        .orElseGet(RecoveredCrontab::nothing);
  }

  private static RecoveredCrontab saved(SavedCrontab crontab) {
    return RecoveredCrontab.of(
        crontab.bytes(), "crontab saved " + crontab.saved() + " by " + crontab.host());
  }

  /** A crontab rendered from stored jobs; those that cannot be read are left out with a warning. */
  @CalledByRoute
  public RecoveredCrontab fromRoutes(Map<String, String> routes) {
    JobJson json = new JobJson(endpoints);
    List<Job> jobs = new ArrayList<>();
    routes.forEach(
        (id, text) -> {
          try {
            jobs.add(json.read(text));
          } catch (IllegalArgumentException e) {
            LOG.atWarn()
                .addKeyValue("job", id)
                .addKeyValue("reason", e.getMessage())
                .log("skipping invalid stored job");
          }
        });
    return jobs.isEmpty()
        ? RecoveredCrontab.nothing()
        : RecoveredCrontab.of(bytes(CrontabWriter.render(jobs, format)), "stored route set");
  }

  /** A crontab made from the data of the Python service; {@code json} is null if there is none. */
  @CalledByRoute
  public RecoveredCrontab fromLegacy(String json) {
    if (json == null) {
      return RecoveredCrontab.nothing();
    }
    if (format != CrontabFormat.SYSTEM) {
      LOG.atWarn()
          .log(
              "crond-service-cronjob-cache not imported: it has users, set crond.crontab.format ="
                  + " system");
      return RecoveredCrontab.nothing();
    }
    return RecoveredCrontab.of(bytes(LegacyCache.render(json)), "crond-service-cronjob-cache");
  }

  /** Ends recovery with {@code found}; returns its text if the file cannot be written. */
  @CalledByRoute
  public Optional<byte[]> finish(RecoveredCrontab found) {
    over = true;
    if (found.text().isEmpty() || same(found.text().get())) {
      return Optional.empty();
    }
    pending.forget();
    byte[] text = found.text().get();
    boolean written = files.write(text);
    LOG.atLevel(written ? Level.INFO : Level.WARN)
        .addKeyValue("file", files.name())
        .addKeyValue("from", found.source())
        .addKeyValue("bytes", text.length)
        .log(
            written
                ? "crontab restored"
                : "crontab restored in memory only: its file is not writable");
    return written ? Optional.empty() : Optional.of(text);
  }

  private boolean same(byte[] text) {
    try {
      return Arrays.equals(text, files.read());
    } catch (IOException e) {
      return false;
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
