// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** What a person does with the dashboard, in a real browser. */
@ExtendWith(Browser.Needed.class)
final class DashboardTest {
  private static final String CRONTAB =
      """
      CRON_NAME = hello
      0 0 1 1 * - echo hello
      CRON_NAME = slow
      0 0 1 1 * - for i in 1 2 3 4 5 6 7 8 9; do echo "step $i"; sleep 0.3; done
      CRON_NAME = fails
      0 0 1 1 * - echo oops; exit 3
      CRON_NAME = endless
      0 0 1 1 * - echo begun; exec sleep 600
      """;

  @TempDir static Path folder;
  private static RunningDaemon daemon;
  private static Browser browser;

  @BeforeAll
  static void start() throws Exception {
    daemon = RunningDaemon.start(folder, CRONTAB);
    browser = Browser.open(1280, 900);
  }

  @AfterAll
  static void stop() {
    browser.close();
    daemon.close();
  }

  @BeforeEach
  void signedInOnTheFirstPage() throws IOException {
    Files.writeString(daemon.crontab(), CRONTAB);
    daemon.daemon().reload();
    wait(() -> daemon.json("/jobs").size() == 4);
    open("");
    browser.forget();
    open("#token=" + RunningDaemon.TOKEN);
    wait(() -> text("#main").contains("slow"));
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(20)).ignoreExceptions();
  }

  private static void wait(java.util.concurrent.Callable<Boolean> condition) {
    await().until(condition);
  }

  private static void open(String fragment) {
    browser.open(daemon.url() + "/" + fragment);
  }

  private static WebElement find(String css) {
    return browser.driver().findElement(By.cssSelector(css));
  }

  private static String text(String css) {
    return find(css).getText();
  }

  private static void button(String name) {
    await()
        .until(
            () -> {
              browser
                  .driver()
                  .findElement(
                      By.xpath("//button[normalize-space()='" + name + "' and not(@disabled)]"))
                  .click();
              return true;
            });
  }

  private static List<String> complaints() {
    return browser.complaints();
  }

  @Test
  void asksForTheTokenAndSaysWhenItIsWrong() {
    open("");
    browser.forget();
    open("");
    wait(() -> text("h1").equals("Sign in"));
    find("#token").sendKeys("wrong", Keys.ENTER);
    wait(() -> text("#token-error").equals("Invalid token."));
    find("#token").clear();
    find("#token").sendKeys(RunningDaemon.TOKEN, Keys.ENTER);
    wait(() -> text("#main").contains("hello"));
  }

  @Test
  void takesTheTokenOutOfTheAddress() {
    assertThat(browser.driver().getCurrentUrl()).doesNotContain(RunningDaemon.TOKEN);
    assertThat(complaints()).isEmpty();
  }

  @Test
  void showsWhatFailedLast() throws IOException {
    daemon.api("POST", "/jobs/fails/run", "");
    wait(() -> text(".tile.bad").startsWith("1"));
    find(".tile.bad").click();
    assertThat(browser.driver().findElements(By.cssSelector(".jobs .job"))).hasSize(1);
    assertThat(text(".jobs .job")).contains("fails").contains("failed");
  }

  @Test
  void findsAJobByItsWords() {
    find("input[type=search]").sendKeys("step");
    assertThat(browser.driver().findElements(By.cssSelector(".jobs .job"))).hasSize(1);
    find("input[type=search]").sendKeys(" no such");
    wait(() -> text(".empty").contains("No matching jobs"));
  }

  @Test
  void runsAJobAndShowsItsOutputWhileItRuns() {
    open("#/jobs/slow");
    button("Run now");
    wait(() -> text(".output").contains("step 2"));
    assertThat(text(".output")).doesNotContain("step 9");
    wait(() -> text(".output").contains("step 9"));
    wait(() -> text("section[aria-label='Output of the run'] header").contains("succeeded"));
  }

  @Test
  void killsARunAfterAsking() {
    open("#/jobs/endless");
    button("Run now");
    wait(() -> text(".output").contains("begun"));
    button("Kill");
    button("Kill run");
    wait(() -> text("section[aria-label='Output of the run'] header").contains("interrupted"));
  }

  @Test
  void pausesAndResumesAJob() {
    open("#/jobs/hello");
    button("Pause");
    wait(() -> text("#main").contains("paused"));
    wait(() -> daemon.json("/jobs/hello").path("paused").asBoolean());
    button("Resume");
    wait(() -> !daemon.json("/jobs/hello").path("paused").asBoolean());
  }

  @Test
  void marksAMistakeAndSavesWhenItIsMended() {
    open("#/crontab");
    wait(() -> find("#crontab").getAttribute("value").contains("step $i"));
    WebElement area = find("#crontab");
    area.sendKeys(Keys.chord(Keys.CONTROL, Keys.END), "*/5 26 * * * - true\n");
    wait(() -> text(".problems").contains("line 9, column 5: hour 26 is out of range"));
    assertThat(text(".sheet mark")).isEqualTo("26");
    assertThat(browser.driver().findElement(By.xpath("//button[.='Save']")).isEnabled()).isFalse();
    area.sendKeys(
        Keys.UP, Keys.HOME, Keys.DELETE, Keys.DELETE, Keys.DELETE, Keys.DELETE, Keys.DELETE);
    area.sendKeys(Keys.DELETE, "0 1");
    wait(() -> text(".problems").isEmpty());
    assertThat(text(".instants")).contains(" 01:00");
    button("Save");
    wait(() -> Files.readString(daemon.crontab()).endsWith("0 1 * * * - true\n"));
    wait(() -> daemon.json("/jobs").size() == 5);
    assertThat(complaints()).isEmpty();
  }

  @Test
  void bringsBackAVersionAfterShowingTheDifference() throws IOException {
    wait(() -> daemon.json("/crontab/versions").size() > 0);
    daemon.api("PUT", "/crontab", "{\"text\":\"0 0 1 1 * - other\\n\"}", "If-Match", "*");
    wait(() -> daemon.json("/crontab/versions").get(0).path("lines").asInt() == 1);
    open("#/crontab");
    wait(() -> find("#crontab").getAttribute("value").contains("other"));
    await()
        .until(
            () -> {
              browser
                  .driver()
                  .findElement(By.xpath("(//ul[@class='versions']//button)[2]"))
                  .click();
              return true;
            });
    wait(() -> text(".diff").contains("− 0 0 1 1 * - other"));
    assertThat(text(".diff")).contains("+ CRON_NAME = hello");
    button("Restore");
    find("dialog").findElement(By.cssSelector(".primary")).click();
    wait(() -> Files.readString(daemon.crontab()).equals(CRONTAB));
    wait(() -> find("#crontab").getAttribute("value").equals(CRONTAB));
  }

  @Test
  void saysWhenTheLineUnderTheCursorFires() {
    open("#/crontab");
    wait(() -> find("#crontab").getAttribute("value").contains("step $i"));
    find("#crontab").sendKeys(Keys.chord(Keys.CONTROL, Keys.HOME), Keys.DOWN);
    wait(() -> text("#here").matches("Line 2: fires .* 00:00, .*\\(.+\\)"));
  }

  @Test
  void keepsWhatIsBeingWrittenWhenThePageIsLeft() {
    open("#/crontab");
    wait(() -> find("#crontab").getAttribute("value").contains("step $i"));
    find("#crontab").sendKeys(Keys.chord(Keys.CONTROL, Keys.END), "# half");
    find("nav a[data-page=overview]").click();
    wait(() -> text("#main").contains("hello"));
    find("nav a[data-page=crontab]").click();
    wait(() -> find("#crontab").getAttribute("value").endsWith("# half"));
    button("Discard");
    wait(() -> find("#crontab").getAttribute("value").equals(CRONTAB));
  }

  @Test
  void drawsOfALongCrontabWhatCanBeSeen() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 3_000; i++) {
      text.append("0 0 1 1 * - true ").append(i).append('\n');
    }
    Files.writeString(daemon.crontab(), text);
    open("#/crontab");
    wait(() -> find("#crontab").getAttribute("value").contains("true 2999"));
    wait(() -> text(".gutter").startsWith("1\n2\n"));
    browser.script("document.getElementById('crontab').scrollTop = 1000 * 21");
    wait(() -> text(".sheet pre").contains("true 1000\n"));
    wait(() -> text(".gutter").contains("1001\n1002\n"));
    Number drawn =
        (Number) browser.script("return document.querySelector('.gutter > div').children.length");
    assertThat(drawn.intValue()).isLessThan(100);
  }

  @Test
  void saysWhatHealthLookedAt() {
    wait(() -> text("#health").equals("healthy"));
    find("#health").click();
    wait(() -> text("dialog").contains("scheduler"));
    button("Close");
    wait(() -> browser.driver().findElements(By.cssSelector("dialog")).isEmpty());
  }

  @Test
  void showsAllOfManyJobs() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      text.append("CRON_NAME = many-").append(i).append("\n0 0 1 1 * - true\n");
    }
    Files.writeString(daemon.crontab(), text);
    daemon.daemon().reload();
    wait(() -> daemon.json("/jobs").size() == 400);
    By rows = By.cssSelector(".jobs .job");
    wait(() -> browser.driver().findElements(rows).size() == 400);
    find("input[type=search]").sendKeys("many-39");
    wait(() -> browser.driver().findElements(rows).size() == 11);
    find("input[type=search]").sendKeys(Keys.BACK_SPACE, Keys.BACK_SPACE);
    wait(() -> browser.driver().findElements(rows).size() == 400);
    assertThat(browser.driver().findElements(rows).get(399).getText()).startsWith("many-399");
  }

  @Test
  void doesNotOverwriteWhatAnotherHasSaved() throws IOException {
    open("#/crontab");
    wait(() -> find("#crontab").getAttribute("value").contains("step $i"));
    Files.writeString(daemon.crontab(), CRONTAB + "# theirs\n");
    find("#crontab").sendKeys(Keys.chord(Keys.CONTROL, Keys.END), "# mine\n");
    button("Save");
    wait(() -> text("dialog").contains("The crontab was changed"));
    assertThat(Files.readString(daemon.crontab())).endsWith("# theirs\n");
    button("Load changed version");
    wait(() -> find("#crontab").getAttribute("value").endsWith("# theirs\n"));
  }

  @Test
  void showsTextThatLooksLikeMarkupAsText() throws IOException {
    Files.writeString(
        daemon.crontab(),
        "CRON_NAME = markup\n0 0 1 1 * - echo '<img src=x onerror=alert(1)><b>bold</b>'\n");
    daemon.daemon().reload();
    wait(() -> daemon.json("/jobs").size() == 1);
    open("#/jobs/markup");
    button("Run now");
    wait(() -> text(".output").contains("<b>bold</b>"));
    assertThat(browser.driver().findElements(By.cssSelector("#main img"))).isEmpty();
  }

  @Test
  void canBeUsedByKeyboardAlone() {
    open("#/");
    wait(() -> text("#main").contains("slow"));
    find("input[type=search]").sendKeys("hello", Keys.TAB, Keys.ENTER);
    wait(() -> text("h1").equals("hello"));
  }

  @Test
  void fitsAPhone() {
    browser.resize(390, 844);
    try {
      for (String page : List.of("#/", "#/jobs/slow", "#/crontab")) {
        open(page);
        wait(() -> !text("#main").isEmpty());
        Number overflow =
            (Number)
                browser.script(
                    "return document.documentElement.scrollWidth -"
                        + " document.documentElement.clientWidth");
        assertThat(overflow.intValue()).as(page).isZero();
      }
    } finally {
      browser.resize(1280, 900);
    }
  }

  @Test
  void saysThatTheConnectionIsLost() {
    browser.offline(true);
    try {
      wait(() -> text("#banner").startsWith("No connection"));
      assertThat(text("#health")).isEqualTo("not responding");
    } finally {
      browser.offline(false);
    }
    wait(() -> !find("#banner").isDisplayed());
  }
}
