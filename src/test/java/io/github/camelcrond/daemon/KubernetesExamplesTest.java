// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples for Kubernetes mount what the image of the Dockerfile can use. */
final class KubernetesExamplesTest {
  private static List<Path> paths(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().map(m -> Path.of(m.group(1))).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"deployment.yaml", "cluster/replicas.yaml", "cluster/workers.yaml"})
  void hideNoFolderOfTheImageAndMountTheCrontab(String file) throws IOException {
    String image = Files.readString(Path.of("Dockerfile"));
    String example = Files.readString(Path.of("examples/kubernetes/" + file));
    List<Path> mounts = paths(example, "mountPath: (\\S+)");

    Path routes = paths(image, "CROND_ROUTES_DIR=(\\S+)").get(0);
    assertThat(mounts).noneMatch(routes::startsWith);
    assertThat(mounts).noneMatch(Path.of("/opt/camel-crond")::startsWith);
    assertThat(mounts).containsAll(paths(image, "CROND_STORE_DIR=(\\S+)"));
    assertThat(paths(example, "CROND_CRONTAB_FILE\\s+value: (\\S+)"))
        .isNotEmpty()
        .allMatch(crontab -> mounts.contains(crontab.getParent()));
  }
}
