// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Random input never throws, and each of its lines is a job, a variable, a comment or an error. */
class CrontabFuzzTest {
  private static final long SEED = Long.getLong("fuzz.seed", System.nanoTime());
  private static final int CASES = Integer.getInteger("fuzz.cases", 3_000);
  private static final Pattern VARIABLE =
      Pattern.compile("\\s*(\"[^\"=]+\"|'[^'=]+'|[^ \t='\"][^ \t=]*)[ \t]*=.*", Pattern.DOTALL);

  private static final String[] PIECES = {
    "*",
    "*/5",
    "1-5",
    "99",
    "22-2",
    "mon",
    "L",
    "15W",
    "5#2",
    "~",
    "0~9",
    ",",
    "-",
    "/",
    "@daily",
    "@every",
    "@at",
    "30s",
    "@reboot",
    " ",
    " ",
    " ",
    "\t",
    "\n",
    "\n",
    "\r\n",
    "root",
    "x",
    "%",
    "\\%",
    "\\",
    "=",
    "= ",
    "'",
    "\"",
    "#",
    "CRON_NAME=a",
    "CRON_TIMEOUT",
    "CRON_GROUP=a:",
    "MAILTO=",
    "CRON_X=1",
    "log:x",
    "http:",
    "?a=#b",
    "{{",
    "%7B",
    "\0",
    "\uFEFF",
    "\u00fc",
    "* * * * * root x",
    "0 0 * * * - a\n",
    "0 0 29 2 * - b\n",
    "FOO=bar\n"
  };

  private final Random random = new Random(SEED);

  @BeforeAll
  static void tellTheSeed() {
    System.out.printf("CrontabFuzzTest: -Dfuzz.seed=%d -Dfuzz.cases=%d%n", SEED, CASES);
  }

  @Test
  void randomBytesGetAnAnswer() {
    for (int i = 0; i < CASES; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      verify(bytes);
    }
  }

  @Test
  void randomPiecesOfCrontabsGetAnAnswer() {
    for (int i = 0; i < CASES; i++) {
      StringBuilder text = new StringBuilder();
      int pieces = random.nextInt(60);
      for (int j = 0; j < pieces; j++) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      verify(text.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void damagedCrontabsGetAnAnswer() {
    for (String name : new String[] {"dialect", "mistakes", "endpoints", "names", "policies"}) {
      byte[] bytes = Spec.file(name + ".crontab");
      for (int i = 0; i < CASES / 10; i++) {
        byte[] damaged = bytes.clone();
        for (int j = 0; j < 20; j++) {
          damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
        }
        verify(damaged);
      }
    }
  }

  private static void verify(byte[] bytes) {
    String where = "seed " + SEED + ", input " + new String(bytes, StandardCharsets.ISO_8859_1);
    Crontab read = new CrontabReader(Spec.OPTIONS, Spec.CLOCK).check(bytes);
    List<TextLine> lines = TextLines.of(bytes);
    Set<Integer> told = new HashSet<>();
    read.jobs().forEach(job -> told.add(job.line()));
    read.errors().forEach(error -> told.add(error.line()));
    for (Problem problem : all(read)) {
      int length = lines.get(problem.line() - 1).text().length();
      assertThat(problem.column()).as(where).isBetween(1, length + 1);
      assertThat(problem.message()).as(where).isNotBlank().doesNotContain("\n", "\0");
    }
    boolean someLeftOut = read.errors().stream().anyMatch(e -> e.message().contains("left out"));
    for (TextLine line : lines) {
      boolean silent = line.text().replaceAll("^[ \t]+", "").matches("(?s)(#.*)?");
      boolean variable = VARIABLE.matcher(line.text()).matches();
      if (!silent && !variable && !someLeftOut) {
        assertThat(told).as(where).contains(line.number());
      }
    }
    roundTrip(read, where);
  }

  private static void roundTrip(Crontab read, String where) {
    Crontab again = Spec.read(CrontabWriter.render(read.jobs(), CrontabFormat.SYSTEM));
    assertThat(again.errors()).as(where).isEmpty();
    assertThat(again.jobs())
        .as(where)
        .extracting(Job::id)
        .isEqualTo(read.jobs().stream().map(Job::id).toList());
    assertThat(again.jobs())
        .as(where)
        .extracting(Job::environment)
        .isEqualTo(read.jobs().stream().map(Job::environment).toList());
  }

  private static List<Problem> all(Crontab read) {
    List<Problem> all = new ArrayList<>(read.errors());
    all.addAll(read.warnings());
    return all;
  }
}
