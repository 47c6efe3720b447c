// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.run.RunEnd;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What each store does, whatever it is made of. */
abstract class StoreContract {

  /** The endpoints of an empty store that keeps three runs a job. */
  abstract StoreContext store();

  /** The same store, closed and opened again. */
  abstract StoreContext reopened();

  /** Lets so much time pass for what the store keeps. */
  abstract void pass(Duration time);

  @Test
  void isEmptyAtFirst() {
    assertThat(crontab()).isNull();
    assertThat(versions()).isEmpty();
    assertThat(routes()).isEmpty();
    assertThat(runs("a")).isEmpty();
    assertThat(last("a", "b")).isEmpty();
    assertThat(paused()).isEmpty();
    assertThat(body("a")).isNull();
  }

  @Test
  void keepsTheCrontab() {
    String json = saved("* * * * * root true # ünï\n", 1);
    write("store-crontab-write", json);
    reopened();
    assertThat(crontab()).isEqualTo(json);
    assertThat(versions()).containsExactly(json);
  }

  @Test
  void keepsTheLastTwentyVersionsNewestFirst() {
    List<String> written = new ArrayList<>();
    for (int i = 0; i < 23; i++) {
      written.add(0, saved("# " + i, i));
      write("store-crontab-write", written.get(0));
    }
    assertThat(versions()).isEqualTo(written.subList(0, 20));
  }

  @Test
  void addsNoVersionWhenTheSameIsWrittenAgain() {
    write("store-crontab-write", saved("# a", 1));
    write("store-crontab-write", saved("# a", 1));
    assertThat(versions()).hasSize(1);
  }

  @Test
  void addsAVersionWhenAnOldTextComesBack() {
    write("store-crontab-write", saved("# a", 1));
    write("store-crontab-write", saved("# b", 2));
    write("store-crontab-write", saved("# a", 3));
    assertThat(versions()).hasSize(3);
  }

  @Test
  void hasExactlyTheRouteSetLastWritten() {
    write("store-routes-write", Map.of("a", "{}", "b", "{}"));
    write("store-routes-write", Map.of("b", "{\"id\":\"b\"}", "c", "{}"));
    reopened();
    assertThat(routes()).isEqualTo(Map.of("b", "{\"id\":\"b\"}", "c", "{}"));
    assertThat(store().request("store-routes-count", "", Long.class)).isEqualTo(2);
  }

  @Test
  void takesAnEmptyRouteSet() {
    write("store-routes-write", Map.of("a", "{}"));
    write("store-routes-write", Map.of());
    assertThat(routes()).isEmpty();
  }

  @Test
  void takesTenThousandRoutes() {
    Map<String, String> many = new TreeMap<>();
    for (int i = 0; i < 10_000; i++) {
      many.put("job-" + i, "{\"id\":\"job-" + i + "\"}");
    }
    write("store-routes-write", many);
    assertThat(routes()).isEqualTo(many);
  }

  @Test
  void keepsTheLastRunsOfEachJobNewestFirst() {
    List<RunEnd> ends = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      ends.add(Runs.end("a", i));
      ends.add(Runs.end("ab", i));
    }
    write("store-runs-write", ends.subList(0, 4));
    write("store-runs-write", ends.subList(4, 10));
    reopened();
    assertThat(runs("a"))
        .isEqualTo(Runs.json(Runs.end("a", 5), Runs.end("a", 4), Runs.end("a", 3)));
    assertThat(runs("ab")).hasSize(3);
  }

  @Test
  void keepsTheLastRunThatSucceededBehindThoseThatFollowed() {
    RunEnd success = Runs.end("a", 1);
    write("store-runs-write", List.of(success));
    for (int i = 2; i <= 5; i++) {
      write("store-runs-write", List.of(Runs.skipped("a", i)));
    }
    reopened();
    assertThat(runs("a"))
        .isEqualTo(
            Runs.json(
                Runs.skipped("a", 5),
                Runs.skipped("a", 4),
                Runs.skipped("a", 3),
                success.withoutOutput()));
    write("store-runs-write", List.of(Runs.end("a", 6)));
    assertThat(runs("a")).hasSize(3);
  }

  @Test
  void doesNotDoubleRunsThatAreWrittenAgain() {
    write("store-runs-write", List.of(Runs.end("a", 1), Runs.end("a", 2)));
    write("store-runs-write", List.of(Runs.end("a", 1), Runs.end("a", 2)));
    assertThat(runs("a")).isEqualTo(Runs.json(Runs.end("a", 2), Runs.end("a", 1)));
  }

  @Test
  void takesAnEmptyBatchOfRuns() {
    write("store-runs-write", List.of());
    assertThat(runs("a")).isEmpty();
  }

  @Test
  void movesTheLastInstantOnButNeverBack() {
    write("store-runs-write", List.of(Runs.end("a", 2), Runs.end("b", 1), Runs.end("a", 1)));
    write("store-runs-write", List.of(Runs.end("a", 1)));
    assertThat(last("a", "b", "c"))
        .isEqualTo(Map.of("a", Runs.at(2).toString(), "b", Runs.at(1).toString()));
  }

  @Test
  void takesNoLastInstantFromAManualRun() {
    write("store-runs-write", List.of(Runs.manual("a", 3)));
    assertThat(last("a")).isEmpty();
  }

  @Test
  void setsLastInstants() {
    write("store-last-write", Map.of("a", Runs.at(9).toString()));
    write("store-last-write", Map.of());
    assertThat(last("a")).isEqualTo(Map.of("a", Runs.at(9).toString()));
  }

  @Test
  void remembersPausedJobs() {
    call("store-paused-add", "a");
    call("store-paused-add", "b");
    call("store-paused-add", "b");
    call("store-paused-remove", "a");
    call("store-paused-remove", "never");
    reopened();
    assertThat(paused()).containsExactly("b");
  }

  @Test
  void keepsMessageBodies() {
    write("store-bodies-write", Map.of("a", "{\"x\": 1}"));
    assertThat(body("a")).isEqualTo("{\"x\": 1}");
    assertThat(body("b")).isNull();
    assertThat(store().textByJob("store-bodies-read", "")).containsOnlyKeys("a");
  }

  @Test
  void forgetsTheHistoryOfARemovedJobAfterThirtyDays() {
    write("store-routes-write", Map.of("a", "{}", "b", "{}"));
    write("store-runs-write", List.of(Runs.end("a", 1), Runs.end("b", 1)));
    write("store-routes-write", Map.of("b", "{}"));
    pass(Duration.ofDays(29));
    write("store-routes-write", Map.of("b", "{}"));
    assertThat(runs("a")).hasSize(1);
    pass(Duration.ofDays(2));
    write("store-routes-write", Map.of("b", "{}"));
    assertThat(runs("a")).isEmpty();
    assertThat(last("a", "b")).containsOnlyKeys("b");
    assertThat(runs("b")).hasSize(1);
  }

  @Test
  void keepsTheHistoryOfAJobThatComesBackInTime() {
    write("store-routes-write", Map.of("a", "{}"));
    write("store-runs-write", List.of(Runs.end("a", 1)));
    write("store-routes-write", Map.of());
    write("store-routes-write", Map.of("a", "{}"));
    pass(Duration.ofDays(31));
    write("store-routes-write", Map.of("a", "{}"));
    assertThat(runs("a")).hasSize(1);
  }

  @Test
  void expandsNothingThatItKeeps() {
    String odd = "{\"x\":\"${body} {{crond.store}} ${sys.user.home} {{env:PATH}}\"}";
    write("store-crontab-write", odd);
    write("store-routes-write", Map.of("a", odd));
    write("store-bodies-write", Map.of("a", odd));
    assertThat(crontab()).isEqualTo(odd);
    assertThat(routes()).containsEntry("a", odd);
    assertThat(body("a")).isEqualTo(odd);
  }

  final void write(String endpoint, Object body) {
    store().request(endpoint, body, Object.class);
  }

  private void call(String endpoint, String job) {
    ask(endpoint, job, Object.class);
  }

  private <T> T ask(String endpoint, String job, Class<T> type) {
    return store()
        .camel()
        .createFluentProducerTemplate()
        .to("direct:" + endpoint)
        .withBody("")
        .withVariable("job-id", job)
        .request(type);
  }

  static String saved(String text, int second) {
    return SavedCrontab.of(text.getBytes(StandardCharsets.UTF_8), Runs.at(second), "host-a").json();
  }

  final String crontab() {
    return store().request("store-crontab-read", "", String.class);
  }

  final List<String> versions() {
    return store().texts("store-versions-read", "");
  }

  final Map<String, String> routes() {
    return store().textByJob("store-routes-read", "");
  }

  final List<?> runs(String job) {
    return ask("store-runs-read", job, List.class);
  }

  final Map<String, String> last(String... jobs) {
    return store().textByJob("store-last-read", List.of(jobs));
  }

  final Set<String> paused() {
    return new TreeSet<>(store().texts("store-paused-read", ""));
  }

  final String body(String job) {
    return ask("store-body-read", job, String.class);
  }
}
