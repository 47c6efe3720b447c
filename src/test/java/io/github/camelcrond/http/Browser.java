// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import java.io.File;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The installed Chromium, without a window. */
final class Browser implements AutoCloseable {
  private static final List<String> BROWSERS =
      List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");
  private static final List<String> DRIVERS =
      List.of("/usr/bin/chromedriver", "/usr/lib/chromium-browser/chromedriver");

  private final ChromeDriver driver;

  /** Skips the tests, and says so, where there is no browser to run them in. */
  static final class Needed implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (first(BROWSERS).isPresent() && first(DRIVERS).isPresent()) {
        return ConditionEvaluationResult.enabled("there is a browser");
      }
      System.out.println(
          "NOTICE: the tests of the dashboard are skipped, there is no chromium and chromedriver"
              + " (apt-get install chromium chromium-driver)");
      return ConditionEvaluationResult.disabled("no chromium and chromedriver are installed");
    }
  }

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /** A window of this size, in points. */
  static Browser open(int width, int height) {
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(first(BROWSERS).orElseThrow());
    options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--lang=en-GB");
    options.addArguments("--window-size=" + width + "," + height);
    options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(new File(first(DRIVERS).orElseThrow()))
            .usingAnyFreePort()
            .build();
    Browser browser = new Browser(new ChromeDriver(service, options));
    browser.resize(width, height);
    return browser;
  }

  private static Optional<String> first(List<String> paths) {
    return Stream.of(paths).flatMap(List::stream).filter(p -> new File(p).canExecute()).findFirst();
  }

  ChromeDriver driver() {
    return driver;
  }

  void open(String url) {
    driver.get(url);
  }

  /** Makes the page as wide and high as that, below what the platform allows a window too. */
  void resize(int width, int height) {
    driver.manage().window().setSize(new Dimension(Math.max(width, 500), height));
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
  }

  /** Cuts the connection, or gives it back. */
  void offline(boolean cut) {
    driver.executeCdpCommand("Network.enable", Map.of());
    driver.executeCdpCommand(
        "Network.emulateNetworkConditions",
        Map.of("offline", cut, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
  }

  /** Forgets the token. */
  void forget() {
    script("sessionStorage.clear()");
    complaints();
  }

  Object script(String text) {
    return driver.executeScript(text);
  }

  /**
   * What the browser complained of since the last time; refused requests are the page's business.
   */
  List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(LogEntry::getMessage)
        .filter(message -> !message.contains("Failed to load resource"))
        .toList();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
