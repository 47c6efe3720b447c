// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.migrate;

import io.github.camelcrond.crontab.CrontabText;
import java.util.List;
import java.util.Optional;

/** The configuration of yacron: jobs, and defaults for them. */
final class YacronSource {
  private static final int MOST_RETRIES = 100;
  private static final List<String> REPORTS =
      List.of("onFailure", "onPermanentFailure", "onSuccess");

  private final ImportedFile file;
  private final YamlNode defaults;

  private YacronSource(ImportedFile file, YamlNode defaults) {
    this.file = file;
    this.defaults = defaults;
  }

  static void read(ImportedFile file, String text) {
    for (YamlNode document : YamlNode.documents(file, text)) {
      for (String key : List.of("include", "web", "logging")) {
        if (document.get(key).isPresent()) {
          file.comment(key + " is not carried over");
        }
      }
      YacronSource source = new YacronSource(file, document.get("defaults"));
      document.get("jobs").items().forEach(source::job);
      if (!document.get("jobs").isPresent() && !document.get("include").isPresent()) {
        file.fault(document.line(), "not a yacron configuration, its jobs are missing");
      }
    }
  }

  private void job(YamlNode node) {
    Optional<String> schedule = schedule(node.get("schedule"));
    YamlNode command = node.get("command");
    if (schedule.isEmpty() || !command.isPresent()) {
      file.fault(node.line(), "the job has no " + (schedule.isEmpty() ? "schedule" : "command"));
      return;
    }
    JobDraft job =
        new JobDraft(node.line()).named(node.get("name").text().orElse("")).at(schedule.get());
    zone(job, node);
    String text = command.text().map(String::strip).orElse(ShellWords.join(command.texts()));
    shell(job, node, command.text().isPresent(), text);
    option(node, "user").text().ifPresent(user -> user(job, user));
    if (option(node, "group").isPresent()) {
      job.note("group is not carried over, the user's own groups are used");
    }
    if (node.get("enabled").is("false")) {
      job.deactivate("disabled; remove the # to enable it");
    }
    KubernetesSource.overlap(job, option(node, "concurrencyPolicy").text().orElse("Allow"));
    KubernetesSource.seconds(job, "CRON_TIMEOUT", option(node, "executionTimeout"));
    KubernetesSource.seconds(job, "CRON_KILL_AFTER", option(node, "killTimeout"));
    retries(job, option(node, "onFailure").get("retry"));
    environment(job, defaults.get("environment"));
    environment(job, node.get("environment"));
    if (option(node, "env_file").isPresent()) {
      job.note("env_file is not carried over");
    }
    for (String key : REPORTS) {
      if (option(node, key).get("report").isPresent()) {
        job.note(key + ".report is not carried over; a route can report the end of a run");
      }
    }
    file.job(job);
  }

  private YamlNode option(YamlNode job, String key) {
    return job.get(key).isPresent() ? job.get(key) : defaults.get(key);
  }

  /**
   * The schedule. With six fields, yacron reads the last as the year; with seven, it also reads the
   * first as the second.
   */
  private static Optional<String> schedule(YamlNode node) {
    if (node.text().isPresent()) {
      String text = node.text().get().strip();
      return Optional.of(text.split("\\s+").length == 6 ? "0 " + text : text);
    }
    if (node.entries().isEmpty()) {
      return Optional.empty();
    }
    StringBuilder fields = new StringBuilder();
    boolean more = node.get("second").isPresent() || node.get("year").isPresent();
    if (more) {
      fields.append(node.get("second").text().orElse("0")).append(' ');
    }
    for (String key : List.of("minute", "hour", "dayOfMonth", "month", "dayOfWeek")) {
      fields.append(node.get(key).text().orElse("*")).append(' ');
    }
    return Optional.of(fields + (more ? node.get("year").text().orElse("*") : ""));
  }

  private void zone(JobDraft job, YamlNode node) {
    Optional<String> zone = option(node, "timezone").text();
    if (zone.isPresent()) {
      job.set("CRON_TZ", zone.get());
    } else if (!option(node, "utc").is("false")) {
      job.set("CRON_TZ", "UTC");
    }
  }

  private void shell(JobDraft job, YamlNode node, boolean isText, String text) {
    String shell = option(node, "shell").text().orElse("/bin/sh");
    boolean own = isText && !shell.equals("/bin/sh");
    if (own && shell.startsWith("/") && text.indexOf('\n') < 0) {
      job.set("SHELL", shell);
      job.runs(CrontabText.escaped(text));
    } else if (own || text.indexOf('\n') >= 0) {
      job.runs(CrontabText.escaped(shell + " -c " + ShellWords.quoted(text)));
    } else {
      job.runs(CrontabText.escaped(text));
    }
  }

  private static void user(JobDraft job, String user) {
    if (user.matches("\\d+")) {
      job.note("user " + user + " is a number, write the name of the user");
    } else {
      job.as(user);
    }
  }

  private static void retries(JobDraft job, YamlNode retry) {
    Optional<String> most = retry.get("maximumRetries").text();
    if (most.isEmpty() || most.get().equals("0")) {
      return;
    }
    if (most.get().equals("-1")) {
      job.note("it was retried without limit");
    }
    job.set("CRON_RETRIES", most.get().equals("-1") ? String.valueOf(MOST_RETRIES) : most.get());
    KubernetesSource.seconds(job, "CRON_RETRY_DELAY", retry.get("initialDelay"));
  }

  private static void environment(JobDraft job, YamlNode list) {
    for (YamlNode variable : list.items()) {
      job.variable(variable.get("key").text().orElse(""), variable.get("value").text().orElse(""));
    }
  }
}
