// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.rabbitmq.TestDaemon;
import io.github.camelcrond.run.RunJournalTest;
import io.github.camelcrond.run.Runs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Route files of a daemon that runs jobs meanwhile. */
class RoutesOfADaemonTest {
  @TempDir Path folder;

  private Path routes;

  @BeforeEach
  void makeFolder() throws IOException {
    routes = Files.createDirectory(folder.resolve("routes"));
  }

  private TestDaemon start(String... crontab) throws Exception {
    return TestDaemon.start(folder, Map.of("crond.routes.dir", routes.toString()), crontab);
  }

  /** The daemon's own file with {@code text} in the place of {@code replaced}. */
  private static String changed(String file, String replaced, String text) throws IOException {
    String own = Files.readString(Path.of("routes", file));
    assertThat(own).contains(replaced);
    return own.replace(replaced, text);
  }

  private void write(String name, String text) throws IOException {
    Path next = Files.writeString(folder.resolve("next"), text);
    Files.move(next, routes.resolve(name), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void aRunUnderWayEndsAndIsRecordedWhileItsRoutesAreReplaced() throws Exception {
    Path gate = folder.resolve("gate");
    try (TestDaemon daemon =
        start("CRON_NAME = long", "@yearly - while [ ! -e " + gate + " ]; do sleep 0.1; done")) {
      String run = daemon.run("long");
      daemon.awaitLogged("job started", "run=\"" + run);
      for (String file :
          List.of(
              "job-run.camel.yaml",
              "job-attempt.camel.yaml",
              "run-record.camel.yaml",
              "run-publish.camel.yaml")) {
        write(file, "# mine\n" + changed(file, "    description: ", "    description: Mine. "));
        daemon.awaitLogged("INFO route file loaded", routes.resolve(file).toString());
      }
      Files.createFile(gate);
      daemon.awaitLogged("job succeeded", "run=\"" + run);
      daemon.awaitTold();
      String next = daemon.run("long");
      daemon.awaitLogged("job succeeded", "run=\"" + next);
      assertThat(daemon.logged("job succeeded", "run=\"" + run)).hasSize(1);
      assertThat(daemon.bean("runs", Runs.class).all()).isEmpty();
      assertThat(daemon.logged("ERROR")).isEmpty();
    }
  }

  @Test
  void aFailureOfAUsersRouteIsOneLineWithRouteAndFileAndItsLogStepsAreShown() throws Exception {
    write(
        "mine.camel.yaml",
        """
        - route:
            id: my-route
            from:
              uri: scheduler:mine
              parameters:
                delay: 100
                repeatCount: 2
              steps:
                - log:
                    message: my step
                - throwException:
                    exceptionType: java.lang.IllegalStateException
                    message: out of order
        """);
    try (TestDaemon daemon = start("CRON_NAME = tick", "@yearly - true")) {
      daemon.awaitLogged("WARN route failed", "my-route", "mine.camel.yaml", "out of order");
      assertThat(daemon.logged("INFO my step")).isNotEmpty();
      assertThat(daemon.logged("Exhausted")).isEmpty();
      assertThat(daemon.logged("Error processing exchange")).isEmpty();
    }
  }

  @Test
  void aChangedTemplateIsUsedByTheNextFiringAndLosesNone() throws Exception {
    try (TestDaemon daemon = start("CRON_NAME = tick", "@every 1s - true")) {
      daemon.awaitLogged("job succeeded");
      Instant edited = Instant.now();
      write(
          "cron.camel.yaml",
          changed(
              "cron.camel.yaml",
              "        steps:\n          - split:",
              "        steps:\n          - log: {message: fired, loggingLevel: WARN}\n"
                  + "          - split:"));
      daemon.awaitLogged("WARN fired");
      assertThat(Duration.between(edited, Instant.now())).isLessThan(Duration.ofSeconds(10));
      Awaitility.await().until(() -> daemon.logged("WARN fired").size() >= 3);
      List<Instant> scheduled =
          daemon.logged("job started").stream()
              .map(l -> Instant.parse(l.replaceFirst(".*scheduled=\"([^\"]*)\".*", "$1")))
              .sorted()
              .toList();
      for (int i = 1; i < scheduled.size(); i++) {
        assertThat(scheduled.get(i)).isEqualTo(scheduled.get(i - 1).plusSeconds(1));
      }
    }
  }

  @Test
  void aRunThatARouteStopsIsRecordedAsSkipped() throws Exception {
    String first = "      uri: direct:job-admit\n      steps:\n";
    write(
        "job-run.camel.yaml", changed("job-run.camel.yaml", first, first + "        - stop: {}\n"));
    try (TestDaemon daemon = start("CRON_NAME = it", "@yearly - true")) {
      String run = daemon.run("it");
      daemon.awaitLogged("INFO job skipped", "run=\"" + run, "a route stopped it");
      Awaitility.await().until(() -> !daemon.records("it").isEmpty());
      assertThat(daemon.records("it")).hasSize(1).first().asString().contains(run, "skipped");
      assertThat(daemon.bean("runs", Runs.class).all()).isEmpty();
      assertThat(daemon.logged("job started")).isEmpty();
    }
  }

  @Test
  void aRunWhoseRouteEndsEarlyIsPublishedAndRecordedAtOnce() throws Exception {
    String begin = "                  ref: runs\n                  method: begin\n";
    write(
        "job-run.camel.yaml",
        changed("job-run.camel.yaml", begin, begin + "              - stop: {}\n"));
    try (TestDaemon daemon = start("CRON_NAME = it", "@yearly - true")) {
      String run = daemon.run("it");
      daemon.awaitLogged("ERROR route failed before the run ended", "run=\"" + run);
      Awaitility.await().until(() -> !daemon.records("it").isEmpty());
      assertThat(daemon.records("it")).singleElement().asString().contains(run, "its route ended");
      daemon.awaitTold();
    }
  }

  @Test
  void theMessageOfARunIsOnDiskBeforeItsRecordIsStoredEvenIfPublishingFails() throws Exception {
    write(
        "run-publish.camel.yaml",
        changed(
            "run-publish.camel.yaml",
            "            uri: direct:run-copy\n",
            "            uri: direct:run-copy\n"
                + "        - throwException: {message: x, exceptionType: java.io.IOException}\n"));
    Map<String, String> settings =
        Map.of("crond.routes.dir", routes.toString(), "crond.rabbitmq.url", "amqp://127.0.0.1:1");
    try (TestDaemon daemon =
        TestDaemon.start(folder, settings, "CRON_NAME = it", "@yearly - true")) {
      String run = daemon.run("it");
      Awaitility.await().until(() -> !daemon.records("it").isEmpty());
      assertThat(RunJournalTest.records(folder.resolve("store"), "spool"))
          .singleElement()
          .asString()
          .contains(run);
      daemon.awaitLogged("ERROR", "run=\"" + run);
    }
  }

  @Test
  void aBrokenFileIsRefusedAndJobsGoOn() throws Exception {
    try (TestDaemon daemon = start("CRON_NAME = it", "@yearly - true")) {
      write("run-publish.camel.yaml", "- route:\n    id: run-publish\n    from: [\n");
      daemon.awaitLogged(
          "WARN route file rejected, its previous routes remain", "run-publish.camel.yaml:4:1: ");
      String run = daemon.run("it");
      daemon.awaitLogged("job succeeded", "run=\"" + run);
      assertThat(daemon.bean("route-files", RouteReload.class).problems()).hasSize(1);
      Files.delete(routes.resolve("run-publish.camel.yaml"));
      Awaitility.await()
          .until(() -> daemon.bean("route-files", RouteReload.class).problems().isEmpty());
    }
  }

  @Test
  void aFileOfOnesOwnAddsARouteThatLinesSendTo() throws Exception {
    try (TestDaemon daemon = start("CRON_NAME = it", "@yearly - direct:mine%hello")) {
      write(
          "mine.camel.yaml",
          """
          - route:
              id: mine
              from:
                uri: direct:mine
                steps:
                  - log: {message: "got ${body}", loggingLevel: WARN}
          """);
      daemon.awaitLogged("INFO route file loaded");
      daemon.run("it");
      daemon.awaitLogged("WARN got hello");
    }
  }

  @Test
  void aMountOfKubernetesIsFollowed() throws Exception {
    Path first = Files.createDirectory(routes.resolve("..2026_01"));
    Files.writeString(first.resolve("mine.camel.yaml"), route("one"));
    Files.createSymbolicLink(routes.resolve("..data"), Path.of("..2026_01"));
    Files.createSymbolicLink(routes.resolve("mine.camel.yaml"), Path.of("..data/mine.camel.yaml"));
    try (TestDaemon daemon = start("CRON_NAME = it", "@yearly - direct:mine%x")) {
      daemon.run("it");
      daemon.awaitLogged("WARN one");
      Path second = Files.createDirectory(routes.resolve("..2026_02"));
      Files.writeString(second.resolve("mine.camel.yaml"), route("two"));
      Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("..2026_02"));
      Files.move(link, routes.resolve("..data"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      daemon.awaitLogged("INFO route file loaded");
      daemon.run("it");
      daemon.awaitLogged("WARN two");
    }
  }

  private static String route(String message) {
    return """
        - route:
            id: mine
            from:
              uri: direct:mine
              steps:
                - log: {message: %s, loggingLevel: WARN}
        """
        .formatted(message);
  }

  @Test
  void aMistakeAtTheStartNamesItsPlaceAndJobsRun() throws Exception {
    write(
        "mine.camel.yaml", "- route:\n    id: x\n    from:\n      uri: nope:x\n      steps: []\n");
    write("run-record.camel.yaml", "- route: [\n");
    write("other.yaml", "- route: {}\n");
    try (TestDaemon daemon = start("CRON_NAME = it", "@yearly - true")) {
      daemon.awaitLogged(
          "ERROR route file rejected, continuing without it",
          routes.resolve("mine.camel.yaml") + ":4:12: ",
          "the component nope is not installed: add its jar (camel-nope if it is Camel's)");
      daemon.awaitLogged("WARN file ignored", routes.resolve("other.yaml").toString());
      daemon.awaitLogged(
          "ERROR route file rejected, using the file of the daemon",
          routes.resolve("run-record.camel.yaml") + ":2:1: ");
      String run = daemon.run("it");
      daemon.awaitLogged("job succeeded", "run=\"" + run);
      Awaitility.await().until(() -> !daemon.records("it").isEmpty());
      assertThat(daemon.bean("route-files", RouteReload.class).incomplete()).isTrue();
    }
  }

  @Test
  void anEditOfTheTemplateThatWouldStopAllJobsIsRefused() throws Exception {
    try (TestDaemon daemon = start("CRON_NAME = tick", "@every 1s - true")) {
      daemon.awaitLogged("job succeeded");
      write(
          "cron.camel.yaml",
          changed("cron.camel.yaml", "quartz:crontab/{{job-schedule}}", "quartz:crontab/all"));
      daemon.awaitLogged(
          "WARN route file rejected", "cron.camel.yaml:19:14: template cron must begin with");
      int before = daemon.logged("job succeeded").size();
      Awaitility.await().until(() -> daemon.logged("job succeeded").size() >= before + 2);
    }
  }

  @Test
  void aLineToARouteThatIsMissingFailsAtOnceAndAnOutputWaitsForIt() throws Exception {
    try (TestDaemon daemon =
        start(
            "CRON_NAME = sends",
            "@yearly - direct:mine%x",
            "CRON_OUTPUT = direct:mine",
            "CRON_NAME = prints",
            "@yearly - echo printed")) {
      Awaitility.await().until(() -> !daemon.bean("route-files", RouteReload.class).changing());
      Instant begin = Instant.now();
      String run = daemon.run("sends");
      assertThat(daemon.awaitLogged("job failed", "run=\"" + run))
          .contains("no route consumes from direct:mine");
      assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofMillis(1_800));
      daemon.run("prints");
      daemon.awaitLogged("WARN", "no route consumes from direct:mine", "endpoint=\"direct:mine\"");
      write("mine.camel.yaml", route("\"got ${body}\""));
      daemon.awaitLogged("WARN got printed");
    }
  }

  @Test
  void aServerThatIsAwayKeepsNeitherTheCrontabNorOtherRoutesFromRunning() throws Exception {
    write(
        "mine.camel.yaml",
        "- route:\n    id: x\n    from:\n      uri: rabbitmq:x\n      parameters:\n"
            + "        queues: x\n      steps:\n        - log: {message: x}\n"
            + route("got"));
    Map<String, String> settings =
        Map.of(
            "crond.routes.dir", routes.toString(), "crond.rabbitmq.url", "amqp://127.0.0.1:1/nope");
    try (TestDaemon daemon =
        TestDaemon.start(folder, settings, "CRON_NAME = it", "@yearly - direct:mine")) {
      daemon.awaitLogged("WARN route not started, retrying", "mine.camel.yaml:4:12: ");
      daemon.run("it");
      daemon.awaitLogged("WARN got");
    }
  }

  @Test
  void aServerThatDoesNotAnswerHoldsUpNeitherEditsOfTheCrontabNorTheStop() throws Exception {
    write(
        "mine.camel.yaml",
        "- route:\n    id: x\n    from:\n      uri: rabbitmq:x\n      parameters:\n"
            + "        queues: x\n      steps:\n        - log: {message: x}\n");
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Map<String, String> settings =
          Map.of(
              "crond.routes.dir",
              routes.toString(),
              "crond.rabbitmq.url",
              "amqp://127.0.0.1:" + silent.getLocalPort(),
              "crond.rabbitmq.timeout",
              "1m");
      Instant stopped;
      try (TestDaemon daemon =
          TestDaemon.start(folder, settings, "CRON_NAME = it", "@yearly - true")) {
        silent.accept();
        Instant edited = Instant.now();
        Files.writeString(folder.resolve("crontab"), "CRON_NAME = other\n@every 1s - true\n");
        daemon.awaitLogged("job succeeded", "job=\"other\"");
        assertThat(Duration.between(edited, Instant.now())).isLessThan(Duration.ofSeconds(20));
        stopped = Instant.now();
      }
      assertThat(Duration.between(stopped, Instant.now())).isLessThan(Duration.ofSeconds(25));
    }
  }
}
