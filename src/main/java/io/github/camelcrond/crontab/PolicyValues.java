// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import static io.github.camelcrond.crontab.Policies.DEFAULT;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The policies in force at a line while a crontab is read, changed one variable at a time. */
final class PolicyValues {
  /** The names of the variables that set policies. */
  static final List<String> NAMES =
      List.of(
          """
          RANDOM_DELAY CRON_TIMEOUT CRON_KILL_AFTER CRON_OVERLAP CRON_GROUP CRON_SCOPE CRON_ON
          CRON_RETRIES CRON_RETRY_DELAY CRON_RETRY_ON CRON_CATCH_UP CRON_MAX_AGE CRON_OUTPUT
          CRON_QUEUE CRON_ON_CRASH CRON_ON_STORE_DOWN CRON_LOG CRON_CONTENT_TYPE
          """
              .split("\\s+"));

  private static final int MAX_RANDOM_DELAY_MINUTES = 10_080;
  private static final int MAX_RETRIES = 100;

  private final EndpointRule endpoints;
  private Duration randomDelay = DEFAULT.randomDelay();
  private Optional<Duration> timeout = DEFAULT.timeout();
  private Duration killAfter = DEFAULT.killAfter();
  private Policies.Overlap overlap = DEFAULT.overlap();
  private Optional<Policies.Group> group = DEFAULT.group();
  private Policies.Scope scope = DEFAULT.scope();
  private Policies.On on = DEFAULT.on();
  private int retries = DEFAULT.retries();
  private Duration retryDelay = DEFAULT.retryDelay();
  private Policies.RetryOn retryOn = DEFAULT.retryOn();
  private Optional<Duration> catchUp = DEFAULT.catchUp();
  private Optional<Duration> maxAge = DEFAULT.maxAge();
  private Optional<String> output = DEFAULT.output();
  private Optional<String> queue = DEFAULT.queue();
  private Policies.OnCrash onCrash = DEFAULT.onCrash();
  private Optional<Policies.OnStoreDown> onStoreDown = DEFAULT.onStoreDown();
  private Policies current = DEFAULT;

  PolicyValues(EndpointRule endpoints) {
    this.endpoints = endpoints;
  }

  /** The policies in force; the same object until a variable changes them. */
  Policies policies() {
    return current;
  }

  /**
   * Sets one of {@link #NAMES}; an empty value restores the default.
   *
   * @throws LineException if the value is invalid; the default is in force then
   */
  void set(String name, String value) throws LineException {
    try {
      reset(name);
      if (!value.isEmpty()) {
        take(name, value);
      }
    } finally {
      current = build();
    }
  }

  private void reset(String name) {
    switch (name) {
      case "RANDOM_DELAY" -> randomDelay = DEFAULT.randomDelay();
      case "CRON_TIMEOUT" -> timeout = DEFAULT.timeout();
      case "CRON_KILL_AFTER" -> killAfter = DEFAULT.killAfter();
      case "CRON_OVERLAP" -> overlap = DEFAULT.overlap();
      case "CRON_GROUP" -> group = DEFAULT.group();
      case "CRON_SCOPE" -> scope = DEFAULT.scope();
      case "CRON_ON" -> on = DEFAULT.on();
      case "CRON_RETRIES" -> retries = DEFAULT.retries();
      case "CRON_RETRY_DELAY" -> retryDelay = DEFAULT.retryDelay();
      case "CRON_RETRY_ON" -> retryOn = DEFAULT.retryOn();
      case "CRON_CATCH_UP" -> catchUp = DEFAULT.catchUp();
      case "CRON_MAX_AGE" -> maxAge = DEFAULT.maxAge();
      case "CRON_OUTPUT" -> output = DEFAULT.output();
      case "CRON_QUEUE" -> queue = DEFAULT.queue();
      case "CRON_ON_CRASH" -> onCrash = DEFAULT.onCrash();
      case "CRON_ON_STORE_DOWN" -> onStoreDown = DEFAULT.onStoreDown();
      case "CRON_LOG", "CRON_CONTENT_TYPE" -> {}
      default -> throw new IllegalArgumentException(name);
    }
  }

  private void take(String name, String value) throws LineException {
    switch (name) {
      case "RANDOM_DELAY" ->
          randomDelay =
              Duration.ofMinutes(
                  PolicyText.number(name, value, 0, MAX_RANDOM_DELAY_MINUTES, " minutes"));
      case "CRON_TIMEOUT" -> timeout = PolicyText.optionalDuration(name, value, "none");
      case "CRON_KILL_AFTER" -> killAfter = PolicyText.duration(name, value);
      case "CRON_OVERLAP" -> overlap = PolicyText.word(name, value, Policies.Overlap.class);
      case "CRON_GROUP" -> group = Optional.of(PolicyText.group(value));
      case "CRON_SCOPE" -> scope = PolicyText.word(name, value, Policies.Scope.class);
      case "CRON_ON" -> on = PolicyText.word(name, value, Policies.On.class);
      case "CRON_RETRIES" -> retries = PolicyText.number(name, value, 0, MAX_RETRIES, "");
      case "CRON_RETRY_DELAY" -> retryDelay = PolicyText.duration(name, value);
      case "CRON_RETRY_ON" -> retryOn = PolicyText.word(name, value, Policies.RetryOn.class);
      case "CRON_CATCH_UP" -> catchUp = PolicyText.optionalDuration(name, value, "off");
      case "CRON_MAX_AGE" -> maxAge = PolicyText.optionalDuration(name, value, "off");
      case "CRON_OUTPUT" -> output = Optional.of(endpoint(value));
      case "CRON_QUEUE" -> queue = Optional.of(PolicyText.plainName(name, value));
      case "CRON_ON_CRASH" -> onCrash = PolicyText.word(name, value, Policies.OnCrash.class);
      case "CRON_ON_STORE_DOWN" ->
          onStoreDown = Optional.of(PolicyText.word(name, value, Policies.OnStoreDown.class));
      // Such variables are read from the environment of the job where they are used.
      case "CRON_LOG" -> PolicyText.word(name, value, Policies.LogForm.class);
      case "CRON_CONTENT_TYPE" -> PolicyText.contentType(name, value);
      default -> throw new IllegalArgumentException(name);
    }
  }

  private String endpoint(String value) throws LineException {
    if (value.equalsIgnoreCase("none")) {
      return "none";
    }
    int end = 0;
    while (end < value.length() && !Character.isWhitespace(value.charAt(end))) {
      end++;
    }
    if (end < value.length()) {
      throw new LineException(end, "CRON_OUTPUT contains a blank, write one endpoint or none");
    }
    if (EndpointRule.schemeLength(value) == 0) {
      String what = "CRON_OUTPUT " + Characters.shown(value) + " is not an endpoint, ";
      throw new LineException(0, what + "use one such as rabbitmq:reports?routingKey=x, or none");
    }
    endpoints.check(value);
    return value;
  }

  private Policies build() {
    return new Policies(
        randomDelay,
        timeout,
        killAfter,
        overlap,
        group,
        scope,
        on,
        retries,
        retryDelay,
        retryOn,
        catchUp,
        maxAge,
        output,
        queue,
        onCrash,
        onStoreDown);
  }
}
