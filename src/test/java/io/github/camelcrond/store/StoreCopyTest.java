// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.cli.StoreCommand;
import io.github.camelcrond.config.Settings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What one store holds comes to the other and back. */
class StoreCopyTest {
  @TempDir Path folder;
  private RedisServer server;

  @BeforeEach
  void startRedis() {
    server = RedisServer.start(folder);
  }

  @AfterEach
  void stopRedis() {
    server.close();
  }

  @Test
  void takesAllThereAndBack() {
    try (StoreContext file = open(folder, "file")) {
      file.send("store-crontab-write", StoreContract.saved("# a", 1));
      file.send("store-crontab-write", StoreContract.saved("# b", 2));
      file.send("store-routes-write", Map.of("a", "{\"id\":\"a\"}"));
      file.send("store-runs-write", List.of(Runs.end("a", 1), Runs.end("a", 2)));
      file.send("store-paused-add", "a", "");
      file.send("store-bodies-write", Map.of("a", "x"));
    }
    assertThat(copy(folder, "file", "redis"))
        .isEqualTo("0 copied from file to redis: versions=2 jobs=1 runs=2\n");
    assertThat(copy(folder.resolve("other"), "redis", "file"))
        .isEqualTo("0 copied from redis to file: versions=2 jobs=1 runs=2\n");
    try (StoreContext file = open(folder.resolve("other"), "file")) {
      assertThat(file.request("store-crontab-read", "", String.class))
          .isEqualTo(StoreContract.saved("# b", 2));
      assertThat(file.texts("store-versions-read", ""))
          .containsExactly(StoreContract.saved("# b", 2), StoreContract.saved("# a", 1));
      assertThat(file.textByJob("store-routes-read", "")).containsOnlyKeys("a");
      assertThat(file.runs("a")).isEqualTo(Runs.json(Runs.end("a", 2), Runs.end("a", 1)));
      assertThat(file.textByJob("store-last-read", List.of("a")))
          .containsEntry("a", Runs.at(2).toString());
      assertThat(file.texts("store-paused-read", "")).containsExactly("a");
      assertThat(file.textByJob("store-bodies-read", "")).containsEntry("a", "x");
    }
  }

  @Test
  void mixesNoTwoStoresUnlessAsked() {
    try (StoreContext redis = open(folder, "redis")) {
      redis.send("store-crontab-write", StoreContract.saved("# there", 1));
    }
    assertThat(copy(folder, "file", "redis"))
        .isEqualTo("1 camel-crond: store redis is not empty, use --force to add to it\n");
    assertThat(copy(folder, "file", "redis", "--force")).startsWith("0 ");
  }

  private String copy(Path folder, String... arguments) {
    StringWriter text = new StringWriter();
    CommandLine line = new CommandLine(new StoreCommand(() -> settings(folder), Clock.systemUTC()));
    line.setOut(new PrintWriter(text)).setErr(new PrintWriter(text));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    String[] all = Stream.concat(Stream.of("copy"), Stream.of(arguments)).toArray(String[]::new);
    return line.execute(all) + " " + text;
  }

  private StoreContext open(Path folder, String kind) {
    return StoreContext.open(settings(folder).with("crond.store", kind), Clock.systemUTC());
  }

  private Settings settings(Path folder) {
    return StoreFixture.settings(folder).with("crond.redis.url", server.url());
  }
}
