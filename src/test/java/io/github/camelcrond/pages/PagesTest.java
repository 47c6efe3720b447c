// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.github.camelcrond.cli.CamelCrond;
import io.github.camelcrond.cli.CheckCommand;
import io.github.camelcrond.cli.ImportCommand;
import io.github.camelcrond.cli.NextCommand;
import io.github.camelcrond.config.SettingsLoader;
import io.github.camelcrond.crontab.Crontab;
import io.github.camelcrond.crontab.CrontabPaths;
import io.github.camelcrond.crontab.CrontabReader;
import io.github.camelcrond.crontab.ReaderOptions;
import io.github.camelcrond.pages.Page.Block;
import io.github.camelcrond.run.Outcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import picocli.CommandLine;

/** README.md and docs/ say what is so: their snippets are run or parsed, their names exist. */
class PagesTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T09:58:57Z"), ZoneOffset.UTC);

  /** As in a shell: blanks separate words, quotes hold them together. */
  private static final Pattern WORD = Pattern.compile("(?:'[^']*'|\"[^\"]*\"|[^\\s'\"])+");

  private static final Set<String> KINDS =
      Set.of("sh", "console", "crontab", "yaml", "properties", "dockerfile");

  static List<Page> all() {
    return Page.all();
  }

  private static Stream<Block> ofKind(String kind) {
    return Page.manual().stream()
        .flatMap(page -> page.blocks().stream())
        .filter(block -> block.kind().equals(kind));
  }

  static Stream<Block> crontabs() {
    return ofKind("crontab");
  }

  static Stream<Block> consoles() {
    return ofKind("console");
  }

  static Stream<Block> shells() {
    return ofKind("sh");
  }

  static Stream<Block> yamls() {
    return ofKind("yaml");
  }

  static Stream<Block> properties() {
    return ofKind("properties");
  }

  @Test
  void eachBlockIsOfAKindThatATestReads() {
    assertThat(Page.manual())
        .flatExtracting(Page::blocks)
        .isNotEmpty()
        .allSatisfy(block -> assertThat(KINDS).as(block.where()).contains(block.kind()));
    // Each opening fence has its end, or the pattern for blocks would miss one.
    for (Page page : Page.manual()) {
      long fences = page.text().lines().filter(line -> line.startsWith("```")).count();
      assertThat(fences).as("%s", page).isEqualTo(2L * page.blocks().size());
    }
  }

  @Test
  void theReadmeIsShortAndLinesAreWrapped() {
    assertThat(Page.of(Path.of("README.md")).text().lines().count()).isLessThanOrEqualTo(130);
    for (Page page : Page.manual()) {
      assertThat(page.text().lines().filter(l -> !l.startsWith("|") && l.length() > 120))
          .as("%s", page)
          .isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void linksLeadToFilesAndHeadings(Page page) {
    for (String link : Page.found("\\]\\(([^)\\s]+)\\)", page.prose())) {
      if (link.matches("https?://.*")) {
        continue;
      }
      String[] parts = link.split("#", 2);
      Path folder = page.file().toAbsolutePath().getParent();
      Path target =
          parts[0].isEmpty() ? page.file().toAbsolutePath() : folder.resolve(parts[0]).normalize();
      assertThat(target).as(link).exists();
      if (parts.length == 2) {
        assertThat(Page.of(target).anchors()).as(link).contains(parts[1]);
      }
    }
  }

  @Test
  void theReadmeLeadsToEachPage() {
    Set<String> links = Page.found("\\]\\(([^)#\\s]+)\\)", Page.of(Path.of("README.md")).prose());

    assertThat(links)
        .containsAll(
            Page.manual().stream().map(Page::toString).filter(f -> f.startsWith("docs/")).toList());
  }

  @ParameterizedTest
  @MethodSource("crontabs")
  void crontabsHaveNeitherErrorsNorWarnings(Block block) {
    Crontab read = read(block.code());

    assertThat(read.errors()).as(block.where()).isEmpty();
    // Some crontabs are for schedulers.
    assertThat(read.warnings())
        .as(block.where())
        .allMatch(warning -> warning.code().equals("retry-without-queue"));
    assertThat(read.jobs()).as(block.where()).isNotEmpty();
  }

  private static Crontab read(String crontab) {
    return new CrontabReader(ReaderOptions.of(ZoneOffset.UTC), CLOCK).read(crontab);
  }

  @ParameterizedTest
  @MethodSource("consoles")
  void consolesShowWhatTheirCommandPrints(Block block) throws Exception {
    // A backslash continues the command.
    String[] parts = block.code().split("(?<!\\\\)\n", 2);
    assertThat(parts[0]).as(block.where()).startsWith("$ ");
    String[] pipe = parts[0].substring(2).split(" \\| ", 2);
    byte[] input = new byte[0];
    if (pipe.length == 2) {
      Process left = new ProcessBuilder("sh", "-c", pipe[0]).start();
      input = left.getInputStream().readAllBytes();
    }
    List<String> words = words(pipe[pipe.length - 1]);
    assertThat(words.get(0)).as(block.where()).isEqualTo("camel-crond");
    StringWriter printed = new StringWriter();
    command(words.get(1), new ByteArrayInputStream(input))
        .setOut(new PrintWriter(printed))
        .execute(words.subList(2, words.size()).toArray(String[]::new));

    assertThat(printed.toString()).as(block.where()).isEqualTo(parts[1]);
  }

  /** Commands that need no daemon, with a clock that stands still. */
  private static CommandLine command(String name, InputStream input) {
    return new CommandLine(
        switch (name) {
          case "check" ->
              new CheckCommand(
                  () -> ReaderOptions.of(ZoneOffset.UTC),
                  CrontabPaths.of(Path.of("/"), "/etc/crontab"),
                  input,
                  CLOCK);
          case "import" -> new ImportCommand(input);
          case "next" -> new NextCommand(CLOCK, input);
          default -> throw new IllegalArgumentException("no command for a console: " + name);
        });
  }

  /**
   * Nothing is run: the shell parses the block ({@code sh -n}), the command line of camel-crond is
   * parsed, and images of ours must have the name that the workflow publishes.
   */
  @ParameterizedTest
  @MethodSource("shells")
  void shellBlocksCanBeParsed(Block block) throws Exception {
    Process shell = new ProcessBuilder("sh", "-n").redirectErrorStream(true).start();
    try (var stdin = shell.outputWriter()) {
      stdin.write(block.code());
    }
    assertThat(new String(shell.getInputStream().readAllBytes())).as(block.where()).isEmpty();
    for (String line : block.code().replace("\\\n", " ").lines().toList()) {
      List<String> words = words(line);
      words.removeIf(word -> word.matches("[A-Z_]+=.*"));
      arguments(words).ifPresent(arguments -> parse(block.where(), arguments));
      words.stream()
          .filter(word -> word.matches("(bin|examples|docs|src)/.*"))
          .forEach(file -> assertThat(Path.of(file)).as(block.where()).exists());
    }
  }

  /** The arguments of camel-crond if {@code words} run it, here or in a container. */
  private static Optional<List<String>> arguments(List<String> words) {
    int from = -1;
    if (words.get(0).matches("(bin/)?camel-crond")) {
      from = 1;
    } else if (words.subList(0, 2).equals(List.of("docker", "exec"))) {
      from = words.get(3).equals("camel-crond") ? 4 : -1;
    } else if (words.contains(image())) {
      from = words.indexOf(image()) + 1;
    }
    return from < 0 ? Optional.empty() : Optional.of(words.subList(from, words.size()));
  }

  @Test
  void commandsInTheTextCanBeParsed() {
    for (Page page : Page.manual()) {
      for (String code : page.inlineCode()) {
        if (code.startsWith("camel-crond ")) {
          List<String> words = words(code);
          parse(page + ": " + code, words.subList(1, words.size()));
        }
      }
    }
  }

  private static void parse(String where, List<String> arguments) {
    // A plain image runs the daemon; a group of commands is named to say that there is one.
    boolean nothing =
        arguments.isEmpty()
            || arguments.equals(List.of("store", "copy"))
            || arguments.equals(List.of("crontab"));
    if (!nothing) {
      assertThatNoException()
          .as(where)
          .isThrownBy(() -> commandLine().parseArgs(arguments.toArray(String[]::new)));
    }
  }

  private static CommandLine commandLine() throws ReflectiveOperationException {
    Method method = CamelCrond.class.getDeclaredMethod("commandLine");
    method.setAccessible(true);
    return (CommandLine) method.invoke(null);
  }

  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    WORD.matcher(line).results().map(m -> m.group().replaceAll("['\"]", "")).forEach(words::add);
    return words;
  }

  @Test
  void imagesOfOursHaveTheNameThatTheWorkflowPublishes() throws IOException {
    assertThat(Files.readString(Path.of(".github/workflows/image.yml"))).contains("IMAGE=ghcr.io/");
    for (Page page : Page.manual()) {
      assertThat(Page.found("(ghcr\\.io/[a-z0-9/-]+)", page.text()))
          .as("%s", page)
          .isSubsetOf(image());
      assertThat(Page.found("(github\\.com/camel[a-z0-9/-]+)", page.text()))
          .as("%s", page)
          .isSubsetOf("github.com/camelcrond/camel-crond");
    }
  }

  /** Nothing is built: the instructions are known, and what they take from our image is in bin/. */
  @Test
  void dockerfilesUseWhatTheImageHas() {
    Pattern instruction =
        Pattern.compile("(FROM|COPY|RUN|ENV|VOLUME|HEALTHCHECK|CMD|ENTRYPOINT|USER) .+");
    assertThat(ofKind("dockerfile"))
        .isNotEmpty()
        .allSatisfy(
            block -> {
              assertThat(block.code().lines())
                  .as(block.where())
                  .allMatch(instruction.asMatchPredicate());
              assertThat(Page.found("/opt/camel-crond/(bin/[a-z-]+)", block.code()))
                  .as(block.where())
                  .allMatch(file -> Files.isExecutable(Path.of(file)));
            });
  }

  /** That of the owner and the repository, which are those of the Maven coordinates. */
  private static String image() {
    Matcher pom =
        Pattern.compile("<groupId>io\\.github\\.([a-z]+)</groupId>\\s*<artifactId>([a-z-]+)<")
            .matcher(Page.of(Path.of("pom.xml")).text());
    assertThat(pom.find()).isTrue();
    return "ghcr.io/" + pom.group(1) + "/" + pom.group(2);
  }

  @ParameterizedTest
  @MethodSource("yamls")
  void yamlIsARouteOrAFileForComposeKubernetesOrPrometheus(Block block) throws Exception {
    Object read =
        new Load(LoadSettings.builder().setLabel(block.where()).build())
            .loadFromString(block.code());
    if (read instanceof List<?>) {
      start(block);
      return;
    }
    Map<?, ?> file = (Map<?, ?>) read;
    if (file.containsKey("services")) {
      ((Map<?, ?>) file.get("services"))
          .values()
          .forEach(
              service -> {
                assertThat(((Map<?, ?>) service).get("image")).as(block.where()).isEqualTo(image());
                assertThat(((Map<?, ?>) service).get("environment")).isInstanceOf(Map.class);
              });
    } else if (file.containsKey("groups")) {
      assertThat(block.code()).as(block.where()).contains("alert: ", "expr: ");
    } else {
      assertThat(file.keySet().stream().map(String::valueOf).toList())
          .as(block.where())
          .contains("apiVersion", "kind", "metadata");
    }
  }

  /** Starts the routes of the block, or a route of its steps. */
  private static void start(Block block) throws Exception {
    String routes = block.code();
    if (!routes.startsWith("- route")) {
      routes = "- route:\n    from:\n      uri: direct:steps\n      steps:\n" + routes.indent(8);
    }
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      PluginHelper.getRoutesLoader(context)
          .loadRoutes(ResourceHelper.fromString("page.camel.yaml", routes));
      context.start();
      assertThat(context.getRoutes()).as(block.where()).hasSize(1);
    }
  }

  @ParameterizedTest
  @MethodSource("properties")
  void propertiesAreSettings(Block block) throws IOException {
    Properties properties = new Properties();
    properties.load(new StringReader(block.code()));

    assertThatNoException()
        .as(block.where())
        .isThrownBy(() -> SettingsLoader.load(Map.of(), properties));
  }

  @Test
  void settingsAndTheirVariablesExist() throws IOException {
    Set<String> settings =
        Page.found(
            "(?m)^#?(crond\\.[a-z0-9.-]+) *=", Files.readString(Path.of("application.properties")));
    Set<String> variables = new TreeSet<>();
    for (String setting : settings) {
      String variable = setting.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
      variables.add(variable);
      variables.add(variable + "_FILE");
    }
    // Names another file with settings, and is therefore no setting.
    variables.add("CROND_CONFIG");
    // Queues in RabbitMQ, and names of loggers in a user's route.
    Set<String> others =
        Set.of("crond.runs", "crond.work", "crond.work-dead", "crond.failures", "crond.mine");
    for (Page page : Page.manual()) {
      Set<String> named = Page.found("(?<![\\w-])(crond\\.[a-z-]+(?:\\.[a-z-]+)*)", page.text());
      named.removeAll(others);
      // Values that follow from settings: RouteVocabularyTest compares them with the daemon's.
      named.removeAll(Page.found("(?m)^\\| `(crond\\.[a-z.-]+)` \\|", page.text()));
      assertThat(settings).as("%s", page).containsAll(named);
      assertThat(variables)
          .as("%s", page)
          .containsAll(Page.found("\\b(CROND_[A-Z_]+[A-Z])\\b", page.text()));
    }
  }

  @Test
  void variablesOfTheCrontabAreKnown() {
    for (Page page : Page.manual()) {
      for (String name : Page.found("\\b(CRON_[A-Z_]+[A-Z]|RANDOM_DELAY)\\b", page.text())) {
        assertThat(read(name + " =\n").warnings())
            .as("%s: %s", page, name)
            .noneMatch(warning -> warning.message().contains("is not known"));
      }
    }
  }

  @Test
  void requestsOfTheApiAreInItsDescription() throws IOException {
    String api =
        Files.readString(Path.of("src/main/resources/io/github/camelcrond/http/openapi.json"));
    Map<?, ?> paths =
        (Map<?, ?>)
            ((Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(api)).get("paths");
    for (Page page : Page.manual()) {
      for (String code : page.inlineCode()) {
        if (code.matches("(GET|POST|PUT|DELETE) /api/.*")) {
          String[] request = code.split(" /api", 2);
          assertThat(paths.get(request[1]))
              .as("%s: %s", page, code)
              .isInstanceOfSatisfying(
                  Map.class,
                  path -> assertThat(path.get(request[0].toLowerCase(Locale.ROOT))).isNotNull());
        }
      }
    }
  }

  @Test
  void symptomsThatQuoteAMessageAreMessagesOfTheDaemon() throws IOException {
    StringBuilder sources = new StringBuilder();
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      files.filter(Files::isRegularFile).forEach(f -> sources.append(Page.of(f).text()));
    }
    // The log line of an end is put together from two words.
    Stream.of(Outcome.values()).forEach(outcome -> sources.append("job " + outcome.text() + '\n'));
    String literals = sources.toString().replaceAll("\"\\s*\\+\\s*\"", "");
    String page = Page.of(Path.of("docs/operations.md")).text();
    String table = page.substring(page.indexOf("| symptom |"), page.indexOf("## Upgrade"));
    List<String> quotes =
        Page.found("(?m)^\\| ([^|]+) \\|", table).stream()
            .flatMap(symptom -> Page.found("`([^`]+)`", symptom).stream())
            .flatMap(quote -> Stream.of(quote.split(" ?… ?")))
            .toList();

    assertThat(quotes).hasSizeGreaterThan(5).allMatch(literals::contains);
  }

  @Test
  void headersOfMessagesAreListedWhereTheyAreReceived() {
    Path source = Path.of("src/main/java/io/github/camelcrond/rabbitmq/RunMessage.java");
    Set<String> headers = Page.found("headers\\.put\\(\"([a-z-]+)\"", Page.of(source).text());

    assertThat(headers).contains("cause");
    for (String page : List.of("docs/redis-rabbitmq.md", "docs/routes.md")) {
      assertThat(Page.of(Path.of(page)).inlineCode()).as(page).containsAll(headers);
    }
  }
}
