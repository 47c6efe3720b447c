// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.trigger;

import io.github.camelcrond.config.Durations;
import io.github.camelcrond.schedule.Schedule;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Route;
import org.apache.camel.component.quartz.CamelJob;
import org.apache.camel.component.quartz.QuartzComponent;
import org.apache.camel.component.quartz.QuartzEndpoint;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.support.DefaultMessage;
import org.apache.camel.support.RoutePolicySupport;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerKey;
import org.quartz.impl.DefaultThreadExecutor;
import org.quartz.impl.DirectSchedulerFactory;
import org.quartz.simpl.RAMJobStore;
import org.quartz.simpl.SimpleThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds and removes the routes {@code cron-…}, one for each distinct schedule, from the route
 * template {@code cron}; and, as the policy of those routes, puts a {@link ScheduleTrigger} in the
 * place of the trigger that Camel made.
 */
public final class CronRoutes extends RoutePolicySupport {
  private static final Logger LOG = LoggerFactory.getLogger(CronRoutes.class);
  private static final int BATCH = 256;
  private static final int THREADS = 2;
  private static final Duration IDLE = Duration.ofSeconds(30);
  private static final AtomicInteger SCHEDULERS = new AtomicInteger();
  private static final List<String> INSTANTS = List.of("fireTime", "scheduledFireTime");

  /** There is none of this name. */
  private static final TriggerKey NO_TRIGGER = new TriggerKey("none", "clock");

  private final CamelContext context;
  private final CronTemplate template;
  private final Clock clock;
  private final Map<String, CronRoute> wanted = new ConcurrentHashMap<>();
  private final ClockWatch watch;
  private final Map<TriggerKey, Alarm> alarms = new ConcurrentHashMap<>();

  /** Whether routes of {@link #wanted} may be missing. */
  private boolean incomplete;

  /** Routes that started without an alarm, and why; until they are removed. */
  private final Map<String, Exception> withoutAlarm = new ConcurrentHashMap<>();

  private final AtomicLong missed = new AtomicLong();

  /**
   * What a route is made for.
   *
   * @param key of the schedule, see {@link ScheduleKey}
   * @param since no instant up to this one fires
   * @param description for people
   */
  public record CronRoute(String key, Schedule schedule, Instant since, String description) {}

  /** A route's endpoint and what sets it off. */
  private record Alarm(String key, QuartzEndpoint endpoint, Schedule schedule) {}

  /**
   * Creates an object that manages the routes of {@code context}.
   *
   * @param watch tells when the clock was set, and which schedules are held back by that
   */
  public CronRoutes(CamelContext context, Clock clock, ClockWatch watch) {
    this.context = context;
    this.template = new CronTemplate((ModelCamelContext) context);
    this.clock = clock;
    this.watch = watch;
  }

  /**
   * Creates a Quartz scheduler that is not started yet. Quartz serves only as the alarm clock: a
   * firing hands its runs over and returns, so that two threads suffice. Each thread wakes twice a
   * second, and Quartz acquires as many alarms of the same instant at once as there are threads.
   * {@link ScheduleTrigger} handles misfires. If the clock is set while Quartz sleeps, {@link
   * #followClock} wakes it, at the latest the idle time does. The scheduler is not configured by
   * properties because Quartz takes longer to read them than for the rest of its start.
   */
  public static Scheduler quartz() throws SchedulerException {
    String name = "crontab-" + SCHEDULERS.incrementAndGet();
    DirectSchedulerFactory factory = DirectSchedulerFactory.getInstance();
    factory.createScheduler(
        name,
        name,
        new SimpleThreadPool(THREADS, Thread.NORM_PRIORITY),
        new DefaultThreadExecutor(),
        new RAMJobStore(),
        Map.of(),
        null,
        0,
        IDLE.toMillis(),
        -1,
        false,
        null,
        THREADS,
        0);
    return factory.getScheduler(name);
  }

  /**
   * Makes {@code scheduler} find routes in a map: the stock job walks all routes at every firing.
   */
  public void useIn(Scheduler scheduler) throws SchedulerException {
    scheduler.setJobFactory((bundle, s) -> new MappedJob());
  }

  /**
   * Adds and removes routes until there is one for each of {@code routes}; routes that already
   * exist are left running.
   *
   * @throws Exception if a route cannot be added or removed; the other routes are as requested
   */
  public synchronized void update(Collection<CronRoute> routes) throws Exception {
    if (incomplete) {
      forgetMissing();
    }
    Map<String, CronRoute> target = new ConcurrentHashMap<>();
    routes.forEach(r -> target.put(r.key(), r));
    for (String key : List.copyOf(wanted.keySet())) {
      if (!target.containsKey(key)) {
        remove(key);
      }
    }
    List<CronRoute> added = new ArrayList<>();
    for (CronRoute route : target.values()) {
      CronRoute before = wanted.put(route.key(), route);
      if (before == null) {
        added.add(route);
      } else if (!before.description().equals(route.description())) {
        describe(route);
      }
    }
    try {
      add(added);
    } catch (Exception e) {
      forgetMissing();
      throw e;
    } finally {
      removeWithoutAlarm();
    }
  }

  /** Forgets schedules that have no route, so that the next update adds them. */
  private void forgetMissing() {
    wanted.keySet().removeIf(key -> !template.hasRoute(key));
    incomplete = false;
  }

  /**
   * Removes the routes whose alarm could not be set, so that the next update adds them again.
   *
   * @throws IllegalStateException if there are any
   */
  private void removeWithoutAlarm() throws Exception {
    if (withoutAlarm.isEmpty()) {
      return;
    }
    Map<String, Exception> failed = Map.copyOf(withoutAlarm);
    withoutAlarm.clear();
    List<String> schedules = new ArrayList<>();
    for (String key : failed.keySet()) {
      Schedule schedule = wanted.get(key).schedule();
      schedules.add(schedule.expression() + " " + schedule.zone());
      remove(key);
    }
    throw new IllegalStateException(
        "no alarm could be set for " + String.join(", ", schedules),
        failed.values().iterator().next());
  }

  /**
   * Updates the description of an existing route: jobs of a schedule come and go without a restart
   * of its route.
   */
  private void describe(CronRoute route) {
    Route existing = context.getRoute(CronTemplate.PREFIX + route.key());
    if (existing != null) {
      existing.getProperties().put(Route.DESCRIPTION_PROPERTY, route.description());
    }
  }

  /** The number of missed firings that were coalesced since the start. */
  public long missed() {
    return missed.get();
  }

  /**
   * Recreates all routes from the current template; firings that become due meanwhile fire
   * afterwards. Routes that an earlier attempt failed to recreate are created as well.
   *
   * @throws Exception if a route cannot be removed or added
   */
  public synchronized void renew() throws Exception {
    template.check();
    List<CronRoute> routes = new ArrayList<>();
    for (CronRoute route : wanted.values()) {
      boolean there = !incomplete || template.hasRoute(route.key());
      Instant since = there ? dueNext(route.key()) : route.since();
      routes.add(new CronRoute(route.key(), route.schedule(), since, route.description()));
    }
    boolean some = incomplete;
    incomplete = true;
    try {
      for (CronRoute route : routes) {
        if (!some || template.hasRoute(route.key())) {
          remove(route.key());
        }
      }
    } finally {
      // Keeps the routes already removed when another cannot be removed.
      routes.forEach(r -> wanted.put(r.key(), r));
    }
    add(routes);
    incomplete = false;
    removeWithoutAlarm();
  }

  /** The instant just before the next one of the route for {@code key}. */
  private Instant dueNext(String key) throws SchedulerException {
    QuartzEndpoint endpoint =
        (QuartzEndpoint) context.getRoute(CronTemplate.PREFIX + key).getEndpoint();
    Trigger trigger = endpoint.getComponent().getScheduler().getTrigger(endpoint.getTriggerKey());
    Optional<Instant> due = trigger instanceof ScheduleTrigger ours ? ours.due() : Optional.empty();
    return due.map(instant -> instant.minusNanos(1)).orElseGet(clock::instant);
  }

  private void add(List<CronRoute> routes) throws Exception {
    for (int from = 0; from < routes.size(); from += BATCH) {
      template.start(routes.subList(from, Math.min(from + BATCH, routes.size())));
    }
  }

  private void remove(String key) throws Exception {
    template.remove(key);
    wanted.remove(key);
  }

  @Override
  public void onStart(Route route) {
    String key = route.getRouteId().substring(CronTemplate.PREFIX.length());
    QuartzEndpoint endpoint = (QuartzEndpoint) route.getEndpoint();
    TriggerKey trigger = endpoint.getTriggerKey();
    CronRoute made = wanted.get(key);
    Alarm alarm = new Alarm(key, endpoint, made.schedule());
    alarms.put(trigger, alarm);
    try {
      set(alarm, made.since());
    } catch (SchedulerException | RuntimeException e) {
      // Thrown, it would keep the other routes of the batch from starting.
      withoutAlarm.put(key, e);
    }
  }

  /**
   * Keeps only the instants of the message from Quartz: its thirty headers would be copied for each
   * run that is due.
   */
  @Override
  public void onExchangeBegin(Route route, Exchange exchange) {
    Message alarm = exchange.getIn();
    Message instants = new DefaultMessage(exchange);
    for (String name : INSTANTS) {
      instants.setHeader(name, alarm.getHeader(name));
    }
    exchange.setIn(instants);
  }

  /**
   * Replaces the current trigger by one for the schedule of {@code alarm}. If that fails, the
   * current trigger is removed nevertheless: Camel's would run the jobs a day later.
   */
  private void set(Alarm alarm, Instant since) throws SchedulerException {
    Instant held = watch.heldUntil(alarm.schedule);
    Instant after = held.isAfter(since) ? held : since;
    TriggerKey key = alarm.endpoint.getTriggerKey();
    Scheduler scheduler = alarm.endpoint.getComponent().getScheduler();
    Trigger old = scheduler.getTrigger(key);
    if (old == null) {
      return;
    }
    boolean set = false;
    try {
      if (alarm.schedule.next(after).isPresent()) {
        scheduler.rescheduleJob(
            key, new ScheduleTrigger(key, old.getJobKey(), alarm.schedule, after, clock));
        set = true;
      }
    } finally {
      if (!set) {
        scheduler.unscheduleJob(key);
      }
    }
  }

  @Override
  public void onStop(Route route) {
    alarms.remove(((QuartzEndpoint) route.getEndpoint()).getTriggerKey());
  }

  private void passedOver(Alarm alarm, int count, Instant fired) {
    missed.addAndGet(count);
    CronRoute route = wanted.get(alarm.key);
    LOG.atWarn()
        .addKeyValue("schedule", route == null ? alarm.schedule.expression() : route.description())
        .addKeyValue("count", count)
        .addKeyValue("fired", fired)
        .log("missed firings coalesced into one");
  }

  /**
   * Adjusts the alarms if the clock was set. After a jump ahead, alarms that are due go off. After
   * a jump back, schedules follow the new time at once, except for those that {@link
   * ClockWatch#heldUntil} holds back.
   *
   * @throws SchedulerException if Quartz rejects the new alarms
   */
  public void followClock() throws SchedulerException {
    Optional<ClockWatch.Jump> jump = watch.look();
    if (jump.isEmpty()) {
      return;
    }
    boolean back = jump.get().by().isNegative();
    LOG.atWarn()
        .addKeyValue("by", Durations.format(jump.get().by().abs()))
        .addKeyValue("now", jump.get().to())
        .log(back ? "clock was set back" : "clock jumped ahead");
    if (back) {
      for (Alarm alarm : alarms.values()) {
        if (watch.heldUntil(alarm.schedule).equals(Instant.MIN)) {
          set(alarm, clock.instant());
        }
      }
      ForeignTriggers.follow(scheduler(context), jump.get().by());
    }
    // Quartz waits for an alarm that it has acquired; this makes it choose again.
    scheduler(context).pauseTrigger(NO_TRIGGER);
  }

  /** A Quartz job that finds its endpoint in a map. */
  private final class MappedJob extends CamelJob {

    /**
     * Camel sets an alarm when it creates an endpoint, and registers the endpoint afterwards. An
     * alarm that goes off in between has no route yet, and is ignored.
     */
    @Override
    public void execute(JobExecutionContext quartz) throws JobExecutionException {
      TriggerKey key = quartz.getTrigger().getKey();
      if (alarms.containsKey(key) || hasRoute(key)) {
        super.execute(quartz);
      }
    }

    private boolean hasRoute(TriggerKey key) {
      return context.getRoutes().stream()
          .anyMatch(
              route ->
                  route.getEndpoint() instanceof QuartzEndpoint endpoint
                      && key.equals(endpoint.getTriggerKey()));
    }

    @Override
    protected QuartzEndpoint lookupQuartzEndpoint(CamelContext camel, JobExecutionContext quartz)
        throws JobExecutionException {
      Alarm alarm = alarms.get(quartz.getTrigger().getKey());
      if (alarm == null) {
        return super.lookupQuartzEndpoint(camel, quartz);
      }
      Instant fired = quartz.getScheduledFireTime().toInstant();
      if (quartz.getTrigger() instanceof ScheduleTrigger trigger && trigger.passedOver() > 0) {
        passedOver(alarm, trigger.passedOver(), fired);
      }
      return alarm.endpoint;
    }
  }

  /** The scheduler of {@code context}'s Quartz component. */
  public static Scheduler scheduler(CamelContext context) {
    return context.getComponent("quartz", QuartzComponent.class).getScheduler();
  }
}
