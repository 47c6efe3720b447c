// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.routes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * The text of a route file and its entries.
 *
 * @param file named in messages
 */
record RouteText(String file, String text, List<YamlItem> items) {

  /**
   * Reads {@code text}.
   *
   * @throws RouteFileException if it is not YAML, not a list of entries, or lacks what the daemon
   *     needs of a route
   */
  static RouteText of(String file, String text) throws RouteFileException {
    try {
      Optional<Node> root =
          new Compose(LoadSettings.builder().setLabel(file).build()).composeString(text);
      if (root.isEmpty()) {
        return new RouteText(file, text, List.of());
      }
      if (!(root.get() instanceof SequenceNode list)) {
        throw new RouteFileException(file + ":1:1", "not a list of routes, begin with - route:");
      }
      return new RouteText(file, text, items(file, text, list));
    } catch (MarkedYamlEngineException e) {
      throw RouteFileException.at(
          file, e.getProblemMark(), RouteFileErrors.sentence(e.getProblem()));
    } catch (YamlEngineException e) {
      throw new RouteFileException(file + ":1:1", RouteFileErrors.sentence(e.getMessage()));
    }
  }

  private static List<YamlItem> items(String file, String text, SequenceNode list)
      throws RouteFileException {
    String[] lines = text.split("\n", -1);
    List<YamlItem> items = new ArrayList<>();
    for (int i = 0; i < list.getValue().size(); i++) {
      Node node = list.getValue().get(i);
      int from = line(node);
      if (!(node instanceof MappingNode entry) || entry.getValue().isEmpty()) {
        throw new RouteFileException(file + ":" + (from + 1) + ":1", "not a route, write - route:");
      }
      int to = i + 1 < list.getValue().size() ? line(list.getValue().get(i + 1)) : lines.length;
      NodeTuple first = entry.getValue().get(0);
      String kind = scalar(first.getKeyNode());
      Node value = first.getValueNode();
      Optional<Node> uri = uri(kind, value);
      String itemText = String.join("\n", Arrays.asList(lines).subList(from, to));
      YamlItem item =
          new YamlItem(kind, id(value), uri.map(RouteText::scalar).orElse(""), itemText, from, to);
      DaemonRoutes.check(file, item, value, uri);
      items.add(item);
    }
    return items;
  }

  private static int line(Node node) {
    return node.getStartMark().map(m -> m.getLine()).orElse(0);
  }

  private static String id(Node node) {
    return child(node, "id").map(RouteText::scalar).orElse("");
  }

  /** Where the endpoint is written that an entry begins with. */
  private static Optional<Node> uri(String kind, Node value) {
    Optional<Node> route =
        kind.equals("routeTemplate") ? child(value, "route") : Optional.of(value);
    Optional<Node> from = kind.equals("from") ? route : route.flatMap(r -> child(r, "from"));
    return from.flatMap(f -> child(f, "uri"));
  }

  private static Optional<Node> child(Node node, String key) {
    return node instanceof MappingNode mapping
        ? mapping.getValue().stream()
            .filter(tuple -> scalar(tuple.getKeyNode()).equals(key))
            .map(NodeTuple::getValueNode)
            .findFirst()
        : Optional.empty();
  }

  private static String scalar(Node node) {
    return node instanceof ScalarNode scalar ? scalar.getValue() : "";
  }

  /** The text reduced to the entries {@code kept}, which keep their line numbers. */
  String only(Collection<YamlItem> kept) {
    if (kept.size() == items.size()) {
      return text;
    }
    String[] lines = text.split("\n", -1);
    for (YamlItem item : items) {
      if (!kept.contains(item)) {
        Arrays.fill(lines, item.from(), Math.min(item.to(), lines.length), "");
      }
    }
    return String.join("\n", lines);
  }

  /** Whether {@code text} may have {@link #shared} entries; a cheap check. */
  static boolean mayShare(String text) {
    return text.contains("routeConfiguration:") || text.contains("beans:");
  }

  /** Whether an entry here has the kind and the id of {@code item}, which is to have one. */
  boolean hasOneNamedAs(YamlItem item) {
    return !item.id().isEmpty()
        && items.stream().anyMatch(i -> i.kind().equals(item.kind()) && i.id().equals(item.id()));
  }

  /** The entries that routes of other files may need before they are created. */
  List<YamlItem> shared() {
    return items.stream().filter(YamlItem::shared).toList();
  }

  /** All other entries. */
  List<YamlItem> own() {
    return items.stream().filter(item -> !item.shared()).toList();
  }
}
