// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class JobIdsTest {

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "/spec/crontab/job-ids.csv", delimiter = '|', quoteCharacter = '`')
  void isDrawnFromTheLine(String rule, String crontab, String id) {
    assertThat(Spec.read(Spec.unescaped(crontab)).jobs()).extracting(Job::id).containsExactly(id);
  }

  @Test
  void movingALineKeepsItsId() {
    List<Job> jobs = Spec.read("1 0 * * * - a\n2 0 * * * - b").jobs();
    List<Job> moved = Spec.read("# new\n\n2 0 * * * - b\n1 0 * * * - a").jobs();

    assertThat(moved).extracting(Job::id).containsExactly(jobs.get(1).id(), jobs.get(0).id());
  }

  @Test
  void theSameLineAThirdTimeIsNumbered() {
    String id = Spec.read("* * * * * - a").jobs().get(0).id();

    assertThat(Spec.read("* * * * * - a\n".repeat(3)).jobs())
        .extracting(Job::id)
        .containsExactly(id, id + "-2", id + "-3");
  }

  @Test
  void tenThousandEqualLinesHaveTenThousandIds() {
    assertThat(Spec.read("* * * * * - a\n".repeat(10_000)).jobs())
        .extracting(Job::id)
        .doesNotHaveDuplicates()
        .hasSize(10_000);
  }

  @Test
  void aNameThatLooksLikeTheHashOfAJobAboveIsRefused() {
    // The hash of this line begins with a letter, so it would be a name.
    Job first = Spec.read("0 0 * * * root echo hi").jobs().get(0);

    Crontab read = Spec.read("0 0 * * * root echo hi\nCRON_NAME=" + first.id() + "\n* * * * * - a");

    assertThat(Spec.problems(read)).hasSize(1).first().asString().startsWith("2:11: CRON_NAME ");
  }

  @Test
  void aTildeIsDrawnFromTheIdAndSoStaysTheSame() {
    String first = Spec.read("0~59 0~23 * * * - a").jobs().get(0).schedule().expression();
    String second = Spec.read("\n\n0~59  0~23 * * * - a").jobs().get(0).schedule().expression();

    assertThat(second).isEqualTo(first).doesNotContain("~");
  }
}
