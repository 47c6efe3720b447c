// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * Several files as one text, as kept in the store and shown by the editor of the dashboard. A
 * comment {@code # camel-crond: file PATH} precedes the lines of each file. A single file is its
 * own text. No byte of the files is lost:
 *
 * <ul>
 *   <li>a last line without a newline is followed by {@code # camel-crond: no newline at the end};
 *   <li>a line of a file that looks like one of these comments is prefixed with another {@code #}.
 * </ul>
 */
public final class CrontabParts {
  private static final String FILE = "# camel-crond: file ";
  private static final String UNENDED = "# camel-crond: no newline at the end";
  private static final int LINES = Pattern.MULTILINE | Pattern.UNIX_LINES;
  private static final Pattern LIKE_A_MARK =
      Pattern.compile("^(?=#+ camel-crond: (?:file |no newline at the end$))", LINES);
  private static final Pattern QUOTED =
      Pattern.compile("^#(?=#+ camel-crond: (?:file |no newline at the end$))", LINES);

  /** Maps each byte to one character. */
  private static final Charset BYTES = StandardCharsets.ISO_8859_1;

  /**
   * A file of a crontab.
   *
   * @param file its path; empty if the text does not name it, as it is that of a single file
   */
  public record Part(String file, byte[] text) {}

  private CrontabParts() {}

  /** Joins the parts into one text. A single part, of the file {@code main}, is its own text. */
  public static byte[] join(List<Part> parts, Path main) {
    if (parts.size() == 1 && isPlain(parts.get(0), main)) {
      return parts.get(0).text();
    }
    StringBuilder all = new StringBuilder();
    for (Part part : parts) {
      String text = new String(part.text(), BYTES);
      all.append(FILE).append(new String(part.file().getBytes(StandardCharsets.UTF_8), BYTES));
      all.append('\n').append(quoted(text));
      if (!text.isEmpty() && !text.endsWith("\n")) {
        all.append('\n').append(UNENDED).append('\n');
      }
    }
    return all.toString().getBytes(BYTES);
  }

  private static boolean isPlain(Part part, Path main) {
    return part.file().equals(main.toString()) && !isSeveral(part.text());
  }

  private static String quoted(String text) {
    return text.contains("# camel-crond: ") ? LIKE_A_MARK.matcher(text).replaceAll("#") : text;
  }

  /** Whether {@code text} consists of several files, that is, names them. */
  public static boolean isSeveral(byte[] text) {
    return new String(text, 0, Math.min(text.length, FILE.length()), BYTES).equals(FILE);
  }

  /** Splits a text that {@link #join} has made into its parts; any other text is one part. */
  public static List<Part> split(byte[] joined) {
    if (!isSeveral(joined)) {
      return List.of(new Part("", joined));
    }
    String all = new String(joined, BYTES);
    List<Part> parts = new ArrayList<>();
    int at = 0;
    while (at < all.length()) {
      int end = lineEnd(all, at);
      byte[] file = all.substring(at + FILE.length(), end).strip().getBytes(BYTES);
      int from = Math.min(all.length(), end + 1);
      int mark = all.indexOf("\n" + FILE, end);
      int next = mark < 0 ? all.length() : mark + 1;
      parts.add(
          new Part(
              new String(file, StandardCharsets.UTF_8),
              text(all.substring(Math.min(from, next), next)).getBytes(BYTES)));
      at = next;
    }
    return parts;
  }

  /**
   * The offset of the lines of each file in the joined text: the number of lines that precede them.
   */
  public static Map<String, Integer> rows(byte[] joined) {
    Map<String, Integer> rows = new HashMap<>();
    int row = 0;
    for (String line : new String(joined, StandardCharsets.UTF_8).split("\n", -1)) {
      row++;
      if (line.startsWith(FILE)) {
        rows.put(line.substring(FILE.length()).strip(), row);
      }
    }
    return rows;
  }

  private static int lineEnd(String text, int from) {
    int end = text.indexOf('\n', from);
    return end < 0 ? text.length() : end;
  }

  private static String text(String part) {
    String unended = "\n" + UNENDED;
    String whole = part.endsWith("\n") ? part.substring(0, part.length() - 1) : part;
    String text =
        whole.endsWith(unended) ? whole.substring(0, whole.length() - unended.length()) : part;
    return text.contains("# camel-crond: ") ? QUOTED.matcher(text).replaceAll("") : text;
  }

  /**
   * Reads all existing files of {@code paths} as one text.
   *
   * @param failed receives files that cannot be read; a file that has disappeared from its folder
   *     is omitted
   */
  public static byte[] read(CrontabPaths paths, BiConsumer<Path, IOException> failed) {
    List<Part> parts = new ArrayList<>();
    for (CrontabPaths.Source source : paths.sources()) {
      try {
        for (Path file : source.files(skipped -> {})) {
          read(file, source, parts, failed);
        }
      } catch (IOException e) {
        failed.accept(source.path(), e);
      }
    }
    return parts.isEmpty() ? new byte[0] : join(parts, paths.main());
  }

  private static void read(
      Path file,
      CrontabPaths.Source source,
      List<Part> parts,
      BiConsumer<Path, IOException> failed) {
    boolean named = file.equals(source.path());
    try {
      // Reading a pipe would block until someone writes to it.
      if (!named && Files.exists(file) && !Files.isRegularFile(file)) {
        throw new IOException("it is not a regular file");
      }
      parts.add(new Part(file.toString(), Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      if (named) {
        failed.accept(file, e);
      }
    } catch (IOException e) {
      failed.accept(file, e);
    }
  }
}
