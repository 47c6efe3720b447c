// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.camelcrond.schedule.Schedule;
import io.github.camelcrond.schedule.ScheduleException;
import io.github.camelcrond.schedule.ScheduleParser;
import io.github.camelcrond.schedule.SettableClock;
import io.github.camelcrond.trigger.CronRoutes.CronRoute;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.quartz.CamelJob;
import org.apache.camel.component.quartz.QuartzComponent;
import org.apache.camel.component.quartz.QuartzConstants;
import org.apache.camel.component.quartz.QuartzHelper;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.Scheduler;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.quartz.impl.matchers.GroupMatcher;
import org.slf4j.LoggerFactory;

/** The routes with a Quartz that waits for ever. */
class CronRoutesTest {
  private static final Instant NOON = Instant.parse("2020-05-05T12:00:00Z");

  private final SettableClock clock = new SettableClock(NOON);
  private final CamelContext context = new DefaultCamelContext();
  private final AtomicInteger fired = new AtomicInteger();
  private final CronRoutes routes =
      new CronRoutes(context, clock, new ClockWatch(clock, clock::nanos));

  @BeforeEach
  void start() throws Exception {
    QuartzComponent quartz = new QuartzComponent();
    quartz.setAutoStartScheduler(false);
    context.addComponent("quartz", quartz);
    context.getRegistry().bind("cron-routes", routes);
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            routeTemplate("cron")
                .templateParameter("job-schedule")
                .from("quartz:crontab/{{job-schedule}}?triggerStartDelay=86400000")
                .routePolicyRef("cron-routes")
                .process(exchange -> fired.incrementAndGet());
          }
        });
    context.start();
    routes.useIn(CronRoutes.scheduler(context));
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  private CronRoute route(String expression) throws ScheduleException {
    Schedule schedule = ScheduleParser.parse(expression, ZoneOffset.UTC, "").schedule();
    return new CronRoute(ScheduleKey.of(schedule), schedule, clock.instant(), expression);
  }

  private Instant alarm(CronRoute route) throws Exception {
    TriggerKey key = new TriggerKey(route.key(), "camel-crond");
    Trigger trigger = CronRoutes.scheduler(context).getTrigger(key);
    return ((ScheduleTrigger) trigger).due().orElseThrow();
  }

  private Route camelRoute(CronRoute route) {
    return context.getRoute("cron-" + route.key());
  }

  /** Makes the creation of routes with these ids fail. */
  private void refuseRoutes(Predicate<String> refused) {
    context.addRoutePolicyFactory(
        (c, id, definition) -> {
          if (refused.test(id)) {
            throw new IllegalStateException("no");
          }
          return null;
        });
  }

  @Test
  void setsTheAlarmToTheNextInstantAfterTheJobCame() throws Exception {
    CronRoute hourly = route("0 * * * *");
    clock.pass(Duration.ofMinutes(61));

    routes.update(List.of(hourly));

    assertThat(alarm(hourly)).isEqualTo(NOON.plus(Duration.ofHours(1)));
  }

  @Test
  void leavesWhatIsThereAndRemovesWhatIsNot() throws Exception {
    CronRoute minutely = route("* * * * *");
    CronRoute every = route("@every 60s");
    routes.update(List.of(minutely, every));
    routes.prepareRoutes();
    Route before = camelRoute(minutely);

    routes.update(List.of(minutely));

    assertThat(camelRoute(minutely)).isNotNull().isSameAs(before);
    assertThat(camelRoute(every)).isNull();
    assertThat(CronRoutes.scheduler(context).getTriggerKeys(GroupMatcher.anyTriggerGroup()))
        .hasSize(1);
    assertThat(alarm(minutely)).isEqualTo(NOON.plus(Duration.ofMinutes(1)));
  }

  @Test
  void aScheduleHasARouteOnlyWhileItIsDueSoon() throws Exception {
    CronRoute once = route("@at 2020-05-05T13:00");
    routes.update(List.of(once));
    routes.prepareRoutes();
    assertThat(camelRoute(once)).as("an hour before").isNull();

    clock.pass(Duration.ofHours(1).minus(CronRoutes.AHEAD));
    routes.prepareRoutes();
    assertThat(camelRoute(once)).as("minutes before").isNotNull();
    assertThat(CronRoutes.scheduler(context).getTriggerKeys(GroupMatcher.anyTriggerGroup()))
        .as("the trigger that Camel makes is removed")
        .hasSize(1);

    clock.pass(CronRoutes.AHEAD);
    CronRoutes.scheduler(context).start();
    Awaitility.await().until(() -> fired.get() == 1);
    Awaitility.await()
        .untilAsserted(
            () -> {
              routes.prepareRoutes();
              assertThat(camelRoute(once)).as("never due again").isNull();
            });
  }

  @Test
  void firingCreatesARouteThatIsNotThereYet() throws Exception {
    CronRoute once = route("@at 2020-05-05T13:00");
    routes.update(List.of(once));
    clock.pass(Duration.ofHours(1));

    CronRoutes.scheduler(context).start();

    Awaitility.await().until(() -> fired.get() == 1);
    assertThat(camelRoute(once)).isNotNull();
  }

  @Test
  void doesNotFireATimeOfDayTwiceWhenTheClockIsSetBack() throws Exception {
    CronRoute hourly = route("0 0-23 * * *");
    routes.update(List.of(hourly));
    clock.set(Duration.ofHours(-2));

    routes.followClock();
    CronRoute later = route("30 11,12 * * *");
    routes.update(List.of(hourly, later));

    assertThat(alarm(hourly)).isEqualTo(NOON.plus(Duration.ofHours(1)));
    assertThat(alarm(later)).isEqualTo(NOON.plus(Duration.ofMinutes(30)));
  }

  @Test
  void wildcardsAndPeriodsGoOnAtOnceWhenTheClockIsSetBack() throws Exception {
    List<CronRoute> jobs =
        List.of(
            route("* * * * *"), route("0 * * * *"), route("*/5 10,12 * * *"), route("@every 90s"));
    routes.update(jobs);
    clock.set(Duration.ofHours(-2));

    routes.followClock();

    assertThat(alarm(jobs.get(0))).isEqualTo("2020-05-05T10:01:00Z");
    assertThat(alarm(jobs.get(1))).isEqualTo("2020-05-05T11:00:00Z");
    assertThat(alarm(jobs.get(2))).isEqualTo("2020-05-05T10:05:00Z");
    assertThat(alarm(jobs.get(3))).isEqualTo("2020-05-05T10:01:30Z");
  }

  @Test
  void newInstantWithinTheTimeThatComesAgainGetsItsAlarm() throws Exception {
    routes.update(List.of(route("* * * * *")));
    clock.set(Duration.ofHours(-2));
    routes.followClock();
    CronRoute once = route("@at 2020-05-05T11:30");

    routes.update(List.of(once));

    assertThat(alarm(once)).isEqualTo("2020-05-05T11:30:00Z");
  }

  @Test
  void scheduleThatGetsNoAlarmIsSaidEachTimeAndLeavesTheOthersAlone() throws Exception {
    CronRoute hourly = route("0 * * * *");
    CronRoute beyond = new CronRoute("key", new Beyond(), NOON, "beyond: backup");

    for (int load = 0; load < 2; load++) {
      assertThatThrownBy(() -> routes.update(List.of(beyond, hourly)))
          .hasMessage("cannot schedule @beyond Z");

      assertThat(alarm(hourly)).isEqualTo(NOON.plus(Duration.ofHours(1)));
      assertThat(CronRoutes.scheduler(context).getTriggerKeys(GroupMatcher.anyTriggerGroup()))
          .hasSize(1);
    }
  }

  /** Fires when no alarm can be set to: later than Quartz can count. */
  private record Beyond() implements Schedule {
    @Override
    public Optional<Instant> next(Instant after) {
      return Optional.of(Instant.MAX);
    }

    @Override
    public ZoneId zone() {
      return ZoneOffset.UTC;
    }

    @Override
    public String expression() {
      return "@beyond";
    }
  }

  @Test
  void otherTriggersKeepTheirPaceWhenTheClockIsSetBack() throws Exception {
    Scheduler scheduler = CronRoutes.scheduler(context);
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("quartz:test/tick?trigger.repeatInterval=10000&trigger.repeatCount=-1")
                .to("log:x");
          }
        });
    TriggerKey tick = new TriggerKey("tick", "test");
    Instant before = scheduler.getTrigger(tick).getNextFireTime().toInstant();
    clock.set(Duration.ofHours(-2));

    routes.followClock();

    assertThat(scheduler.getTrigger(tick).getNextFireTime().toInstant())
        .isEqualTo(before.minus(Duration.ofHours(2)));
  }

  @Test
  void goesOnWithTheNewTimeWhenTheClockWasWrongBefore() throws Exception {
    CronRoute hourly = route("0 * * * *");
    routes.update(List.of(hourly));
    clock.set(Duration.ofMinutes(-190));

    routes.followClock();

    assertThat(alarm(hourly)).isEqualTo(Instant.parse("2020-05-05T09:00:00Z"));
  }

  @Test
  void saysOfWhichScheduleItPassedInstantsOver() throws Exception {
    Schedule hours = new HoursOf(NOON, 3);
    routes.update(List.of(new CronRoute("key", hours, NOON, "0 13-15 * * * Z: backup")));
    clock.pass(Duration.ofHours(3));
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger("crond.crontab");
    logger.addAppender(log);
    log.start();

    CronRoutes.scheduler(context).start();

    Awaitility.await().until(() -> !log.list.isEmpty());
    logger.detachAppender(log);
    assertThat(routes.missed()).isEqualTo(2);
    assertThat(log.list.get(0).getKeyValuePairs())
        .extracting(Object::toString)
        .containsExactly(
            "schedule=\"0 13-15 * * * Z: backup\"",
            "count=\"2\"",
            "fired=\"2020-05-05T15:00:00Z\"");
  }

  /** So many full hours after an instant. */
  private record HoursOf(Instant from, int count) implements Schedule {
    @Override
    public Optional<Instant> next(Instant after) {
      return IntStream.rangeClosed(1, count)
          .mapToObj(hour -> from.plus(Duration.ofHours(hour)))
          .filter(instant -> instant.isAfter(after))
          .findFirst();
    }

    @Override
    public ZoneId zone() {
      return ZoneOffset.UTC;
    }

    @Override
    public String expression() {
      return "0 13-15 * * *";
    }

    @Override
    public boolean timeOfDay() {
      return true;
    }
  }

  @Test
  void alarmThatGoesOffBeforeItsRouteIsThereDoesNothing() throws Exception {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(CamelJob.class);
    logger.addAppender(log);
    log.start();
    Scheduler scheduler = CronRoutes.scheduler(context);
    JobDetail early = JobBuilder.newJob(CamelJob.class).build();
    String name = QuartzHelper.getQuartzContextName(context);
    early.getJobDataMap().put(QuartzConstants.QUARTZ_CAMEL_CONTEXT_NAME, name);
    early.getJobDataMap().put(QuartzConstants.QUARTZ_ENDPOINT_URI, "quartz://test/tick");
    scheduler.scheduleJob(early, TriggerBuilder.newTrigger().startNow().build());

    scheduler.start();

    Awaitility.await()
        .until(
            () ->
                scheduler.getMetaData().getNumberOfJobsExecuted() > 0
                    && scheduler.getCurrentlyExecutingJobs().isEmpty());
    logger.detachAppender(log);
    assertThat(log.list).isEmpty();
  }

  @Test
  void keepsTheNextInstantWhenTheTemplateChanges() throws Exception {
    CronRoute minutely = route("* * * * *");
    routes.update(List.of(minutely));
    routes.prepareRoutes();
    Route old = camelRoute(minutely);
    clock.pass(Duration.ofMinutes(30));

    routes.renew();

    assertThat(camelRoute(minutely)).isNotNull().isNotSameAs(old);
    assertThat(alarm(minutely)).isEqualTo(NOON.plus(Duration.ofMinutes(1)));
  }

  @Test
  void leavesTheRoutesWhenTheTemplateCannotBeUsed() throws Exception {
    CronRoute minutely = route("* * * * *");
    routes.update(List.of(minutely));
    routes.prepareRoutes();
    Route old = camelRoute(minutely);
    ((ModelCamelContext) context)
        .getRouteTemplateDefinition("cron")
        .getRoute()
        .to("bean:nobody?option=none");

    assertThatThrownBy(routes::renew).hasMessageContaining("cron-template-trial");

    assertThat(camelRoute(minutely)).isSameAs(old);
    assertThat(context.getRoute("cron-template-trial")).isNull();
  }

  @Test
  void routesThatCouldNotBeCreatedAreCreatedLater() throws Exception {
    CronRoute minutely = route("* * * * *");
    CronRoute every = route("@every 60s");
    routes.update(List.of(minutely, every));
    routes.prepareRoutes();
    AtomicBoolean broken = new AtomicBoolean(true);
    refuseRoutes(id -> broken.get() && id.equals("cron-" + every.key()));
    assertThatThrownBy(routes::renew).hasRootCauseMessage("no");

    broken.set(false);
    routes.prepareRoutes();

    assertThat(camelRoute(minutely)).isNotNull();
    assertThat(camelRoute(every)).isNotNull();
  }

  @Test
  void withoutTheTemplateTheCrontabIsRejected() throws Exception {
    ((ModelCamelContext) context).removeRouteTemplateDefinitions("cron");

    assertThatThrownBy(() -> routes.update(List.of(route("0 * * * *"))))
        .hasMessage("route template cron is missing from the route files");
  }
}
