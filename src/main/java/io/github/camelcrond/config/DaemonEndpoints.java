// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Endpoints of the daemon's own routes, to which no crontab line may send. A test compares them
 * with the routes.
 */
public final class DaemonEndpoints {
  private static final String DIRECT =
      """
      api-crontab api-crontab-check api-crontab-write api-crontab-written api-job api-job-id
      api-job-runs api-job-state api-jobs api-json api-openapi api-pause api-restore api-resume
      api-run api-run-find api-run-kill api-run-now api-run-output api-upcoming api-version
      api-versions crontab-apply crontab-find crontab-load-first crontab-load-later
      crontab-load-request crontab-new-text crontab-recover crontab-recover-late
      crontab-recover-once crontab-save daemon-load daemon-ready daemon-recover daemon-start
      job-admit job-attempt job-attempts job-body job-catch-up job-check job-claim
      job-claim-later job-claim-once job-exec job-pause job-pauses-later job-pauses-load
      job-pauses-read job-pauses-save job-pauses-sync job-pauses-write job-places job-reboot
      job-request job-resume job-send job-unclaimed redis-command run-copy run-ended run-event
      run-finish run-kill run-kill-elsewhere run-now run-publish run-publish-ended
      run-publish-skipped run-record run-send-events run-skipped runs-publish runs-recover
      store-answered store-bodies-read store-bodies-write store-body-read store-crontab-read
      store-crontab-write store-last-read store-last-write store-legacy-read store-paused-add
      store-paused-read store-paused-remove store-routes-count store-routes-read
      store-routes-write store-runs-batch store-runs-read store-runs-request store-runs-write
      store-sync-crontab store-sync-request store-versions-read work-begin work-done
      work-give-back work-job work-later work-lost work-other work-recorded work-retry
      work-retry-wait work-turn work-unknown
      """;

  private static final String SEDA =
      """
      crontab-in-force crontab-load job-message job-run routes-check run-started store-runs
      store-sync work
      """;

  private static final String SPOOL =
      """
      for-broker for-others
      """;

  /** Their URIs, without options. */
  public static final Set<String> URIS =
      Stream.of(uris("direct", DIRECT), uris("seda", SEDA), uris("spool", SPOOL))
          .flatMap(uris -> uris)
          .collect(Collectors.toUnmodifiableSet());

  private DaemonEndpoints() {}

  private static Stream<String> uris(String scheme, String names) {
    return Stream.of(names.strip().split("\\s+")).map(name -> scheme + ":" + name);
  }
}
