// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.migrate;

import io.github.camelcrond.config.Durations;
import io.github.camelcrond.crontab.CrontabText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** CronJob objects of Kubernetes, single or in a List. */
final class KubernetesSource {
  private static final Pattern REFERENCE =
      Pattern.compile("\\$\\$\\(|\\$\\(([A-Za-z_][A-Za-z0-9_]*)\\)");
  private static final Set<String> SHELLS = Set.of("sh", "/bin/sh");

  /** Fields of a container that a line cannot express, in the order of the notes. */
  private static final List<String> OF_CONTAINER =
      List.of("envFrom", "volumeMounts", "resources", "securityContext");

  private final ImportedFile file;

  private KubernetesSource(ImportedFile file) {
    this.file = file;
  }

  static void read(ImportedFile file, String text) {
    KubernetesSource source = new KubernetesSource(file);
    YamlNode.documents(file, text).forEach(document -> source.object(document, true));
  }

  /**
   * @param outer whether the object may be a List; nested Lists could be endless
   */
  private void object(YamlNode object, boolean outer) {
    Optional<String> kind = object.get("kind").text();
    if (outer && kind.filter("List"::equals).isPresent()) {
      object.get("items").items().forEach(item -> object(item, false));
    } else if (kind.isEmpty()) {
      file.fault(object.line(), "not a Kubernetes object, its kind is missing");
    } else if (kind.get().equals("CronJob")) {
      job(object);
    } else {
      String name = object.at("metadata", "name").text().orElse("without a name");
      file.comment("left out: " + kind.get() + " " + name + " is not a CronJob");
    }
  }

  private void job(YamlNode object) {
    YamlNode spec = object.get("spec");
    Optional<String> schedule = spec.get("schedule").text();
    if (schedule.isEmpty()) {
      file.fault(object.line(), "the CronJob has no spec.schedule");
      return;
    }
    JobDraft job =
        new JobDraft(spec.get("schedule").line())
            .named(object.at("metadata", "name").text().orElse(""))
            .at(schedule.get());
    Optional<String> zone = spec.get("timeZone").text();
    zone.ifPresent(id -> job.set("CRON_TZ", id));
    if (zone.isEmpty() && !schedule.get().contains("TZ=")) {
      file.commentOnce(
          "without timeZone, Kubernetes uses the zone of its controller, usually UTC; here it is"
              + " that of the daemon");
    }
    if (spec.get("suspend").is("true")) {
      job.deactivate("suspended; remove the # to resume");
    }
    overlap(job, spec.get("concurrencyPolicy").text().orElse("Allow"));
    seconds(job, "CRON_CATCH_UP", spec.get("startingDeadlineSeconds"));
    YamlNode jobSpec = spec.at("jobTemplate", "spec");
    jobSpec.get("backoffLimit").text().ifPresent(limit -> job.set("CRON_RETRIES", limit));
    seconds(job, "CRON_TIMEOUT", jobSpec.get("activeDeadlineSeconds"));
    jobSpec
        .get("parallelism")
        .text()
        .filter(count -> !count.equals("1"))
        .ifPresent(count -> job.note("parallelism " + count + ": one process is started"));
    pod(job, jobSpec.at("template", "spec"));
    file.job(job);
  }

  static void overlap(JobDraft job, String policy) {
    switch (policy) {
      case "Forbid" -> job.set("CRON_OVERLAP", "skip");
      case "Replace" -> job.set("CRON_OVERLAP", "replace");
      case "Allow" -> {}
      default -> job.note("concurrencyPolicy " + policy + " is not known");
    }
  }

  /** Sets a variable to a number of seconds, rounded up. */
  static void seconds(JobDraft job, String variable, YamlNode node) {
    Optional<String> text = node.text();
    if (text.isEmpty()) {
      return;
    }
    if (!text.get().matches("\\d{1,9}(\\.\\d+)?") || Double.parseDouble(text.get()) == 0) {
      job.note(text.get() + " seconds cannot be the value of " + variable);
      return;
    }
    long whole = (long) Math.ceil(Double.parseDouble(text.get()));
    job.set(variable, Durations.format(Duration.ofSeconds(whole)));
  }

  private void pod(JobDraft job, YamlNode pod) {
    List<YamlNode> containers = pod.get("containers").items();
    if (containers.isEmpty()) {
      job.deactivate("the pod has no container");
      return;
    }
    YamlNode container = containers.get(0);
    if (containers.size() > 1) {
      job.note("only the first of " + containers.size() + " containers was taken");
    }
    if (pod.get("initContainers").isPresent()) {
      job.note("initContainers do not run here");
    }
    container.get("image").text().ifPresent(image -> job.note("ran in image " + image));
    for (String key : OF_CONTAINER) {
      if (container.get(key).isPresent()) {
        job.note(key + " is not carried over");
      }
    }
    Map<String, Optional<String>> environment = environment(job, container.get("env"));
    List<String> words = new ArrayList<>(container.get("command").texts());
    if (words.isEmpty()) {
      job.deactivate("the command is that of the image; write it in front of the arguments");
      words.add("IMAGE-COMMAND");
    }
    words.addAll(container.get("args").texts());
    Optional<String> folder = container.get("workingDir").text();
    String command = command(words, environment, folder.isEmpty());
    String prefix = folder.map(f -> "cd " + ShellWords.quoted(f) + " && ").orElse("");
    job.runs(CrontabText.escaped(prefix + command));
  }

  private static Map<String, Optional<String>> environment(JobDraft job, YamlNode list) {
    Map<String, Optional<String>> known = new LinkedHashMap<>();
    for (YamlNode variable : list.items()) {
      String name = variable.get("name").text().orElse("");
      if (variable.get("valueFrom").isPresent()) {
        known.put(name, Optional.empty());
        job.note(name + " came from a reference; set it in the environment of the daemon");
        continue;
      }
      String value = resolved(variable.get("value").text().orElse(""), known);
      known.put(name, Optional.of(value));
      job.variable(name, value);
    }
    return known;
  }

  /**
   * {@code text} with its references to variables replaced: by their values, or by references for
   * the shell.
   */
  private static String resolved(String text, Map<String, Optional<String>> known) {
    return REFERENCE
        .matcher(text)
        .replaceAll(
            found -> {
              String name = found.group(1);
              if (name == null) {
                return Matcher.quoteReplacement("$(");
              }
              String value =
                  known.containsKey(name)
                      ? known.get(name).orElse("${" + name + "}")
                      : found.group();
              return Matcher.quoteReplacement(value);
            });
  }

  private static String command(
      List<String> words, Map<String, Optional<String>> environment, boolean bare) {
    boolean script =
        bare
            && words.size() == 3
            && SHELLS.contains(words.get(0))
            && words.get(1).equals("-c")
            && words.get(2).strip().indexOf('\n') < 0
            && !words.get(2).isBlank();
    if (script) {
      return resolved(words.get(2).strip(), environment);
    }
    List<String> quoted = new ArrayList<>();
    words.forEach(word -> quoted.add(quoted(resolved(word, environment), environment)));
    return String.join(" ", quoted);
  }

  /** {@code word} quoted for sh, which expands variables with values from elsewhere. */
  private static String quoted(String word, Map<String, Optional<String>> environment) {
    List<String> elsewhere =
        environment.keySet().stream().filter(name -> environment.get(name).isEmpty()).toList();
    StringBuilder quoted = new StringBuilder();
    int from = 0;
    for (int at = word.indexOf("${"); at >= 0; at = word.indexOf("${", at + 1)) {
      int end = word.indexOf('}', at);
      if (end > 0 && elsewhere.contains(word.substring(at + 2, end))) {
        quoted.append(from == at ? "" : ShellWords.quoted(word.substring(from, at)));
        quoted.append('"').append(word, at, end + 1).append('"');
        from = end + 1;
      }
    }
    boolean rest = from < word.length() || word.isEmpty();
    return rest ? quoted + ShellWords.quoted(word.substring(from)) : quoted.toString();
  }
}
