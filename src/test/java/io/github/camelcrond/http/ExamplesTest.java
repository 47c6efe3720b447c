// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples for Prometheus and Grafana, and the pages, name metrics that there are. */
final class ExamplesTest {
  private static final Pattern NAME = Pattern.compile("\\bcrond_[a-z_]+\\b");

  @TempDir private Path folder;

  private static Set<String> names(String text) {
    return NAME.matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "examples/prometheus/alerts.yaml",
        "examples/prometheus/grafana-dashboard.json",
        "docs/operations.md",
        "docs/redis-rabbitmq.md"
      })
  void nameMetricsThatThereAre(String file) throws Exception {
    try (RunningDaemon daemon = RunningDaemon.start(folder, "CRON_NAME = a\n@every 1s - true\n")) {
      org.awaitility.Awaitility.await()
          .until(() -> metrics(daemon).contains("crond_job_last_success_timestamp_seconds"));
      Set<String> used = names(Files.readString(Path.of(file)));
      assertThat(used).isNotEmpty();
      assertThat(metrics(daemon)).containsAll(used);
    }
  }

  /** Those of replicas and workers, which a daemon of its own does not have. */
  @Test
  void thePageOfTheClusterNamesMetricsThatThereAre() throws IOException {
    String source =
        Files.readString(Path.of("src/main/java/io/github/camelcrond/observe/ClusterMetrics.java"));
    Set<String> there = new TreeSet<>();
    Pattern.compile("(counter|gauge)\\(\\s*\"(crond[._][a-z._]+)\"")
        .matcher(source)
        .results()
        .forEach(
            m ->
                there.add(
                    m.group(2).replace('.', '_') + (m.group(1).equals("counter") ? "_total" : "")));

    assertThat(names(Files.readString(Path.of("docs/cluster.md")))).isEqualTo(there);
  }

  private static Set<String> metrics(RunningDaemon daemon) throws IOException {
    return names(daemon.get("/observe/metrics").body());
  }
}
