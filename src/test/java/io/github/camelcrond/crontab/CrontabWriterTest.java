// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CrontabWriterTest {

  @Test
  void writesAVariableOnlyWhereItChanges() {
    List<Job> jobs =
        Spec.read("A=1\nB=' x '\n* * * * * - a\nA=1\n* * * * * - b\nB=\nCRON_NAME=c\n@daily - c")
            .jobs();

    assertThat(CrontabWriter.render(jobs, CrontabFormat.SYSTEM))
        .isEqualTo(
            """
            # rendered from the stored jobs
            A = 1
            B = " x "
            * * * * * - a
            * * * * * - b
            B = ""
            CRON_NAME = c
            @daily - c
            """);
  }

  @Test
  void aVariableThatTheNextJobLacksIsEmptied() {
    List<Job> jobs =
        List.of(
            Spec.read("A=1\nCRON_TIMEOUT=5m\n* * * * * - a").jobs().get(0),
            Spec.read("\n\n\n\n* * * * * - b").jobs().get(0));

    List<Job> again = Spec.read(CrontabWriter.render(jobs, CrontabFormat.SYSTEM)).jobs();

    assertThat(again.get(1).policies()).isEqualTo(Policies.DEFAULT);
    assertThat(again.get(1).environment()).containsEntry("A", "");
  }

  @Test
  void jobsOfOtherUsersAreCommentsInTheFormWithoutUsers() {
    List<Job> jobs = Spec.read("* * * * * - a\n* * * * * bob b").jobs();

    assertThat(CrontabWriter.render(jobs, CrontabFormat.USER))
        .isEqualTo(
            """
            # rendered from the stored jobs
            * * * * * a
            # left out, as lines have no user here: bob: * * * * * b
            """);
  }
}
