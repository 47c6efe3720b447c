// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelcrond.config.Sha256;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HttpApiTest {
  private static final String CRONTAB =
      """
      HOME = FOLDER
      CRON_NAME = hello
      0 0 1 1 * - echo hello; echo again
      CRON_NAME = fails
      0 0 1 1 * - echo oops; exit 3
      CRON_NAME = long
      0 0 1 1 * - echo begun; exec sleep 60
      CRON_NAME = secret-environment
      0 0 1 1 * - env
      CRON_NAME = waits
      0 0 1 1 * - echo begun; until [ -e go ]; do sleep 0.05; done; echo went
      """;

  @TempDir static Path folder;
  private static RunningDaemon daemon;

  @BeforeAll
  static void start() throws Exception {
    daemon = RunningDaemon.start(folder, crontab());
  }

  private static String crontab() {
    return CRONTAB.replace("FOLDER", folder.toString());
  }

  @AfterAll
  static void stop() throws Exception {
    daemon.close();
  }

  @BeforeEach
  void original() throws IOException {
    Files.writeString(daemon.crontab(), crontab());
    daemon.daemon().reload();
    await().until(() -> daemon.json("/jobs").size() == 5);
  }

  private static JsonNode json(HttpResponse<String> response) throws IOException {
    return new ObjectMapper().readTree(response.body());
  }

  private static String run(String job) throws IOException {
    HttpResponse<String> response = daemon.api("POST", "/jobs/" + job + "/run", "");
    assertThat(response.statusCode()).isEqualTo(202);
    return json(response).path("run").asText();
  }

  private static JsonNode ended(String run) {
    return await().until(() -> daemon.json("/runs/" + run), found -> found.has("ended"));
  }

  @Test
  void listsJobsInTheOrderOfTheirLines() throws IOException {
    assertThat(daemon.json("/jobs").findValuesAsText("id"))
        .containsExactly("hello", "fails", "long", "secret-environment", "waits");
    assertThat(daemon.json("/jobs").get(0).path("next").asText()).contains("-01-01T00:00");
  }

  @Test
  void answersNothingNewToWhoKnowsTheVersion() throws IOException {
    String version = daemon.api("GET", "/jobs", "").headers().firstValue("ETag").orElseThrow();
    HttpResponse<String> again = daemon.api("GET", "/jobs", "", "If-None-Match", version);
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    ended(run("hello"));
    await()
        .until(() -> daemon.api("GET", "/jobs", "", "If-None-Match", version).statusCode() == 200);
  }

  @Test
  void showsEnvironmentAndPoliciesOfOneJob() throws IOException {
    JsonNode job = daemon.json("/jobs/hello");
    assertThat(job.path("environment").path("CRON_NAME").asText()).isEqualTo("hello");
    assertThat(job.path("policies").isObject()).isTrue();
  }

  @Test
  void namesTheRouteThatFiresAJob() throws IOException {
    assertThat(daemon.json("/jobs/hello").path("route").asText())
        .startsWith("cron-")
        .isEqualTo(daemon.json("/jobs/fails").path("route").asText());
  }

  @Test
  void runsAJobOnRequestAndKeepsItsOutput() throws IOException {
    String run = run("hello");
    JsonNode ended = ended(run);
    assertThat(ended.path("outcome").asText()).isEqualTo("succeeded");
    assertThat(ended.path("cause").asText()).isEqualTo("manual");
    HttpResponse<String> output = daemon.api("GET", "/runs/" + run + "/output", "");
    assertThat(output.body()).isEqualTo("hello\nagain\n");
    assertThat(output.headers().firstValue("Content-Type")).hasValue("text/plain; charset=utf-8");
  }

  @Test
  void findsARunThatIsNotTheLastOfItsJobInTheStore() throws IOException {
    String first = run("hello");
    ended(first);
    ended(run("hello"));
    await()
        .until(
            () -> daemon.api("GET", "/runs/" + first + "/output?job=hello", "").body(),
            "hello\nagain\n"::equals);
  }

  @Test
  void showsTheHistoryNewestFirst() throws IOException {
    String first = run("fails");
    ended(first);
    String second = run("fails");
    ended(second);
    JsonNode runs =
        await()
            .until(
                () -> daemon.json("/jobs/fails/runs"), found -> found.toString().contains(first));
    List<String> ids = runs.findValuesAsText("run");
    assertThat(ids.indexOf(second)).isLessThan(ids.indexOf(first));
    assertThat(runs.get(0).path("exit-code").asInt()).isEqualTo(3);
    assertThat(runs.get(0).has("output")).isFalse();
  }

  @Test
  void killsARun() throws IOException {
    String run = run("long");
    await()
        .until(() -> daemon.api("GET", "/runs/" + run + "/output", "").body(), "begun\n"::equals);
    assertThat(daemon.api("POST", "/runs/" + run + "/kill", "").statusCode()).isEqualTo(202);
    JsonNode ended = ended(run);
    assertThat(ended.path("outcome").asText()).isEqualTo("interrupted");
    assertThat(ended.path("reason").asText()).isEqualTo("killed on request");
    assertThat(daemon.api("POST", "/runs/" + run + "/kill", "").statusCode()).isEqualTo(404);
  }

  @Test
  void pausesAndResumesAJob() throws IOException {
    assertThat(json(daemon.api("POST", "/jobs/hello/pause", "")).path("paused").asBoolean())
        .isTrue();
    assertThat(daemon.json("/jobs/hello").path("paused").asBoolean()).isTrue();
    daemon.api("POST", "/jobs/hello/resume", "");
    assertThat(daemon.json("/jobs/hello").path("paused").asBoolean()).isFalse();
  }

  @Test
  void followsOutputAsServerSentEvents() throws Exception {
    String run = run("waits");
    await()
        .until(() -> daemon.api("GET", "/runs/" + run + "/output", "").body(), "begun\n"::equals);
    HttpRequest request =
        HttpRequest.newBuilder(daemon.url().resolve("/api/runs/" + run + "/output"))
            .header("Authorization", "Bearer " + RunningDaemon.TOKEN)
            .header("Accept", "text/event-stream")
            .build();
    HttpResponse<Stream<String>> events =
        HttpClient.newHttpClient().send(request, BodyHandlers.ofLines());
    assertThat(events.headers().firstValue("Content-Type")).hasValue("text/event-stream");
    Iterator<String> lines = events.body().iterator();
    assertThat(lines.next()).isEqualTo("event: output");
    assertThat(lines.next()).isEqualTo("data: {\"text\":\"begun\\n\"}");
    Files.createFile(folder.resolve("go"));
    List<String> rest = new ArrayList<>();
    lines.forEachRemaining(rest::add);
    assertThat(rest).contains("data: {\"text\":\"went\\n\"}", "event: end");
    assertThat(rest).anyMatch(line -> line.startsWith("data: {\"run\":\"" + run));
  }

  @Test
  void saysWhatComes() throws IOException {
    JsonNode ahead = daemon.json("/upcoming?hours=744&limit=2");
    assertThat(ahead.path("slots")).hasSize(96);
    assertThat(daemon.api("GET", "/upcoming?hours=745", "").statusCode()).isEqualTo(400);
    assertThat(daemon.api("GET", "/upcoming?hours=many", "").statusCode()).isEqualTo(400);
    assertThat(daemon.api("GET", "/upcoming?hours=%D9%A1%D9%A2", "").statusCode()).isEqualTo(400);
  }

  @Test
  void nothingComesOfAPausedJob() throws IOException {
    Files.writeString(daemon.crontab(), "CRON_NAME = often\n*/5 * * * * - true\n");
    daemon.daemon().reload();
    await().until(() -> daemon.json("/upcoming").path("firings").size() > 0);
    daemon.api("POST", "/jobs/often/pause", "");
    assertThat(daemon.json("/upcoming").path("firings")).isEmpty();
    daemon.api("POST", "/jobs/often/resume", "");
    assertThat(daemon.json("/upcoming").path("firings")).isNotEmpty();
  }

  @Test
  void takesOneOfSeveralTags() throws IOException {
    String etag = daemon.api("GET", "/crontab", "").headers().firstValue("ETag").orElseThrow();
    String body = new ObjectMapper().createObjectNode().put("text", crontab()).toString();
    HttpResponse<String> written =
        daemon.api("PUT", "/crontab", body, "If-Match", "\"other\", " + etag);
    assertThat(written.statusCode()).isEqualTo(200);
  }

  @Test
  void checksATextWithoutWritingIt() throws IOException {
    String body = "{\"text\":\"0 12 * * * - a\\n61 * * * * - b\\n\"}";
    JsonNode check = json(daemon.api("POST", "/crontab/check", body));
    assertThat(check.path("errors").get(0).path("line").asInt()).isEqualTo(2);
    assertThat(check.path("errors").get(0).path("column").asInt()).isEqualTo(1);
    assertThat(check.path("jobs").get(0).path("instants")).hasSize(3);
    assertThat(Files.readString(daemon.crontab())).isEqualTo(crontab());
  }

  @Test
  void linesThatCanNeverFireDoNotHoldUpTheAnswer() throws IOException {
    String never = "CRON_TZ=Europe/Berlin\\n*/5 2 * 3 0L - a\\n* 2 31 3 */7 - b\\n";
    String body = "{\"text\":\"" + never + "\"}";
    JsonNode check = json(daemon.api("POST", "/crontab/check", body));
    assertThat(check.path("warnings").findValuesAsText("message"))
        .containsOnly("never fires: zone Europe/Berlin skips all of its times");
    assertThat(check.path("jobs").get(0).path("next").isNull()).isTrue();
  }

  @Test
  void writesTheCrontabThatWasEdited() throws IOException {
    String etag = daemon.api("GET", "/crontab", "").headers().firstValue("ETag").orElseThrow();
    String body = "{\"text\":\"CRON_NAME = only\\n0 0 1 1 * - true\\n\"}";
    HttpResponse<String> written = daemon.api("PUT", "/crontab", body, "If-Match", etag);
    assertThat(written.statusCode()).isEqualTo(200);
    assertThat(Files.readString(daemon.crontab())).startsWith("CRON_NAME = only");
    await().until(() -> daemon.json("/jobs").findValuesAsText("id"), List.of("only")::equals);
    assertThat(daemon.api("PUT", "/crontab", body, "If-Match", etag).statusCode()).isEqualTo(412);
    // A quoted star is the tag of one text, not any text.
    assertThat(daemon.api("PUT", "/crontab", body, "If-Match", "\"*\"").statusCode())
        .isEqualTo(412);
  }

  @Test
  void refusesACrontabWithMistakesAsAWhole() throws IOException {
    String body = "{\"text\":\"* * * * * - ok\\n* 24 * * * - bad\\n\"}";
    HttpResponse<String> refused = daemon.api("PUT", "/crontab", body, "If-Match", "*");
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(json(refused).path("errors").get(0).path("line").asInt()).isEqualTo(2);
    assertThat(Files.readString(daemon.crontab())).isEqualTo(crontab());
  }

  @Test
  void wantsToKnowWhatWasEdited() throws IOException {
    assertThat(daemon.api("PUT", "/crontab", "{\"text\":\"\"}").statusCode()).isEqualTo(428);
    assertThat(daemon.api("PUT", "/crontab", "[]", "If-Match", "*").statusCode()).isEqualTo(400);
    assertThat(daemon.api("PUT", "/crontab", "", "If-Match", "*").statusCode()).isEqualTo(400);
    assertThat(daemon.api("POST", "/crontab/check", "").statusCode()).isEqualTo(400);
  }

  @Test
  void bringsBackAVersion() throws IOException {
    await().until(() -> daemon.json("/crontab/versions").size() > 0);
    String body = "{\"text\":\"CRON_NAME = only\\n0 0 1 1 * - true\\n\"}";
    daemon.api("PUT", "/crontab", body, "If-Match", "*");
    JsonNode versions =
        await()
            .until(
                () -> daemon.json("/crontab/versions"),
                found -> found.size() > 1 && found.get(0).path("lines").asInt() == 2);
    int number = versions.get(1).path("version").asInt();
    assertThat(daemon.json("/crontab/versions/" + number).path("text").asText())
        .isEqualTo(crontab());
    String restore = "/crontab/versions/" + number + "/restore";
    Files.writeString(daemon.crontab(), "0 0 1 1 * - is it complete");
    assertThat(daemon.api("POST", restore, "").statusCode()).isEqualTo(428);
    assertThat(daemon.api("POST", restore, "", "If-Match", "\"other\"").statusCode())
        .isEqualTo(412);
    assertThat(daemon.api("GET", "/crontab/versions", "").body())
        .as("what a refused request saved")
        .doesNotContain(Sha256.hex(Files.readAllBytes(daemon.crontab())));
    String digest = '"' + daemon.json("/crontab").path("digest").asText() + '"';
    assertThat(daemon.api("POST", restore, "", "If-Match", digest).statusCode()).isEqualTo(200);
    assertThat(Files.readString(daemon.crontab())).isEqualTo(crontab());
    assertThat(daemon.api("GET", "/crontab/versions/99", "").statusCode()).isEqualTo(404);
    assertThat(daemon.api("GET", "/crontab/versions/%D9%A1", "").statusCode()).isEqualTo(400);
  }
}
