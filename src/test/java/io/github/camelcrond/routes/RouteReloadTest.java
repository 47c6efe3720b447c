// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelcrond.camel.CronContext;
import io.github.camelcrond.store.LogCapture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.seda.SedaEndpoint;
import org.apache.camel.support.DefaultRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteReloadTest {
  private static final String ANSWER =
      """
      - route:
          id: %s
          from:
            uri: direct:%s
            steps:
              - setBody:
                  constant: %s
      """;

  private static final String CONFIGURATION =
      """
      - routeConfiguration:
          onException:
            - onException:
                exception: [java.lang.Exception]
                handled:
                  constant: "true"
      """;

  @TempDir Path folder;

  /** The daemon's own files. */
  @TempDir Path own;

  private final CronContext context = new CronContext(new DefaultRegistry());
  private final List<String> templates = new ArrayList<>();
  private RouteReload reload;
  private int version;

  @BeforeEach
  void start() throws Exception {
    context.build();
    context.start();
    reload = reload(this::files);
  }

  private RouteReload reload(Supplier<Map<String, Path>> files) {
    return new RouteReload(
        context,
        files,
        name -> Optional.of(own.resolve(name)).filter(Files::exists),
        templates::add,
        Clock.fixed(Instant.parse("2030-01-01T00:00:00Z"), ZoneOffset.UTC));
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  private Map<String, Path> files() {
    try (Stream<Path> all = Files.list(folder)) {
      Map<String, Path> files = new TreeMap<>();
      all.forEach(f -> files.put(f.getFileName().toString(), f));
      return files;
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Writes a file; its time differs from that of the last writing, whatever the clock says. */
  private Path write(String name, String text) throws Exception {
    Path file = folder.resolve(name);
    Files.writeString(file, text);
    Files.setLastModifiedTime(
        file, FileTime.from(Instant.parse("2029-01-01T00:00:00Z").plusSeconds(version++)));
    return file;
  }

  private static String answer(String id, String body) {
    return ANSWER.formatted(id, id, body);
  }

  private String ask(String id) {
    return context.createFluentProducerTemplate().to("direct:" + id).request(String.class);
  }

  @Test
  void aRouteIdThatAnotherFileHasIsRefused() throws Exception {
    write("a.camel.yaml", answer("a", "one"));
    reload.start();
    write("b.camel.yaml", answer("b", "two") + answer("a", "three"));
    reload.applyChanges();
    assertThat(reload.problems())
        .singleElement()
        .asString()
        .matches(".*b.camel.yaml:\\d+:1: route a is already defined in .*a.camel.yaml");
    assertThat(ask("a")).isEqualTo("one");
    assertThat(context.getRoute("b")).isNull();
  }

  @Test
  void aRouteIdThatAnotherFileHasIsRefusedAtTheStartToo() throws Exception {
    write("a.camel.yaml", answer("a", "one"));
    write("b.camel.yaml", answer("a", "three"));
    reload.start();
    assertThat(reload.problems())
        .singleElement()
        .asString()
        .contains("b.camel.yaml:1:1: route a is already defined");
    assertThat(ask("a")).isEqualTo("one");
  }

  @Test
  void filesCanBeLoadedInTwoParts() throws Exception {
    write("a.camel.yaml", answer("a", "one"));
    write("b.camel.yaml", answer("b", "two"));
    reload.start((name, text) -> text.contains("one"), () -> {});
    assertThat(context.getRoutesSize()).isEqualTo(1);
    reload.start();
    assertThat(ask("a") + ask("b")).isEqualTo("onetwo");
  }

  @Test
  void aFileThatIsNoYamlIsRefusedWithItsOwnPart() throws Exception {
    write("a.camel.yaml", answer("a", "one"));
    write("b.camel.yaml", "{");
    reload.start((name, text) -> name.startsWith("a"), () -> {});
    assertThat(reload.problems()).isEmpty();
    reload.start();
    assertThat(reload.problems()).singleElement().asString().contains("b.camel.yaml:");
    assertThat(ask("a")).isEqualTo("one");
  }

  @Test
  void routesThatOthersCallAreThereBeforeTheOthersTakeMessages() throws Exception {
    write("a.camel.yaml", answer("a", "one"));
    write(
        "b.camel.yaml",
        "- route:\n    id: b\n    from:\n      uri: seda:b\n      steps:\n        - to: direct:a\n");
    reload.start(
        (name, text) -> true,
        () -> {
          assertThat(ask("a")).isEqualTo("one");
          assertThat(context.getRouteController().getRouteStatus("b").isStarted()).isFalse();
        });
    assertThat(context.getRouteController().getRouteStatus("b").isStarted()).isTrue();
  }

  @Test
  void anEditedRouteTakesEffect() throws Exception {
    write("a.camel.yaml", answer("a", "one"));
    reload.start();
    assertThat(ask("a")).isEqualTo("one");
    write("a.camel.yaml", answer("a", "two"));
    reload.applyChanges();
    assertThat(ask("a")).isEqualTo("two");
    assertThat(context.getRoutesSize()).isEqualTo(1);
    assertThat(context.getRouteDefinitions()).hasSize(1);
  }

  @Test
  void filesComeAndGo() throws Exception {
    write("a.camel.yaml", answer("a", "one"));
    reload.start();
    write("b.camel.yaml", answer("b", "two"));
    reload.applyChanges();
    assertThat(ask("b")).isEqualTo("two");
    Files.delete(folder.resolve("a.camel.yaml"));
    reload.applyChanges();
    assertThat(context.getRoute("a")).isNull();
  }

  @Test
  void routesThatDidNotChangeAreNotTouched() throws Exception {
    write("a.camel.yaml", answer("a", "one") + answer("b", "one"));
    reload.start();
    var before = context.getRoute("a");
    write("a.camel.yaml", "# moved down\n" + answer("a", "one") + answer("b", "two"));
    reload.applyChanges();
    assertThat(context.getRoute("a")).isSameAs(before);
    assertThat(ask("b")).isEqualTo("two");
  }

  @Test
  void routesWithoutAnIdAreReplacedToo() throws Exception {
    write("a.camel.yaml", answer("a", "one").replace("    id: a\n", ""));
    reload.start();
    write("a.camel.yaml", answer("a", "two").replace("    id: a\n", ""));
    reload.applyChanges();
    assertThat(ask("a")).isEqualTo("two");
    assertThat(context.getRoutesSize()).isEqualTo(1);
  }

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "/spec/route-mistakes.csv", delimiter = '|')
  void aBrokenFileIsRefusedWithItsPlaceAndTheOldRoutesGoOn(
      String mistake, String text, String place, String reason) throws Exception {
    Path file = write("a.camel.yaml", answer("a", "one"));
    reload.start();
    write("a.camel.yaml", text.replace("¶", "\n"));
    reload.applyChanges();
    assertThat(ask("a")).isEqualTo("one");
    assertThat(reload.problems()).hasSize(1);
    assertThat(reload.problems().get(0)).startsWith(file + ":" + place + ": ").contains(reason);
    write("a.camel.yaml", answer("a", "two"));
    reload.applyChanges();
    assertThat(reload.problems()).isEmpty();
    assertThat(ask("a")).isEqualTo("two");
  }

  @Test
  void aFileThatCannotBeUsedAtTheStartIsRefusedUntilItIsMended() throws Exception {
    Path file =
        write("a.camel.yaml", answer("a", "one") + answer("b", "x").replace("direct", "nope"));
    write("c.camel.yaml", answer("c", "three"));
    reload.start();
    assertThat(reload.problems()).singleElement().asString().startsWith(file + ":11:");
    assertThat(reload.incomplete()).isTrue();
    assertThat(ask("c")).isEqualTo("three");
    assertThat(context.getRoute("a")).isNull();
    write("a.camel.yaml", "{");
    reload.applyChanges();
    assertThat(reload.problems()).singleElement().asString().startsWith(file + ":1:2: ");
    assertThat(reload.incomplete()).as("after another mistake").isTrue();
    write("a.camel.yaml", answer("a", "one"));
    reload.applyChanges();
    assertThat(ask("a")).isEqualTo("one");
    assertThat(reload.incomplete()).isFalse();
    assertThat(reload.problems()).isEmpty();
  }

  @Test
  void aFileThatCannotBeReadAffectsNoOther() throws Exception {
    write("a.camel.yaml", answer("a", "one"));
    Path file = write("b.camel.yaml", "");
    byte[] latin1 = "# caf\u00e9".getBytes(StandardCharsets.ISO_8859_1);
    Files.write(file, latin1);
    write("c.camel.yaml", answer("c", "three"));
    reload.start();
    assertThat(reload.problems()).containsExactly(file + ":1:1: the file is not UTF-8");
    assertThat(reload.incomplete()).isTrue();
    assertThat(ask("a") + ask("c")).isEqualTo("onethree");
    write("b.camel.yaml", answer("b", "two"));
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2028-01-01T00:00:00Z")));
    reload.applyChanges();
    assertThat(reload.problems()).isEmpty();
    assertThat(ask("b")).isEqualTo("two");
    Files.write(file, latin1);
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2028-01-02T00:00:00Z")));
    reload.applyChanges();
    assertThat(reload.problems()).containsExactly(file + ":1:1: the file is not UTF-8");
    assertThat(ask("b")).isEqualTo("two");
  }

  @Test
  void theDaemonsOwnFileIsUsedAsAWholeWhenItsPartsAreLoadedOneByOne() throws Exception {
    Files.writeString(own.resolve("a.camel.yaml"), CONFIGURATION + answer("a", "own"));
    write("a.camel.yaml", "- routeConfiguration: {");
    reload.start((name, text) -> false, () -> {});
    reload.start();
    assertThat(ask("a")).isEqualTo("own");
    assertThat(reload.problems()).hasSize(1);
  }

  @ParameterizedTest(name = "missing when the consumer is made: {0}")
  @ValueSource(booleans = {true, false})
  void aRouteWhoseJarIsMissingAffectsNoOther(boolean made) throws Exception {
    ShakyComponent shaky = shaky();
    shaky.missing = made ? "made" : "started";
    write("a.camel.yaml", answer("a", "x").replace("direct", "shaky"));
    write("b.camel.yaml", answer("b", "two"));
    reload.start();
    assertThat(ask("b")).isEqualTo("two");
    assertThat(made ? reload.problems() : reload.waiting())
        .singleElement()
        .asString()
        .contains("a.camel.yaml:" + (made ? "1:1: " : "4:12: "))
        .endsWith("class org/example/Gone is missing");
  }

  @Test
  void theDaemonsOwnFileIsUsedWhereTheUsersOfItsNameCannotBe() throws Exception {
    Files.writeString(own.resolve("a.camel.yaml"), answer("a", "own"));
    Path file = write("a.camel.yaml", answer("a", "x").replace("direct", "nope"));
    reload.start();
    assertThat(ask("a")).isEqualTo("own");
    assertThat(reload.problems()).singleElement().asString().startsWith(file + ":4:");
    write("a.camel.yaml", answer("a", "mine"));
    reload.applyChanges();
    assertThat(ask("a")).isEqualTo("mine");
    assertThat(reload.problems()).isEmpty();
  }

  @Test
  void aUsersFileThatLacksARouteOfTheDaemonIsRefusedUnlessAnotherHasIt() throws Exception {
    Files.writeString(own.resolve("a.camel.yaml"), answer("run-copy", "own"));
    Path file = write("a.camel.yaml", answer("other", "x"));
    reload.start();
    assertThat(ask("run-copy")).isEqualTo("own");
    assertThat(reload.problems())
        .containsExactly(
            file
                + ":1:1: no route consumes from direct:run-copy, to which routes of the daemon send");
    write("a.camel.yaml", answer("run-copy", "mine"));
    reload.applyChanges();
    assertThat(ask("run-copy")).isEqualTo("mine");
    write("a.camel.yaml", answer("other", "x"));
    reload.applyChanges();
    assertThat(ask("run-copy")).isEqualTo("mine");
    assertThat(reload.problems()).hasSize(1);
  }

  @Test
  void aFileOfTheDaemonThatCannotBeUsedEndsTheStart() throws Exception {
    Path file = own.resolve("a.camel.yaml");
    Files.writeString(file, answer("run-copy", "own").replace("steps", "stops"));
    reload = reload(() -> Map.of("a.camel.yaml", file));
    assertThatThrownBy(() -> reload.start())
        .isInstanceOf(RouteFileException.class)
        .hasMessageStartingWith(file + ":");
  }

  @Test
  void aRouteThatNoJobRunsWithoutIsAskedForByName() throws Exception {
    write("job-run.camel.yaml", "{");
    reload.start();
    assertThatThrownBy(() -> reload.requireAlarms())
        .isInstanceOf(RouteFileException.class)
        .hasMessageContaining("job-run.camel.yaml:1:2: ");
  }

  /** A component whose consumers start when {@code open} says so, and count how often they try. */
  private ShakyComponent shaky() {
    ShakyComponent shaky = new ShakyComponent();
    context.addComponent("shaky", shaky);
    return shaky;
  }

  @Test
  void aRouteWhoseServerIsAwayStartsWhenItIsThere() throws Exception {
    ShakyComponent shaky = shaky();
    Path file = write("a.camel.yaml", answer("a", "x").replace("direct", "shaky"));
    write("b.camel.yaml", answer("b", "two"));
    try (LogCapture log = new LogCapture()) {
      reload.start();
      assertThat(ask("b")).isEqualTo("two");
      assertThat(reload.problems()).isEmpty();
      assertThat(reload.waiting()).containsExactly("a: " + file + ":4:12: server is away");
      assertThat(reload.isWaiting("a")).isTrue();
      await().until(() -> shaky.tries.get() >= 2);
      shaky.open = true;
      await().until(() -> !reload.isWaiting("a"));
      assertThat(context.getRouteController().getRouteStatus("a").isStarted()).isTrue();
      assertThat(log.with("route not started")).hasSize(1);
      assertThat(log.with("route started")).hasSize(1);
    }
  }

  @Test
  void anEditedRouteWhoseServerIsAwayIsInForceAndWaitsToo() throws Exception {
    ShakyComponent shaky = shaky();
    write("a.camel.yaml", answer("a", "one"));
    reload.start();
    write("a.camel.yaml", answer("a", "one") + answer("b", "x").replace("direct", "shaky"));
    reload.applyChanges();
    assertThat(reload.problems()).isEmpty();
    assertThat(reload.isWaiting("b")).isTrue();
    write("a.camel.yaml", answer("a", "two"));
    reload.applyChanges();
    assertThat(reload.waiting()).isEmpty();
    assertThat(ask("a")).isEqualTo("two");
    shaky.open = true;
    assertThat(context.getRoute("b")).isNull();
  }

  @Test
  void aRouteThatCannotBeRemovedKeepsNoOtherFileFromBeingFollowed() throws Exception {
    ShakyComponent shaky = shaky();
    shaky.open = true;
    String stubborn = answer("s", "x").replace("direct", "shaky");
    write("a.camel.yaml", answer("a", "one") + stubborn + answer("c", "one"));
    write("b.camel.yaml", answer("b", "one"));
    reload.start();
    shaky.stubborn = true;
    write("a.camel.yaml", answer("a", "two"));
    write("b.camel.yaml", answer("b", "two"));
    reload.applyChanges();
    assertThat(ask("b")).isEqualTo("two");
    assertThat(reload.problems()).singleElement().asString().contains("route s cannot be removed");
    assertThat(ask("a") + ask("c")).as("what was in force is").isEqualTo("oneone");
  }

  @ParameterizedTest
  @ValueSource(strings = {"seda:a?concurrentConsumers=3", "timer:a%d?period=5000", "scheduler:a%d"})
  void editsLeaveNoThreadsBehind(String uri) throws Exception {
    String route = answer("a", "%d").replace("direct:a", uri);
    write("a.camel.yaml", route.formatted(0, 0));
    reload.start();
    int before = Thread.activeCount();
    for (int i = 1; i <= 10; i++) {
      write("a.camel.yaml", route.formatted(i, i));
      reload.applyChanges();
    }
    await()
        .untilAsserted(
            () -> {
              reload.applyChanges();
              assertThat(Thread.activeCount()).isLessThanOrEqualTo(before + 1);
            });
    assertThat(reload.problems()).isEmpty();
  }

  @Test
  void whatIsUnderWayInAnOldRouteEndsThere() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    context
        .getRegistry()
        .bind(
            "wait",
            (org.apache.camel.Processor)
                e -> {
                  inside.countDown();
                  goOn.await(20, TimeUnit.SECONDS);
                });
    String route =
        """
        - route:
            id: a
            from:
              uri: direct:a
              steps:
                - process:
                    ref: wait
                - loop:
                    constant: 2
                    steps:
                      - to: direct:b
                - doTry:
                    steps:
                      - toD:
                          uri: direct:${header.next}
                    doCatch:
                      - exception: [java.lang.Exception]
                        steps:
                          - setBody:
                              constant: failed
                - setBody:
                    simple: ${body} %s
        """;
    write("a.camel.yaml", route.formatted("old") + answer("b", "b"));
    reload.start();
    Future<String> old =
        context
            .createFluentProducerTemplate()
            .to("direct:a")
            .withBody("")
            .withHeader("next", "b")
            .asyncRequest(String.class);
    assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
    write("a.camel.yaml", route.formatted("new") + answer("b", "c"));
    reload.applyChanges();
    assertThat(old).as("what is under way, not waited for").isNotDone();
    goOn.countDown();
    assertThat(old.get(20, TimeUnit.SECONDS)).isEqualTo("c old");
    assertThat(
            context
                .createFluentProducerTemplate()
                .to("direct:a")
                .withHeader("next", "b")
                .request(String.class))
        .isEqualTo("c new");
  }

  @Test
  void messagesSentWhileARouteIsReplacedAreNotLost() throws Exception {
    String route =
        """
        - route:
            id: q
            from:
              uri: seda:q
              parameters:
                size: 100000
              steps:
                - setProperty:
                    name: version
                    constant: %s
                - process:
                    ref: count
        """;
    AtomicInteger count = new AtomicInteger();
    context.getRegistry().bind("count", (Processor) e -> count.incrementAndGet());
    write("q.camel.yaml", route.formatted("v0"));
    reload.start();
    CompletableFuture<Void> sender =
        CompletableFuture.runAsync(
            () -> {
              ProducerTemplate template = context.createProducerTemplate();
              for (int i = 0; i < 20_000; i++) {
                template.sendBody("seda:q?size=100000", i);
              }
              template.stop();
            });
    for (int i = 1; i <= 5; i++) {
      write("q.camel.yaml", route.formatted("v" + i));
      reload.applyChanges();
    }
    sender.join();
    await().untilAsserted(() -> assertThat(count).hasValue(20_000));
    assertThat(reload.problems()).isEmpty();
  }

  @Test
  void messagesWaitForTheSuccessorOfARouteAlthoughNobodySendsAnyMore() throws Exception {
    String route =
        """
        - route:
            id: q
            from:
              uri: seda:q
              steps:
                - delay:
                    constant: %d
                - process:
                    ref: count
        """;
    AtomicInteger count = new AtomicInteger();
    context.getRegistry().bind("count", (Processor) e -> count.incrementAndGet());
    write("q.camel.yaml", route.formatted(300));
    reload.start();
    try (var template = context.createProducerTemplate()) {
      for (int i = 0; i < 20; i++) {
        template.sendBody("seda:q", i);
      }
    }
    SedaEndpoint queue = context.getEndpoint("seda:q", SedaEndpoint.class);
    write("q.camel.yaml", route.formatted(1));
    reload.applyChanges();
    await().untilAsserted(() -> assertThat(count).hasValue(20));
    assertThat(context.getEndpoint("seda:q"))
        .as("stopped for a moment, it refuses messages")
        .isSameAs(queue);
  }

  @Test
  void aChangedTemplateIsTold() throws Exception {
    String template =
        """
        - routeTemplate:
            id: t
            route:
              from:
                uri: direct:{{name}}
                steps:
                  - setBody:
                      constant: %s
        """;
    write("t.camel.yaml", template.formatted("one"));
    reload.start();
    write("t.camel.yaml", template.formatted("two"));
    reload.applyChanges();
    assertThat(templates).containsExactly("t");
    context.addRouteFromTemplate("x", "t", Map.of("name", "x"));
    assertThat(ask("x")).isEqualTo("two");
  }

  /** Who fails gets {@code answer}. */
  private static String onFailure(String exception, String answer) {
    return """
        - routeConfiguration:
            onException:
              - onException:
                  exception:
                    - %s
                  handled:
                    constant: "true"
                  steps:
                    - setBody:
                        constant: %s
        """
        .formatted(exception, answer);
  }

  private static String failing(String id, String exception) {
    return answer(id, "one")
        .replace(
            "- setBody:\n            constant: one",
            "- throwException:\n            exceptionType: "
                + exception
                + "\n            message: x");
  }

  @Test
  void aChangedRouteConfigurationHoldsForAllRoutes() throws Exception {
    write("a.camel.yaml", failing("a", "java.io.IOException"));
    write("z.camel.yaml", onFailure("java.lang.Exception", "one"));
    reload.start();
    assertThat(ask("a")).isEqualTo("one");
    write("z.camel.yaml", onFailure("java.lang.Exception", "two"));
    reload.applyChanges();
    assertThat(reload.problems()).isEmpty();
    assertThat(ask("a")).isEqualTo("two");
  }

  @Test
  void configurationsOfOtherFilesStayWhenOneChangesOrGoes() throws Exception {
    write("a.camel.yaml", failing("a", "java.io.IOException"));
    write("b.camel.yaml", failing("b", "java.lang.ArithmeticException"));
    write("y.camel.yaml", onFailure("java.io.IOException", "y"));
    write("z.camel.yaml", onFailure("java.lang.ArithmeticException", "z") + answer("c", "c"));
    reload.start();
    assertThat(ask("a") + ask("b") + ask("c")).isEqualTo("yzc");
    write("z.camel.yaml", onFailure("java.lang.ArithmeticException", "zz") + answer("c", "c"));
    reload.applyChanges();
    assertThat(reload.problems()).isEmpty();
    assertThat(ask("a") + ask("b") + ask("c")).isEqualTo("yzzc");
    Files.delete(folder.resolve("y.camel.yaml"));
    reload.applyChanges();
    assertThat(ask("b")).isEqualTo("zz");
    assertThatThrownBy(() -> ask("a")).hasRootCauseInstanceOf(java.io.IOException.class);
  }

  @Test
  void routesWithoutANameGoWithTheirFileAfterAConfigurationHasChanged() throws Exception {
    String unnamed =
        "- from:\n    uri: direct:u\n    steps:\n      - throwException:\n"
            + "          exceptionType: java.io.IOException\n          message: x\n";
    write("a.camel.yaml", answer("a", "one") + unnamed);
    write("z.camel.yaml", onFailure("java.io.IOException", "z"));
    reload.start();
    assertThat(ask("u")).isEqualTo("z");
    write("z.camel.yaml", onFailure("java.io.IOException", "zz"));
    reload.applyChanges();
    assertThat(ask("a") + ask("u")).isEqualTo("onezz");
    assertThat(context.getRoutesSize()).isEqualTo(2);
    write("a.camel.yaml", answer("a", "two"));
    reload.applyChanges();
    assertThat(ask("a")).isEqualTo("two");
    assertThat(context.getRoutesSize()).isEqualTo(1);
  }

  @Test
  void aConfigurationHoldsForThePartsThatAreLoadedBeforeItsOwn() throws Exception {
    write("a.camel.yaml", failing("a", "java.io.IOException"));
    write("z.camel.yaml", onFailure("java.io.IOException", "z") + answer("c", "c"));
    reload.start((name, text) -> name.startsWith("a"), () -> {});
    assertThat(ask("a")).isEqualTo("z");
    assertThat(context.getRoute("c")).isNull();
    reload.start();
    assertThat(ask("a") + ask("c")).isEqualTo("zc");
  }
}
