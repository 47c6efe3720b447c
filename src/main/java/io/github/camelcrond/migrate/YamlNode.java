// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.migrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import org.snakeyaml.engine.v2.nodes.Tag;

/** A node of a YAML document, which may be missing. */
record YamlNode(Optional<Node> node, int line) {

  /**
   * The documents of {@code text}. Each one that is not valid YAML is reported, and the others are
   * read.
   */
  static List<YamlNode> documents(ImportedFile file, String text) {
    List<YamlNode> documents = new ArrayList<>();
    StringBuilder document = new StringBuilder();
    int from = 0;
    int number = 0;
    for (String line : (text + "\n---").split("\n", -1)) {
      number++;
      if (line.matches("---(\\s.*)?")) {
        one(file, "\n".repeat(from) + document).ifPresent(documents::add);
        document.setLength(0);
        from = number - 1;
        document.append(line.substring(3)).append('\n');
      } else {
        document.append(line).append('\n');
      }
    }
    return documents;
  }

  private static Optional<YamlNode> one(ImportedFile file, String text) {
    if (text.isBlank()) {
      return Optional.empty();
    }
    try {
      return new Compose(LoadSettings.builder().build()).composeString(text).map(YamlNode::of);
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
      file.fault(line, "not YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      file.fault(1, "not YAML: " + e.getMessage());
    }
    return Optional.empty();
  }

  private static YamlNode of(Node node) {
    return new YamlNode(
        Optional.of(node), node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1));
  }

  /** The value of {@code key}; missing if this is not a mapping or lacks the key. */
  YamlNode get(String key) {
    return entries().getOrDefault(key, new YamlNode(Optional.empty(), line));
  }

  /** The value at a path of keys. */
  YamlNode at(String... keys) {
    YamlNode found = this;
    for (String key : keys) {
      found = found.get(key);
    }
    return found;
  }

  Map<String, YamlNode> entries() {
    Map<String, YamlNode> entries = new LinkedHashMap<>();
    if (node.isPresent() && node.get() instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        if (tuple.getKeyNode() instanceof ScalarNode key) {
          entries.put(key.getValue(), of(tuple.getValueNode()));
        }
      }
    }
    return entries;
  }

  List<YamlNode> items() {
    return node.isPresent() && node.get() instanceof SequenceNode list
        ? list.getValue().stream().map(YamlNode::of).toList()
        : List.of();
  }

  /** The strings of a list. */
  List<String> texts() {
    return items().stream().flatMap(item -> item.text().stream()).toList();
  }

  /** A string, number or flag as written; empty for null and anything else. */
  Optional<String> text() {
    return node.filter(n -> n instanceof ScalarNode && !n.getTag().equals(Tag.NULL))
        .map(n -> ((ScalarNode) n).getValue());
  }

  boolean is(String value) {
    return text().filter(value::equalsIgnoreCase).isPresent();
  }

  boolean isPresent() {
    return node.filter(n -> !n.getTag().equals(Tag.NULL)).isPresent();
  }
}
