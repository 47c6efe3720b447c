// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.routes;

import io.github.camelcrond.config.DaemonEndpoints;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * The routes that the daemon relies on in route files that users may edit: those that its other
 * routes send to must exist, and those that lead from an alarm to a run's record must keep certain
 * steps.
 */
final class DaemonRoutes {
  private static final String CRON = "template cron";
  private static final String CRON_URI = "quartz:crontab/{{job-schedule}}";

  /** Required parts of each entry by name: a whole value of a key, or a call of a method. */
  private static final Map<String, List<String>> STEPS = new LinkedHashMap<>();

  static {
    STEPS.put(
        CRON,
        List.of(
            "job-schedule",
            "fire({{job-schedule}}, ${header.scheduledFireTime.toInstant})",
            "seda:job-run"));
    STEPS.put("direct:crontab-load-request", List.of("seda:crontab-load"));
    STEPS.put("seda:crontab-load", List.of("crontab-file", "read", "direct:crontab-new-text"));
    STEPS.put("direct:crontab-new-text", List.of("direct:crontab-apply", "retryAtNextLoad"));
    STEPS.put(
        "direct:crontab-apply",
        List.of("crontab-reader", "read", "replace", "cron-routes", "update"));
    STEPS.put("direct:daemon-start", List.of("direct:daemon-load"));
    STEPS.put("direct:daemon-load", List.of());
    STEPS.put("direct:daemon-recover", List.of());
    STEPS.put("direct:daemon-ready", List.of("direct:daemon-load"));
    STEPS.put(
        "seda:job-run",
        List.of("run", "begin", "direct:job-attempts", "end", "endEarly", "direct:run-finish"));
    STEPS.put("direct:run-finish", List.of("direct:run-record"));
    STEPS.put("direct:run-record", List.of("notePublished", "direct:store-runs-request"));
    STEPS.put("direct:job-attempts", List.of("run-has-attempt-left", "direct:job-attempt"));
    STEPS.put("direct:job-attempt", List.of("countAttempt", "direct:job-exec", "noteFailure"));
    STEPS.put("direct:job-exec", List.of("exec:job", "#job-binding", "#job-executor"));
  }

  private DaemonRoutes() {}

  /** The names of the entries among {@code items} that the daemon relies on. */
  static Set<String> in(List<YamlItem> items) {
    Set<String> names = new TreeSet<>();
    items.forEach(item -> name(item).ifPresent(names::add));
    return names;
  }

  /** Names of the entries that lead from a crontab's text to alarms. */
  static Set<String> alarms() {
    return Set.of(
        CRON,
        "direct:crontab-load-request",
        "seda:crontab-load",
        "direct:crontab-new-text",
        "direct:crontab-apply",
        "direct:daemon-start",
        "direct:daemon-load");
  }

  /** Names of the entries without which no job runs. */
  static Set<String> all() {
    return STEPS.keySet();
  }

  /** The name of {@code item} if the daemon relies on it. */
  static Optional<String> name(YamlItem item) {
    if (item.kind().equals("routeTemplate")) {
      return item.id().equals("cron") ? Optional.of(CRON) : Optional.empty();
    }
    return item.isRoute() && DaemonEndpoints.URIS.contains(item.uri())
        ? Optional.of(item.uri())
        : Optional.empty();
  }

  /** Whether {@code text}, which may be invalid YAML, seems to contain one of these routes. */
  static boolean mentionedIn(String text) {
    return DaemonEndpoints.URIS.stream().anyMatch(uri -> mentionedIn(text, uri));
  }

  static boolean mentionedIn(String text, String uri) {
    return text.contains("uri: " + uri + "\n");
  }

  /**
   * Rejects an entry that lacks a part that the daemon needs.
   *
   * @param uri the node of its endpoint, for the place of an error
   */
  static void check(String file, YamlItem item, Node value, Optional<Node> uri)
      throws RouteFileException {
    Optional<String> name = name(item);
    if (name.isEmpty() || !STEPS.containsKey(name.get())) {
      return;
    }
    if (name.get().equals(CRON) && !item.uri().equals(CRON_URI)) {
      throw RouteFileException.at(
          file, uri.orElse(value).getStartMark(), "template cron must begin with uri: " + CRON_URI);
    }
    for (String step : STEPS.get(name.get())) {
      if (scalars(value).noneMatch(s -> s.equals(step) || s.startsWith(step + "("))) {
        String what = item.id().isEmpty() ? item.uri() : item.kind() + " " + item.id();
        throw new RouteFileException(
            file + ":" + (item.from() + 1) + ":1",
            what + " lacks " + step + ", which every run requires; restore it");
      }
    }
  }

  private static Stream<String> scalars(Node node) {
    if (node instanceof ScalarNode scalar) {
      return Stream.of(scalar.getValue());
    }
    if (node instanceof SequenceNode list) {
      return list.getValue().stream().flatMap(DaemonRoutes::scalars);
    }
    if (node instanceof MappingNode mapping) {
      return mapping.getValue().stream().flatMap(tuple -> scalars(tuple.getValueNode()));
    }
    return Stream.empty();
  }
}
