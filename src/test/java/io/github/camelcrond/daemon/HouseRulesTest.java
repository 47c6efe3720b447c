// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.github.camelcrond.config.DaemonEndpoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds for all routes, settings and sources. */
class HouseRulesTest {
  private static final Path ROUTES = Path.of("routes");
  private static final Path SOURCES = Path.of("src/main/java");
  private static final YAMLMapper YAML = new YAMLMapper();

  /** An entry of a route file, such as a route or a template. */
  private record Entry(Path file, String kind, JsonNode node) {
    JsonNode from() {
      return (kind.equals("routeTemplate") ? node.path("route") : node).path("from");
    }

    /** The endpoint that it starts from, empty for an entry without one. */
    String uri() {
      return from().path("uri").asText();
    }

    /** The values of {@code key} in all of its steps. */
    List<String> all(String key) {
      return node.findValuesAsText(key);
    }
  }

  private static List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (Path file : files(ROUTES, ".camel.yaml")) {
      try {
        for (JsonNode item : YAML.readTree(file.toFile())) {
          item.properties().forEach(e -> entries.add(new Entry(file, e.getKey(), e.getValue())));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return entries;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> files(Path folder, String ending) {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> found(String regex, String text) {
    Set<String> found = new TreeSet<>();
    Pattern.compile(regex).matcher(text).results().map(m -> m.group(1)).forEach(found::add);
    return found;
  }

  private static String all(List<Path> files) {
    StringBuilder all = new StringBuilder();
    files.forEach(file -> all.append(text(file)).append('\n'));
    return all.toString();
  }

  static Set<String> knownKeys() {
    return found("(?m)^#?(crond\\.[a-z0-9.-]+) *=", text(Path.of("application.properties")));
  }

  @Test
  void eachSettingIsUsed() {
    String sources = all(files(SOURCES, ".java"));
    String routes = all(files(ROUTES, ".yaml"));

    assertThat(knownKeys())
        .allSatisfy(
            key ->
                assertThat(
                        sources.contains('"' + key + '"')
                            || routes.contains(key)
                            // Tls adds these names to the prefix of a server's settings.
                            || key.matches("crond\\.(redis|rabbitmq)\\.(ca|certificate|key)"))
                    .as(key)
                    .isTrue());
  }

  @Test
  void eachSettingIsThereOnceBelowItsMeaning() {
    List<String> lines = text(Path.of("application.properties")).lines().toList();
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      Set<String> key = found("^#?(crond\\.[a-z0-9.-]+) *=", lines.get(i));
      if (!key.isEmpty()) {
        keys.addAll(key);
        assertThat(lines.get(i - 1)).as("above %s", key).startsWith("# ").doesNotContain("----");
      }
    }

    assertThat(keys).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(knownKeys());
  }

  @Test
  void variablesInTheSettingsFollowTheRuleAtItsTop() {
    Set<String> variables = new TreeSet<>();
    knownKeys().forEach(key -> variables.add(key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_")));
    Set<String> named =
        found("\\b(CROND_[A-Z_]+?)(?:_FILE)?\\b", text(Path.of("application.properties")));

    assertThat(variables).hasSameSizeAs(knownKeys()).containsAll(named);
  }

  @Test
  void ownEndpointsAreThoseOfTheRoutes() {
    Set<String> consumed = new TreeSet<>();
    entries().forEach(entry -> consumed.add(entry.uri()));
    consumed.removeIf(uri -> !uri.matches("(direct|seda|spool):.*"));

    assertThat(consumed).containsExactlyInAnyOrderElementsOf(DaemonEndpoints.URIS);
  }

  @Test
  void whatIsLoadedFirstCallsNothingElse() {
    List<Entry> first =
        entries().stream()
            .filter(entry -> RouteFiles.first(ROUTES.relativize(entry.file()).toString()))
            .toList();

    assertThat(first)
        .flatExtracting(entry -> entry.all("uri"))
        .filteredOn(uri -> uri.toString().startsWith("direct:"))
        .contains("direct:daemon-start", "direct:crontab-apply")
        .isSubsetOf(first.stream().map(Entry::uri).toList());
  }

  @Test
  void eachRouteIsNamedAsItsEndpointAndDescribed() {
    assertThat(entries())
        .filteredOn(entry -> entry.kind().equals("route"))
        .isNotEmpty()
        .allSatisfy(
            route -> {
              String id = route.node().path("id").asText();
              assertThat(route.node().fieldNames())
                  .toIterable()
                  .startsWith("id", "description")
                  .contains("from");
              assertThat(route.node().path("description").asText()).isNotBlank();
              if (route.uri().matches("(direct|scheduler):.*")) {
                assertThat(route.uri()).endsWith(':' + id);
              }
            });
  }

  @Test
  void noRouteStartsFromATimerWhichStandsStillWhenTheClockIsSetBack() {
    List<Path> shipped = new ArrayList<>(files(ROUTES, ".yaml"));
    shipped.addAll(files(Path.of("examples"), ".yaml"));

    assertThat(shipped)
        .isNotEmpty()
        .allSatisfy(file -> assertThat(text(file)).doesNotContainPattern("uri: \"?timer:"));
  }

  /** JUnit skips lines only after it has removed comments, and so would skip the first rule. */
  @Test
  void noTableOfRulesSkipsLines() {
    Pattern skips = Pattern.compile("numLinesTo" + "Skip");
    assertThat(all(files(Path.of("src/test/java"), ".java"))).doesNotContainPattern(skips);
  }

  @Test
  void onlyPeriodicRoutesThatAskNoServerShareThreads() {
    assertThat(periodicRoutesOn("#periodic-threads"))
        .containsExactlyInAnyOrder("crontab-poll", "cron-routes-prepare", "routes-poll");
    assertThat(periodicRoutesOn("{{?crond.store.threads}}"))
        .containsExactlyInAnyOrder("history-learn", "store-watch");
  }

  private static List<String> periodicRoutesOn(String threads) {
    return entries().stream()
        .filter(entry -> entry.uri().startsWith("scheduler:"))
        .filter(
            entry ->
                entry
                    .from()
                    .path("parameters")
                    .path("scheduledExecutorService")
                    .asText()
                    .equals(threads))
        .map(entry -> entry.uri().substring("scheduler:".length()))
        .toList();
  }

  @Test
  void aRouteThatReportsTheStoreDownByItselfAlsoReportsItUp() {
    assertThat(entries())
        .filteredOn(entry -> entry.uri().matches("(scheduler|seda):.*"))
        .filteredOn(entry -> entry.all("ref").contains("store-health"))
        .isNotEmpty()
        .allSatisfy(entry -> assertThat(entry.all("uri")).contains("direct:store-answered"));
  }

  @Test
  void usersFindTheirRoutesInFifteenFiles() throws IOException {
    Path internal = Path.of("routes/internal");
    try (Stream<Path> files = Files.walk(Path.of("routes"))) {
      assertThat(files.filter(Files::isRegularFile).filter(file -> !file.startsWith(internal)))
          .hasSizeBetween(10, 15);
    }
  }

  @Test
  void routeFilesBeginWithTheirStoryAndPutOptionsIntoParameters() {
    assertThat(files(ROUTES, ".camel.yaml"))
        .allSatisfy(file -> assertThat(text(file)).startsWith("# "));
    assertThat(entries())
        .flatExtracting(entry -> entry.all("uri"))
        .noneMatch(uri -> uri.toString().contains("?"));
  }

  @Test
  void nothingOfOursBindsJsonToClasses() {
    assertThat(files(SOURCES, ".java"))
        .filteredOn(file -> text(file).contains("com.fasterxml.jackson.databind"))
        .isEmpty();
  }

  @Test
  void logMessagesAreFactsWithKeysAndValuesOfALoggerNamedByArea() {
    String sources = all(files(SOURCES, ".java"));
    assertThat(found("LoggerFactory\\s*\\.getLogger\\(([^)]*)\\)", sources))
        .isNotEmpty()
        .allMatch(name -> name.matches("\"crond\\.[a-z]+\""), "a name such as crond.store");
    assertThat(found("\\b(LOG\\s*\\.(?:trace|debug|info|warn|error)\\()", sources)).isEmpty();
    assertThat(found("\\.log\\(\\s*(\"[^\"\n]*\\{}[^\"\n]*\")", sources)).isEmpty();
    assertThat(found("(\"[^\"\n]* is no (?!longer)[^\"\n]*\")", sources)).isEmpty();
  }

  @Test
  void eachPublicTypeAndMethodSaysWhatItIs() {
    for (Path file : files(SOURCES, ".java")) {
      assertThat(undocumented(text(file).lines().toList())).as("%s", file).isEmpty();
    }
  }

  private static List<String> undocumented(List<String> lines) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.matches(" *public .*[({].*") && !documented(lines, i)) {
        found.add(line.strip());
      }
    }
    return found;
  }

  /** Looks above the annotations for the end of a comment, or for what it overrides. */
  private static boolean documented(List<String> lines, int declaration) {
    for (int i = declaration - 1; i >= 0; i--) {
      String line = lines.get(i).strip();
      if (line.endsWith("*/") || line.equals("@Override")) {
        return true;
      }
      if (line.isEmpty()
          || line.matches(".*(;|\\{|[^)}]\\s*\\})") && !line.matches("}\\)|subcommands = \\{")) {
        return false;
      }
    }
    return false;
  }
}
