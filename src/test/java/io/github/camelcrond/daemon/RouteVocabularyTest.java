// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.camel.CronContext;
import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsLoader;
import io.github.camelcrond.schedule.Schedule;
import io.github.camelcrond.schedule.ScheduleParser;
import io.github.camelcrond.trigger.ScheduleKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.SimpleRegistry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The names that route files use for objects and values of the daemon, and the tables of them. */
class RouteVocabularyTest {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages("io.github.camelcrond");

  /** What a parameter with a name expects. */
  private static final Map<String, String> PARAMETERS =
      Map.ofEntries(
          Map.entry("queueFactory", "queue factory"),
          Map.entry("scheduledExecutorService", "threads"),
          Map.entry("executorService", "threads"),
          Map.entry("binding", "exec binding"),
          Map.entry("commandExecutor", "exec executor"),
          Map.entry("exceptionHandler", "exception handler"),
          Map.entry("aggregationStrategy", "strategy"),
          Map.entry("redisTemplate", "connections"),
          Map.entry("idempotentRepository", "repository"),
          Map.entry("onRedeliveryRef", "processor"),
          Map.entry("onExceptionOccurredRef", "processor"));

  /** The kinds of all names that route files use. */
  private static final Map<String, Set<String>> USED = new TreeMap<>();

  private static final List<Call> CALLS = new ArrayList<>();
  private static final Set<String> PLACEHOLDERS = new TreeSet<>();

  /** The objects of a daemon with all that can be configured, by name. */
  private static final Map<String, Object> BOUND = new TreeMap<>();

  /** The error handlers of routes that leave errors to their callers, by route. */
  private static final Map<String, Object> LEFT_TO_CALLERS = new TreeMap<>();

  private record Call(String file, String bean, String method, Optional<Integer> arguments) {
    static Call of(String file, String bean, String call) {
      int open = call.indexOf('(');
      // Arguments of route files contain no commas of their own.
      return open < 0
          ? new Call(file, bean, call, Optional.empty())
          : new Call(file, bean, call.substring(0, open), Optional.of(call.split(",").length));
    }
  }

  @BeforeAll
  static void readRouteFiles() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("routes"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".camel.yaml")).toList()) {
        read(file.toString(), "", "", YAML.readTree(file.toFile()));
      }
    }
  }

  /**
   * Reads what is below {@code key}.
   *
   * @param owner the step that it belongs to, or the part of a step that has an expression
   */
  private static void read(String file, String owner, String key, JsonNode node) {
    if (node.isTextual()) {
      readText(key, node.textValue());
    } else if (node.isArray()) {
      node.forEach(item -> read(file, owner, key, item));
    } else {
      if (node.has("ref")) {
        readReference(file, owner, node);
      }
      node.properties()
          .forEach(
              e -> {
                boolean language = Set.of("expression", "method", "ref").contains(e.getKey());
                read(file, language ? owner : e.getKey(), e.getKey(), e.getValue());
              });
    }
  }

  private static void readReference(String file, String owner, JsonNode node) {
    JsonNode ref = node.get("ref");
    if (ref.isObject()) {
      boolean asks = Set.of("when", "filter", "loop", "retryWhile").contains(owner);
      use(ref.get("expression").textValue(), asks ? "predicate" : "expression");
    } else if (node.has("method")) {
      use(ref.textValue(), "bean");
      CALLS.add(Call.of(file, ref.textValue(), node.get("method").textValue()));
    } else {
      assertThat(owner).as(file).isEqualTo("process");
      use(ref.textValue(), "processor");
    }
  }

  private static void readText(String key, String text) {
    if (PARAMETERS.containsKey(key) && !text.startsWith("{{")) {
      use(text.startsWith("#") ? text.substring(1) : text, PARAMETERS.get(key));
    }
    for (int at = text.indexOf("{{"); at >= 0; at = text.indexOf("{{", at + 1)) {
      String name = text.substring(at + 2, text.indexOf("}}", at));
      PLACEHOLDERS.add(name.startsWith("?") ? name.substring(1) : name);
    }
  }

  private static void use(String name, String kind) {
    USED.computeIfAbsent(name, n -> new TreeSet<>()).add(kind);
  }

  @BeforeAll
  static void bindAllThatCanBeConfigured(@TempDir Path folder) throws Exception {
    try (InnerDaemon daemon =
        new InnerDaemon(folder)
            .set("crond.http.enabled", "true")
            .set("crond.http.port", "0")
            .crontab("0 0 1 1 * - true")
            .start()) {
      Registry registry = daemon.daemon().context().getRegistry();
      await().until(() -> registry.lookupByName("http-server") != null);
      keep(registry);
      ((ModelCamelContext) daemon.daemon().context())
          .getRouteDefinitions().stream()
              .filter(route -> "caller-handles-errors".equals(route.getRouteConfigurationId()))
              .forEach(route -> LEFT_TO_CALLERS.put(route.getId(), route.getErrorHandlerFactory()));
    }
    DefaultRegistry registry = new DefaultRegistry();
    Beans beans =
        new Beans(
            settings(
                Map.of(
                    "crond.crontab.file", folder.resolve("crontab").toString(),
                    "crond.store.dir", folder.resolve("queued").toString(),
                    "crond.store", "redis",
                    "crond.redis.url", "redis://127.0.0.1:1",
                    "crond.claims", "redis",
                    "crond.rabbitmq.url", "amqp://127.0.0.1:1",
                    "crond.run.mode", "queue")),
            Clock.systemUTC(),
            new CronContext(registry));
    keep(registry);
    beans.close();
  }

  private static void keep(Registry registry) {
    ((SimpleRegistry) ((DefaultRegistry) registry).getFallbackRegistry())
        .forEach((name, byType) -> keep(name, byType.values().iterator().next()));
  }

  private static void keep(String name, Object bean) {
    // Camel also binds objects that no route file names, its own and those of file-watch.
    if (USED.containsKey(name)
        || !bean.getClass().getName().matches("(org\\.apache\\.camel|io\\.methvin)\\..*")) {
      BOUND.put(name, bean);
    }
  }

  private static Settings settings(Map<String, String> values) {
    Properties properties = new Properties();
    properties.setProperty("crond.home", Path.of("").toAbsolutePath().toString());
    properties.putAll(values);
    return SettingsLoader.load(Map.of(), properties);
  }

  /** The cells of the rows of the table below {@code heading} of a page. */
  private static List<List<String>> table(String page, String heading) throws IOException {
    return Files.readString(Path.of(page))
        .lines()
        .dropWhile(line -> !line.equals(heading))
        .skip(1)
        .takeWhile(line -> !line.startsWith("#"))
        .filter(line -> line.startsWith("| `"))
        .map(line -> Stream.of(line.split("\\|")).skip(1).map(String::strip).toList())
        .toList();
  }

  private static String name(String cell) {
    return cell.replace("`", "");
  }

  @Test
  void theTableOfNamesIsThatOfTheRouteFiles() throws Exception {
    Map<String, Set<String>> listed = new TreeMap<>();
    for (List<String> row : table("ARCHITECTURE.md", "## Names in the route files")) {
      assertThat(row).as("a name, its kind, its meaning").hasSize(3).doesNotContain("");
      assertThat(listed.put(name(row.get(0)), new TreeSet<>(List.of(row.get(1).split(", ")))))
          .as("%s is listed once", row)
          .isNull();
    }

    assertThat(listed).isEqualTo(USED);
  }

  @Test
  void eachNameIsBoundAndEachOtherBindingIsListedAsForJava() throws Exception {
    Set<String> listed = new TreeSet<>(USED.keySet());
    for (List<String> row : table("ARCHITECTURE.md", "### Names that only Java uses")) {
      listed.add(name(row.get(0)));
    }

    assertThat(BOUND.keySet()).isEqualTo(listed);
  }

  @Test
  void eachCallOfARouteFindsOneMarkedMethod() {
    for (Call call : CALLS) {
      List<JavaMethod> found =
          marked()
              .filter(m -> m.getOwner().isAssignableFrom(BOUND.get(call.bean).getClass()))
              .filter(m -> m.getName().equals(call.method))
              .toList();
      assertThat(found).as("%s", call).hasSize(1);
      assertThat(found.get(0).getModifiers()).as("%s", call).contains(JavaModifier.PUBLIC);
      call.arguments.ifPresent(
          n -> assertThat(found.get(0).getRawParameterTypes()).as("%s", call).hasSize(n));
    }
  }

  @Test
  void eachMarkedMethodIsCalledByARoute() {
    Set<String> called =
        CALLS.stream()
            .map(call -> BOUND.get(call.bean).getClass().getName() + '.' + call.method)
            .collect(Collectors.toSet());

    assertThat(marked().map(m -> m.getOwner().getName() + '.' + m.getName())).isSubsetOf(called);
  }

  private static Stream<JavaMethod> marked() {
    return CLASSES.stream()
        .flatMap(c -> c.getMethods().stream())
        .filter(m -> m.isAnnotatedWith(CalledByRoute.class));
  }

  @Test
  void routesThatLeaveErrorsToTheirCallersHaveNoErrorHandler() {
    assertThat(LEFT_TO_CALLERS).containsKeys("job-attempt", "run-publish", "store-runs-write");
    assertThat(LEFT_TO_CALLERS.values()).allMatch(NoErrorHandlerDefinition.class::isInstance);
  }

  @Test
  void theExampleOfTheTemplateNamesItsRoute() throws Exception {
    Schedule schedule =
        ScheduleParser.parse("30 2 * * *", ZoneId.of("Europe/Berlin"), "").schedule();

    assertThat(Files.readString(Path.of("routes/cron.camel.yaml")))
        .contains("the route " + ScheduleKey.route(schedule) + ";");
  }

  @Test
  void eachPlaceholderIsASettingOrAListedValueThatFollowsFromSettings() throws Exception {
    Settings settings = settings(Map.of());
    Set<String> derived = new TreeSet<>(RouteProperties.of(settings).stringPropertyNames());
    derived.removeAll(settings.asProperties().stringPropertyNames());
    Set<String> listed = new TreeSet<>();
    for (List<String> row : table("docs/routes.md", "## Values that follow from settings")) {
      listed.add(name(row.get(0)));
    }

    assertThat(derived).isEqualTo(listed);
    assertThat(PLACEHOLDERS).containsAll(listed);
    assertThat(PLACEHOLDERS.stream().filter(key -> key.startsWith("crond.")))
        .allMatch(key -> listed.contains(key) || HouseRulesTest.knownKeys().contains(key));
  }
}
