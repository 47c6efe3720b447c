// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class OpenApiTest {
  private static final Set<String> VERBS = Set.of("get", "put", "post", "delete", "patch");

  private static String document() throws IOException {
    try (var in = OpenApiTest.class.getResourceAsStream("openapi.json")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void isValid() throws IOException {
    ParseOptions options = new ParseOptions();
    options.setResolve(true);
    SwaggerParseResult read = new OpenAPIV3Parser().readContents(document(), null, options);
    assertThat(read.getMessages()).isEmpty();
    assertThat(read.getOpenAPI().getPaths()).isNotEmpty();
  }

  @Test
  void describesThePathsOfTheRoutesAndNoOthers() throws IOException {
    Set<String> described = new TreeSet<>();
    for (Map.Entry<String, JsonNode> path :
        new ObjectMapper().readTree(document()).path("paths").properties()) {
      path.getValue().fieldNames().forEachRemaining(v -> described.add(v + " " + path.getKey()));
    }
    assertThat(described).isEqualTo(routed());
  }

  private static Set<String> routed() throws IOException {
    Set<String> routed = new TreeSet<>();
    for (JsonNode entry :
        new YAMLMapper().readTree(Path.of("routes/internal/http/api.camel.yaml").toFile())) {
      JsonNode rest = entry.path("rest");
      for (String verb : VERBS) {
        rest.path(verb).forEach(r -> routed.add(verb + " " + r.path("path").asText()));
      }
    }
    return routed;
  }
}
