// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.config.Json;
import io.github.camelcrond.config.JsonException;
import io.github.camelcrond.config.JsonValue;
import io.github.camelcrond.config.Sha256;
import io.github.camelcrond.crontab.Crontab;
import io.github.camelcrond.crontab.CrontabFiles;
import io.github.camelcrond.crontab.CrontabJson;
import io.github.camelcrond.crontab.CrontabParts;
import io.github.camelcrond.crontab.CrontabReader;
import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.crontab.JobJson;
import io.github.camelcrond.crontab.Problem;
import io.github.camelcrond.job.CrontabLoad;
import io.github.camelcrond.store.SavedCrontab;
import io.github.camelcrond.store.WritableCrontab;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;

/** The responses of {@code /api/crontab}: reading, checking, writing and restoring the crontab. */
public final class CrontabApi {
  private static final int INSTANTS = 3;

  private final WritableCrontab files;
  private final CrontabReader reader;
  private final CrontabLoad load;
  private final CrontabFiles inForce;
  private final String host;
  private final Clock clock;

  /**
   * @param files the files of the crontab
   * @param reader checks texts
   * @param load has the errors of the crontab in force
   * @param host the name under which versions are saved
   */
  public CrontabApi(
      WritableCrontab files,
      CrontabReader reader,
      CrontabLoad load,
      CrontabFiles inForce,
      String host,
      Clock clock) {
    this.files = files;
    this.reader = reader;
    this.load = load;
    this.inForce = inForce;
    this.host = host;
    this.clock = clock;
  }

  /** The text of the file, the errors of the crontab in force, and the digest as ETag. */
  @CalledByRoute
  public String show(Exchange exchange) {
    byte[] bytes = bytes();
    Crontab crontab = load.crontab();
    Map<String, Object> answer = new LinkedHashMap<>();
    Map<String, Integer> rows = CrontabParts.rows(bytes);
    answer.put("errors", facts(crontab.errors(), rows));
    answer.put("warnings", facts(crontab.warnings(), rows));
    answer.put("file", files.name());
    answer.put("exists", files.exists());
    answer.put("text", new String(bytes, StandardCharsets.UTF_8));
    answer.put("digest", Sha256.hex(bytes));
    answer.put("in-force", inForce.digest());
    answer.put("loaded", load.loadedAt().orElse(null));
    tag(exchange, Sha256.hex(bytes));
    return Json.text(answer);
  }

  private byte[] bytes() {
    try {
      return files.read();
    } catch (IOException e) {
      throw new ApiProblem(503, files.name() + " cannot be read: " + e.getClass().getSimpleName());
    }
  }

  private static void tag(Exchange exchange, String digest) {
    exchange.getMessage().setHeader("ETag", '"' + digest + '"');
  }

  /**
   * Checks the text in {@code body}, as {@code check --json} does, with the next three instants.
   */
  @CalledByRoute
  public String check(@Body String body) {
    byte[] text = text(body);
    return Json.text(checked(reader.check(text), text));
  }

  private Map<String, Object> checked(Crontab crontab, byte[] text) {
    Instant now = clock.instant();
    Map<String, Integer> rows = CrontabParts.rows(text);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("jobs", crontab.jobs().stream().map(job -> facts(job, now, rows)).toList());
    answer.put("errors", facts(crontab.errors(), rows));
    answer.put("warnings", facts(crontab.warnings(), rows));
    return answer;
  }

  private static Map<String, Object> facts(Job job, Instant now, Map<String, Integer> rows) {
    Map<String, Object> facts = JobJson.facts(job, now);
    facts.put("instants", instants(job, now));
    return withRow(facts, job.file(), job.line(), rows);
  }

  private static List<Map<String, Object>> facts(
      List<Problem> problems, Map<String, Integer> rows) {
    return problems.stream()
        .map(problem -> withRow(CrontabJson.facts(problem), problem.file(), problem.line(), rows))
        .toList();
  }

  /** Adds the line number in the joined text to a problem of one of several files. */
  private static Map<String, Object> withRow(
      Map<String, Object> facts, String file, int line, Map<String, Integer> rows) {
    if (rows.containsKey(file)) {
      facts.put("row", rows.get(file) + line);
    }
    return facts;
  }

  private static List<String> instants(Job job, Instant now) {
    List<String> instants = new ArrayList<>();
    Optional<Instant> next = job.schedule().next(now);
    for (int i = 0; i < INSTANTS && next.isPresent(); i++) {
      instants.add(job.schedule().format(next.get()));
      next = job.schedule().next(next.get());
    }
    return instants;
  }

  private static byte[] text(String body) {
    try {
      JsonValue text = Json.read(body == null ? "" : body).get("text");
      if (text.isText()) {
        return text.text().getBytes(StandardCharsets.UTF_8);
      }
    } catch (JsonException e) {
      // Said below.
    }
    throw new ApiProblem(400, "the body is not a JSON object with the crontab in the key text");
  }

  /**
   * Writes the text in {@code body}, if the crontab still has the digest in If-Match and no line of
   * the text is wrong. Files that the text does not mention stay as they are.
   */
  @CalledByRoute
  public synchronized String write(@Body String body, Exchange exchange) {
    byte[] text = text(body);
    requireUnchanged(exchange);
    List<String> foreign = files.foreign(text);
    if (!foreign.isEmpty()) {
      throw new ApiProblem(
          422,
          String.join(", ", foreign)
              + " is not in crond.crontab.file = "
              + files.name()
              + ", the crontab is unchanged");
    }
    Crontab crontab = reader.check(text);
    if (!crontab.errors().isEmpty()) {
      throw new ApiProblem(
          422,
          wrong(crontab.errors().size()) + ", the crontab is unchanged",
          Map.of(
              "errors", facts(crontab.errors(), CrontabParts.rows(text)),
              "warnings", facts(crontab.warnings(), CrontabParts.rows(text))));
    }
    return put(text, crontab, exchange);
  }

  private static String wrong(int lines) {
    return lines == 1 ? "1 line is wrong" : lines + " lines are wrong";
  }

  /**
   * Returns if the file still has the digest in If-Match.
   *
   * @throws ApiProblem otherwise
   */
  @CalledByRoute
  public void requireUnchanged(Exchange exchange) {
    String ifMatch =
        Parameters.text(exchange, "If-Match")
            .orElseThrow(
                () -> new ApiProblem(428, "send If-Match with the ETag of the crontab to replace"));
    String digest = Sha256.hex(bytes());
    boolean matches =
        ifMatch.equals("*")
            || Stream.of(ifMatch.split(","))
                .map(tag -> tag.strip().replaceFirst("^W/", "").replace("\"", ""))
                .anyMatch(digest::equals);
    if (!matches) {
      throw new ApiProblem(
          412, "the crontab has changed since it was read", Map.of("digest", digest));
    }
  }

  private String put(byte[] text, Crontab crontab, Exchange exchange) {
    if (!files.write(text)) {
      throw new ApiProblem(
          409, files.name() + " is not writable: it is read-only or belongs to another user");
    }
    Map<String, Object> answer = checked(crontab, text);
    // Files that the text does not mention have stayed.
    String digest = Sha256.hex(bytes());
    answer.put("digest", digest);
    tag(exchange, digest);
    return Json.text(answer);
  }

  /** The stored versions without their texts, newest first, numbered from 1. */
  @CalledByRoute
  public String listVersions(@Body List<String> stored) {
    return Json.text(CrontabVersions.list(stored));
  }

  /** One stored version with its text. */
  @CalledByRoute
  public String showVersion(@Header("version") String number, @Body List<String> stored) {
    return Json.text(CrontabVersions.one(stored, number));
  }

  /** The file as a version to be stored, JSON; empty if the file is blank or already stored. */
  @CalledByRoute
  public String versionToSave(@Body List<String> stored) {
    SavedCrontab now = SavedCrontab.of(bytes(), clock.instant(), host);
    boolean saved =
        stored.stream()
            .flatMap(json -> SavedCrontab.parse(json).stream())
            .anyMatch(version -> version.digest().equals(now.digest()));
    return saved || now.blank() ? "" : now.json();
  }

  /**
   * Writes a stored version if the file still has the digest in If-Match. Invalid lines of the
   * version are written, but not put in force.
   */
  @CalledByRoute
  public synchronized String restore(
      @Header("version") String number, @Body List<String> stored, Exchange exchange) {
    requireUnchanged(exchange);
    byte[] text = CrontabVersions.bytes(stored, number);
    return put(text, reader.check(text), exchange);
  }
}
