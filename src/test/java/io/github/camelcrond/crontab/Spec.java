// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelcrond.config.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Reads the tables of src/test/resources/spec/crontab, and crontabs with fixed circumstances. */
final class Spec {
  static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");
  static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  static final ReaderOptions OPTIONS =
      new ReaderOptions(
          CrontabFormat.SYSTEM,
          BERLIN,
          new EndpointRule(
              EndpointRule.DEFAULT.schemes(),
              Set.of("seda:job-run", "direct:run-record", "direct:crontab-load"),
              Map.of()),
          UserRule.ANY);

  private static final ObjectMapper JSON = new ObjectMapper();

  private Spec() {}

  static Crontab read(String text) {
    return new CrontabReader(OPTIONS, CLOCK).read(text);
  }

  static Crontab check(String text) {
    return new CrontabReader(OPTIONS, CLOCK).check(text.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] file(String name) {
    try (InputStream in = Spec.class.getResourceAsStream("/spec/crontab/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Rows of a table whose columns are separated by tabs; without its header. */
  static Stream<String[]> rows(String name) {
    String text = new String(file(name), StandardCharsets.UTF_8);
    return text.lines().skip(1).map(line -> line.split("\t", -1));
  }

  /** The string that a JSON text holds; null if it holds null. */
  static String json(String text) {
    try {
      return text.isEmpty() ? null : JSON.readValue(text, String.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A text in which {@code \n \r \t \s \0} stand for themselves. */
  static String unescaped(String text) {
    return text.replace("\\n", "\n")
        .replace("\\r", "\r")
        .replace("\\t", "\t")
        .replace("\\s", " ")
        .replace("\\0", "\0");
  }

  /** Errors and warnings as check prints them, without the file's name. */
  static List<String> problems(Crontab crontab) {
    List<String> all = new ArrayList<>();
    crontab.errors().forEach(p -> all.add(p.line() + ":" + p.column() + ": " + p.message()));
    crontab
        .warnings()
        .forEach(p -> all.add(p.line() + ":" + p.column() + ": warning: " + p.message()));
    return all;
  }

  /** All that was read, a line for each job and problem. */
  static String dump(Crontab crontab) {
    StringBuilder text = new StringBuilder();
    crontab.jobs().forEach(job -> text.append(Json.text(JobJson.facts(job, NOW))).append('\n'));
    problems(crontab).forEach(problem -> text.append(problem).append('\n'));
    return text.toString();
  }
}
