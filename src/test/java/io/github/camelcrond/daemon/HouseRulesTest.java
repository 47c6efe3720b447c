// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds for all routes, settings and sources. */
class HouseRulesTest {
  private static final Path ROUTES = Path.of("routes");
  private static final Path SOURCES = Path.of("src/main/java");
  private static final Pattern ROUTE =
      Pattern.compile(
          "- route:\\n    id: (\\S+)\\n    description: (.+)\\n(?:    .*\\n)*?    from:\\n"
              + "(?:      #.*\\n)*      uri: (\\S+)\\n");

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
    for (Path file : files(ROUTES, ".camel.yaml")) {
      consumed.addAll(
          found("from:\\n(?: +#.*\\n)* +uri: ((?:direct|seda|spool):[a-z-]+)", text(file)));
    }

    assertThat(consumed).containsExactlyInAnyOrderElementsOf(DaemonEndpoints.URIS);
  }

  @Test
  void whatIsLoadedFirstCallsNothingElse() {
    Set<String> called = new TreeSet<>();
    Set<String> there = new TreeSet<>();
    for (Path file : files(ROUTES, ".camel.yaml")) {
      String text = text(file);
      if (RouteFiles.first(ROUTES.relativize(file).toString())) {
        called.addAll(found("(?:to|uri): (direct:[a-z-]+)", text));
        there.addAll(found("from:\\n +uri: (direct:[a-z-]+)", text));
      }
    }

    assertThat(there).contains("direct:daemon-start", "direct:crontab-apply").containsAll(called);
  }

  @Test
  void eachRouteIsNamedAsItsEndpointAndDescribed() {
    for (Path file : files(ROUTES, ".camel.yaml")) {
      String text = text(file);
      List<MatchResult> routes = ROUTE.matcher(text).results().toList();
      assertThat(routes).as("%s: id, description, from", file).hasSameSizeAs(routes(text));
      for (MatchResult route : routes) {
        String uri = route.group(3);
        assertThat(!uri.matches("(direct|scheduler):.*") || uri.endsWith(':' + route.group(1)))
            .as("%s: %s starts from %s", file, route.group(1), uri)
            .isTrue();
      }
    }
  }

  private static List<MatchResult> routes(String text) {
    return Pattern.compile("(?m)^- route:").matcher(text).results().toList();
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
    String shared = "uri: scheduler:(\\S+)\n +parameters:\n +scheduledExecutorService: \"";
    String routes = all(files(ROUTES, ".yaml"));

    assertThat(found(shared + "#periodic-threads", routes))
        .containsExactlyInAnyOrder("crontab-poll", "cron-routes-prepare", "routes-poll");
    assertThat(found(shared + "\\{\\{\\?crond.store.threads}}", routes))
        .containsExactly("history-learn", "store-watch");
  }

  @Test
  void aRouteThatReportsTheStoreDownByItselfAlsoReportsItUp() {
    List<String> reporting = new ArrayList<>();
    for (Path file : files(ROUTES, ".camel.yaml")) {
      Stream.of(text(file).split("(?m)^- "))
          .filter(r -> r.matches("(?s)route:.* uri: (scheduler|seda):.*ref: store-health\\s.*"))
          .forEach(reporting::add);
    }

    assertThat(reporting)
        .isNotEmpty()
        .allSatisfy(
            route -> assertThat(route).containsPattern("to:\\s+uri: direct:store-answered"));
  }

  @Test
  void routeFilesBeginWithTheirStoryAndPutOptionsIntoParameters() {
    for (Path file : files(ROUTES, ".camel.yaml")) {
      assertThat(text(file)).as("%s", file).startsWith("# ");
      assertThat(found("uri: (\\S+\\?\\S*)", text(file))).as("%s", file).isEmpty();
    }
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
