// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.crontab.CrontabParts.Part;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CrontabPartsTest {
  private static final Path MAIN = Path.of("/etc/crontab");

  private static Part part(String file, String text) {
    return new Part(file, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String joined(Part... parts) {
    return new String(CrontabParts.join(List.of(parts), MAIN), StandardCharsets.ISO_8859_1);
  }

  private static List<String> split(String text) {
    return CrontabParts.split(text.getBytes(StandardCharsets.ISO_8859_1)).stream()
        .map(part -> part.file() + "=" + new String(part.text(), StandardCharsets.ISO_8859_1))
        .toList();
  }

  @Test
  void theMainFileAloneStandsForItself() {
    assertThat(joined(part("/etc/crontab", "a\n"))).isEqualTo("a\n");
    assertThat(split("a\n")).containsExactly("=a\n");
  }

  @Test
  void eachFileOfSeveralIsNamedAboveItsLines() {
    String text = joined(part("/etc/crontab", "a\nb\n"), part("/etc/cron.d/x", "c\n"));

    assertThat(text)
        .isEqualTo(
            """
            # camel-crond: file /etc/crontab
            a
            b
            # camel-crond: file /etc/cron.d/x
            c
            """);
    assertThat(split(text)).containsExactly("/etc/crontab=a\nb\n", "/etc/cron.d/x=c\n");
  }

  @Test
  void aFileThatIsNotTheMainOneIsNamedEvenIfAlone() {
    assertThat(joined(part("/etc/cron.d/x", "c\n")))
        .isEqualTo("# camel-crond: file /etc/cron.d/x\nc\n");
  }

  @Test
  void aMainFileThatLooksLikeSeveralIsNotTakenForThem() {
    String pasted = "# camel-crond: file /etc/passwd\nroot\n";

    assertThat(split(joined(part("/etc/crontab", pasted))))
        .containsExactly("/etc/crontab=" + pasted);
  }

  @Test
  void keepsEachByte() {
    List<String> pieces =
        List.of(
            "# camel-crond: file /x",
            "## camel-crond: file /x",
            "# camel-crond: no newline at the end",
            "## camel-crond: no newline at the end",
            "# camel-crond: ignore percent",
            "x",
            "\n",
            "\n",
            "\r",
            "\u0085",
            "\0",
            "\u00ff");
    Random random = new Random(18);
    for (int i = 0; i < 20_000; i++) {
      List<Part> parts = new ArrayList<>();
      List<String> expected = new ArrayList<>();
      for (int file = 0; file <= random.nextInt(3); file++) {
        StringBuilder text = new StringBuilder();
        for (int piece = random.nextInt(6); piece > 0; piece--) {
          text.append(pieces.get(random.nextInt(pieces.size())));
        }
        parts.add(part("/f" + file, text.toString()));
        expected.add("/f" + file + "=" + text);
      }
      assertThat(split(joined(parts.toArray(Part[]::new)))).isEqualTo(expected);
    }
  }
}
