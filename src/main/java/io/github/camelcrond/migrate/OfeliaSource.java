// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.migrate;

import io.github.camelcrond.crontab.CrontabText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Jobs of Ofelia: its ini file, labels one a line, or the labels in a compose file. */
final class OfeliaSource {
  private static final Pattern SECTION = Pattern.compile("\\[\\s*([\\w-]+)(?:\\s+\"(.*)\")?\\s*]");
  private static final Pattern ENTRY = Pattern.compile("([\\w-]+)\\s*=\\s*(.*)");
  private static final Pattern LABEL =
      Pattern.compile("ofelia\\.(job-[a-z-]+)\\.([^.=\\s]+)\\.([\\w-]+)");
  private static final Pattern LABEL_LINE =
      Pattern.compile(
          "(?:-l\\s+|--label[ =]|LABEL\\s+|-\\s+)?[\"']?(ofelia\\.[^=:\\s\"']+)[\"']?\\s*[=:]\\s*(.*?)\\s*\\\\?");

  private final ImportedFile file;
  private final Map<String, Section> sections = new LinkedHashMap<>();

  /** A job and its options; an option can be given several times. */
  private record Section(
      String type, String name, int line, String container, Map<String, List<String>> options) {
    Optional<String> get(String key) {
      List<String> all = options.getOrDefault(key, List.of());
      return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    boolean is(String key) {
      return get(key).filter("true"::equalsIgnoreCase).isPresent();
    }

    void add(String key, List<String> values) {
      options.computeIfAbsent(key, k -> new ArrayList<>()).addAll(values);
    }
  }

  private OfeliaSource(ImportedFile file) {
    this.file = file;
  }

  /** Reads an ini file in the dialect of git-config, which Ofelia uses by way of gcfg. */
  static void ini(ImportedFile file, String text) {
    OfeliaSource source = new OfeliaSource(file);
    Optional<Section> section = Optional.empty();
    int number = 0;
    for (String line : text.lines().map(String::strip).toList()) {
      number++;
      Matcher head = SECTION.matcher(line);
      Matcher entry = ENTRY.matcher(line);
      if (line.isEmpty() || line.startsWith("#") || line.startsWith(";")) {
        continue;
      }
      if (head.matches()) {
        String name = Optional.ofNullable(head.group(2)).orElse("");
        section = Optional.of(source.section(head.group(1), name, number, ""));
      } else if (entry.matches() && section.isPresent()) {
        section.get().add(entry.group(1), List.of(unquoted(entry.group(2))));
      } else {
        file.fault(number, "not a [section] and not key = value");
      }
    }
    source.finish();
  }

  /**
   * Reads labels: one on each line, as in {@code docker run --label}, or those of the services in a
   * compose file.
   */
  static void labels(ImportedFile file, String text) {
    OfeliaSource source = new OfeliaSource(file);
    if (Pattern.compile("(?m)^services\\s*:").matcher(text).find()) {
      for (YamlNode document : YamlNode.documents(file, text)) {
        document.get("services").entries().forEach(source::service);
      }
    } else {
      int number = 0;
      for (String line : text.lines().map(String::strip).toList()) {
        number++;
        Matcher label = LABEL_LINE.matcher(line);
        if (label.matches()) {
          source.label(number, "", label.group(1), unquoted(label.group(2)));
        } else if (!line.isEmpty() && !line.startsWith("#") && line.contains("ofelia.job")) {
          file.fault(number, "not a label ofelia.job-exec.NAME.OPTION=VALUE");
        }
      }
    }
    source.finish();
  }

  private void service(String name, YamlNode service) {
    String container = service.get("container_name").text().orElse(name);
    YamlNode labels = service.get("labels");
    labels
        .entries()
        .forEach(
            (key, value) -> label(value.line(), container, key, compose(value.text().orElse(""))));
    for (YamlNode item : labels.items()) {
      String[] parts = item.text().orElse("").split("=", 2);
      if (parts.length == 2) {
        label(item.line(), container, parts[0], compose(parts[1]));
      }
    }
  }

  private static String compose(String value) {
    return value.replace("$$", "$");
  }

  private void label(int line, String container, String key, String value) {
    Matcher parts = LABEL.matcher(key);
    if (!parts.matches()) {
      return;
    }
    List<String> values =
        value.startsWith("[\"") && value.endsWith("]")
            ? YamlNode.documents(file, value).stream().flatMap(d -> d.texts().stream()).toList()
            : List.of(value);
    section(parts.group(1), parts.group(2), line, container).add(parts.group(3), values);
  }

  private Section section(String type, String name, int line, String container) {
    return sections.computeIfAbsent(
        type + ' ' + name + ' ' + container,
        key -> new Section(type, name, line, container, new LinkedHashMap<>()));
  }

  private static String unquoted(String value) {
    boolean quoted =
        value.length() > 1
            && value.charAt(0) == value.charAt(value.length() - 1)
            && (value.charAt(0) == '"' || value.charAt(0) == '\'')
            && value.indexOf(value.charAt(0), 1) == value.length() - 1;
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  private void finish() {
    if (sections.isEmpty() && file.faults().isEmpty()) {
      file.fault(1, "no job of Ofelia found, use job-exec, job-run or job-local");
    }
    for (Section section : sections.values()) {
      if (!section.type.startsWith("job-")) {
        file.comment("[" + section.type + "] is not carried over; see routes for failures");
      } else if (section.get("schedule").isEmpty()) {
        file.fault(section.line, section.type + " " + section.name + " has no schedule");
      } else {
        file.job(job(section));
      }
    }
  }

  private JobDraft job(Section section) {
    JobDraft job = new JobDraft(section.line).named(section.name).at(section.get("schedule").get());
    if (section.is("no-overlap")) {
      job.set("CRON_OVERLAP", "skip");
    }
    List<String> command = ShellWords.split(section.get("command").orElse(""));
    List<String> words =
        switch (section.type) {
          case "job-local" -> command;
          case "job-exec" -> exec(job, section, command);
          case "job-run" -> run(job, section, command);
          default -> {
            job.deactivate(section.type + " starts a service of a swarm, which has no counterpart");
            yield command;
          }
        };
    String folder = section.type.equals("job-local") ? section.get("dir").orElse("") : "";
    String prefix = folder.isEmpty() ? "" : "cd " + ShellWords.quoted(folder) + " && ";
    if (words.isEmpty()) {
      job.deactivate("the command is missing");
    }
    job.runs(CrontabText.escaped(prefix + ShellWords.join(words)));
    if (section.type.equals("job-local")) {
      for (String variable : environment(section)) {
        String[] parts = variable.split("=", 2);
        job.variable(parts[0], parts.length == 2 ? parts[1] : "");
      }
    }
    return job;
  }

  private static List<String> environment(Section section) {
    List<String> all = new ArrayList<>(section.options.getOrDefault("environment", List.of()));
    all.addAll(section.options.getOrDefault("env", List.of()));
    return all;
  }

  private List<String> exec(JobDraft job, Section section, List<String> command) {
    docker();
    List<String> words = new ArrayList<>(List.of("docker", "exec"));
    section.get("user").ifPresent(user -> words.addAll(List.of("-u", user)));
    environment(section).forEach(variable -> words.addAll(List.of("-e", variable)));
    String container = section.get("container").orElse(section.container);
    if (container.isEmpty()) {
      job.deactivate("the labels do not say of which container they are; write it for CONTAINER");
    }
    words.add(container.isEmpty() ? "CONTAINER" : container);
    words.addAll(command);
    return words;
  }

  private List<String> run(JobDraft job, Section section, List<String> command) {
    docker();
    Optional<String> image = section.get("image");
    if (image.isEmpty()) {
      if (section.get("container").isEmpty()) {
        job.deactivate("neither image nor container is given");
      }
      return List.of("docker", "start", "-a", section.get("container").orElse("CONTAINER"));
    }
    List<String> words = new ArrayList<>(List.of("docker", "run"));
    if (!section.get("delete").orElse("true").equalsIgnoreCase("false")) {
      words.add("--rm");
    }
    section.get("user").ifPresent(user -> words.addAll(List.of("-u", user)));
    section.get("network").ifPresent(network -> words.addAll(List.of("--network", network)));
    section
        .options
        .getOrDefault("volume", List.of())
        .forEach(volume -> words.addAll(List.of("-v", volume)));
    environment(section).forEach(variable -> words.addAll(List.of("-e", variable)));
    words.add(image.get());
    words.addAll(command);
    return words;
  }

  private void docker() {
    file.commentOnce("docker needs the Docker client in this container, and its socket");
  }
}
