// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A crontab of several files through the API, as the editor of the dashboard uses it. */
class SeveralFilesApiTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MARK = "# camel-crond: file ";

  @TempDir private Path home;
  private Path main;
  private Path other;
  private RunningDaemon daemon;

  @BeforeEach
  void start() throws Exception {
    main = home.resolve("crontab");
    other = Files.createDirectory(home.resolve("cron.d")).resolve("other");
    Files.writeString(other, "# a comment\n@daily - b\n");
    daemon =
        RunningDaemon.start(
            home, "@daily - a\n", "CROND_CRONTAB_FILE=" + main + ":" + other.getParent() + "/");
  }

  @AfterEach
  void stop() {
    daemon.close();
  }

  private HttpResponse<String> send(String method, String path, String text) throws IOException {
    String body = JSON.writeValueAsString(Map.of("text", text));
    String digest = daemon.json("/crontab").get("digest").asText();
    return daemon.api(method, path, body, "If-Match", '"' + digest + '"');
  }

  private String text() throws IOException {
    return daemon.json("/crontab").get("text").asText();
  }

  @Test
  void showsAllFilesAsOneText() throws IOException {
    JsonNode crontab = daemon.json("/crontab");

    assertThat(crontab.get("file").asText()).isEqualTo(main + ":" + other.getParent() + "/");
    assertThat(crontab.get("text").asText())
        .isEqualTo(MARK + main + "\n@daily - a\n" + MARK + other + "\n# a comment\n@daily - b\n");
    assertThat(crontab.get("in-force")).isEqualTo(crontab.get("digest"));
    assertThat(daemon.json("/jobs").get(1).get("file").asText()).isEqualTo(other.toString());
    assertThat(daemon.json("/jobs").get(1).get("line").asInt()).isEqualTo(2);
  }

  @Test
  void aCheckNamesTheFileOfALineAndItsPlaceInTheText() throws IOException {
    JsonNode checked =
        JSON.readTree(send("POST", "/crontab/check", text() + "99 * * * * - x\n").body());

    JsonNode error = checked.get("errors").get(0);
    assertThat(error.get("file").asText()).isEqualTo(other.toString());
    assertThat(error.get("line").asInt()).isEqualTo(3);
    assertThat(error.get("row").asInt()).isEqualTo(6);
    assertThat(checked.get("jobs").get(1).get("row").asInt()).isEqualTo(5);
  }

  @Test
  void writesTheFilesOfTheTextAndLeavesTheOthersAlone() throws IOException {
    Path added = other.resolveSibling("added");

    HttpResponse<String> answer =
        send("PUT", "/crontab", MARK + main + "\n@hourly - a\n" + MARK + added + "\n@daily - c\n");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(main).hasContent("@hourly - a\n");
    assertThat(added).hasContent("@daily - c\n");
    assertThat(other).hasContent("# a comment\n@daily - b\n");
    assertThat(JSON.readTree(answer.body()).get("digest"))
        .isEqualTo(daemon.json("/crontab").get("digest"));
    await().until(() -> daemon.json("/jobs").size() == 3);
  }

  @Test
  void aTextWithoutFilesIsThatOfTheFirst() throws IOException {
    assertThat(send("PUT", "/crontab", "@hourly - a\n").statusCode()).isEqualTo(200);

    assertThat(main).hasContent("@hourly - a\n");
    assertThat(other).hasContent("# a comment\n@daily - b\n");
  }

  @Test
  void aFileThatTheSettingsDoNotNameIsNotWritten() throws IOException {
    Path foreign = home.resolve("foreign");

    HttpResponse<String> answer =
        send("PUT", "/crontab", MARK + main + "\n# none\n" + MARK + foreign + "\n@daily - x\n");

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.body()).contains(foreign + " is not in crond.crontab.file");
    assertThat(foreign).doesNotExist();
    assertThat(main).hasContent("@daily - a\n");
  }

  @Test
  void anEarlierVersionRestoresAllFiles() throws IOException {
    await().until(() -> daemon.json("/crontab/versions").size() == 1);
    String before = text();
    send("PUT", "/crontab", MARK + main + "\n@hourly - a\n" + MARK + other + "\n@hourly - b\n");
    await().until(() -> daemon.json("/crontab/versions").size() == 2);

    assertThat(send("POST", "/crontab/versions/2/restore", "").statusCode()).isEqualTo(200);

    assertThat(text()).isEqualTo(before);
    assertThat(other).hasContent("# a comment\n@daily - b\n");
  }
}
