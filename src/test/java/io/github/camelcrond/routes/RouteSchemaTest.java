// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Route files are valid for Camel's schemas of the YAML DSL: this release's and the next one's. */
class RouteSchemaTest {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final String CANONICAL = "/camel-next/schema/camelYamlDsl-canonical.json";

  @ParameterizedTest
  @ValueSource(
      strings = {"/schema/camelYamlDsl.json", "/camel-next/schema/camelYamlDsl.json", CANONICAL})
  void shippedRoutesAndExamplesAreValid(String name) throws IOException {
    JsonSchema schema = schema(name);

    for (Path file : files("routes", "examples/routes")) {
      assertThat(schema.validate(YAML.readTree(file.toFile()))).as("%s", file).isEmpty();
    }
  }

  @Test
  void theCompactFormIsNotCanonical() throws IOException {
    JsonNode compact =
        YAML.readTree("[{route: {from: {uri: 'direct:a', steps: [{to: 'direct:b'}]}}}]");

    assertThat(schema("/camel-next/schema/camelYamlDsl.json").validate(compact)).isEmpty();
    assertThat(schema(CANONICAL).validate(compact)).isNotEmpty();
  }

  private static JsonSchema schema(String name) throws IOException {
    try (InputStream in = RouteSchemaTest.class.getResourceAsStream(name)) {
      return JsonSchemaFactory.getInstance(VersionFlag.V4).getSchema(in);
    }
  }

  private static List<Path> files(String... folders) throws IOException {
    List<Path> found = new ArrayList<>();
    for (String folder : folders) {
      try (Stream<Path> files = Files.walk(Path.of(folder))) {
        files.filter(file -> file.toString().endsWith(".camel.yaml")).forEach(found::add);
      }
    }
    assertThat(found).hasSizeGreaterThan(30);
    return found;
  }
}
