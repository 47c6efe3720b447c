// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.pages;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A page in Markdown: its blocks of code, and the rest. */
record Page(Path file, String text) {
  private static final Pattern BLOCK = Pattern.compile("(?m)^```(.*)\n((?:(?!```).*\n)*)```$");

  /**
   * A fenced block of code.
   *
   * @param where for messages
   * @param kind what follows the fence, such as {@code sh}
   */
  record Block(String where, String kind, String code) {}

  static Page of(Path file) {
    try {
      return new Page(file, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** README.md and docs/. */
  static List<Page> manual() {
    List<Page> pages = new ArrayList<>(in(Path.of("docs")));
    pages.add(of(Path.of("README.md")));
    return pages;
  }

  /** The manual, and the other pages for contributors. */
  static List<Page> all() {
    List<Page> pages = new ArrayList<>(in(Path.of("docs")));
    pages.addAll(in(Path.of("")));
    return pages;
  }

  private static List<Page> in(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(".md")).sorted().map(Page::of).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Block> blocks() {
    return BLOCK
        .matcher(text)
        .results()
        .map(m -> new Block(file + ":" + line(m.start()), m.group(1), m.group(2)))
        .toList();
  }

  private long line(int index) {
    return text.substring(0, index).lines().count() + 1;
  }

  /** The text without blocks of code. */
  String prose() {
    return BLOCK.matcher(text).replaceAll("");
  }

  /** What stands between backticks in the prose. */
  Set<String> inlineCode() {
    return found("`([^`\n]+)`", prose());
  }

  /** The anchors that GitHub makes of the headings. */
  Set<String> anchors() {
    return found("(?m)^#+ (.+)$", prose()).stream()
        .map(h -> h.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 _-]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  static Set<String> found(String regex, String text) {
    Set<String> found = new TreeSet<>();
    Pattern.compile(regex).matcher(text).results().map(m -> m.group(1)).forEach(found::add);
    return found;
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
