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
 * Several files as one text, in which a comment {@code # camel-crond: file PATH} stands above the
 * lines of each file. It is what the store keeps and what the editor of the dashboard shows; a
 * single file stands for itself. Each byte of the files is kept:
 *
 * <ul>
 *   <li>below a last line without a newline stands {@code # camel-crond: no newline at the end};
 *   <li>a line of a file that looks like one of these comments gets one more {@code #} in front.
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

  /** Has a character for each byte. */
  private static final Charset BYTES = StandardCharsets.ISO_8859_1;

  /**
   * A file of a crontab.
   *
   * @param file its path; empty if the text does not say, as it is that of a single file
   */
  public record Part(String file, byte[] text) {}

  private CrontabParts() {}

  /** All parts as one text: the text itself if there is one part, of the file {@code main}. */
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

  /** Whether {@code text} says which files it is of. */
  public static boolean isSeveral(byte[] text) {
    return new String(text, 0, Math.min(text.length, FILE.length()), BYTES).equals(FILE);
  }

  /** The parts of a text that {@link #join} has put together; any other text is one part. */
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

  /** By file the number of the line of the joined text below which its lines are. */
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
   * The files that there are at {@code paths} as one text.
   *
   * @param failed receives what cannot be read; a file that a folder no longer has is left out
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
      // Reading a pipe would wait for whoever writes to it.
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
