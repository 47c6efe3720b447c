// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class DaemonRoutesTest {
  private static final Path ROUTES = Path.of("routes");

  @Test
  void theDaemonsOwnFilesHaveAllThatItNeeds() throws Exception {
    Set<String> found = new TreeSet<>();
    for (Path file : files()) {
      found.addAll(DaemonRoutes.in(RouteText.of(file.toString(), Files.readString(file)).items()));
    }
    assertThat(found).containsAll(DaemonRoutes.all());
    assertThat(DaemonRoutes.all()).containsAll(DaemonRoutes.alarms());
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(ROUTES)) {
      return all.filter(f -> f.toString().endsWith(".camel.yaml")).toList();
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "/spec/daemon-routes.csv", delimiter = '|')
  void anEditThatWouldStopJobsIsRefused(
      String rule, String file, String replaced, String by, String message) throws Exception {
    String text = Files.readString(ROUTES.resolve(file));
    assertThat(text).contains(replaced);
    String edited = text.replace(replaced, by == null ? "" : by);
    assertThatThrownBy(() -> RouteText.of("mine", edited))
        .isInstanceOf(RouteFileException.class)
        .hasMessage("mine:" + message);
  }

  @Test
  void otherEditsAreAccepted() throws Exception {
    String text = Files.readString(ROUTES.resolve("job-run.camel.yaml"));
    String edited =
        text.replace("              - to: direct:job-admit\n", "")
            .replace("id: run-finish", "id: x");
    assertThat(RouteText.of("mine", edited).items()).hasSize(4);
  }
}
