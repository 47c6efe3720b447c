// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.trigger;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.config.Durations;
import io.github.camelcrond.schedule.Schedule;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
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
import org.quartz.JobBuilder;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.TriggerKey;
import org.quartz.impl.DefaultThreadExecutor;
import org.quartz.impl.DirectSchedulerFactory;
import org.quartz.simpl.RAMJobStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets an alarm for each distinct schedule of the crontab, and creates the routes {@code cron-…}
 * that the alarms fire, from the route template {@code cron}.
 *
 * <p>An alarm is a {@link ScheduleTrigger} in Quartz and costs microseconds; a route costs
 * milliseconds and memory. A route is therefore created minutes before its schedule fires, and
 * removed if that does not fire again soon: a schedule that fires once a month has no route in
 * between.
 */
public final class CronRoutes extends RoutePolicySupport {
  /** A route is created when its schedule fires within this time. */
  static final Duration AHEAD = Duration.ofMinutes(2);

  /** A route is removed when its schedule does not fire within this time. */
  static final Duration KEPT = Duration.ofMinutes(10);

  private static final Logger LOG = LoggerFactory.getLogger("crond.crontab");

  /** Small, so that a firing does not wait long for routes that are needed later. */
  private static final int BATCH = 32;

  private static final int THREADS = 2;
  private static final Duration IDLE = Duration.ofSeconds(30);
  private static final AtomicInteger SCHEDULERS = new AtomicInteger();
  private static final List<String> INSTANTS = List.of("fireTime", "scheduledFireTime");

  /** The one Quartz job of all alarms, and the group of their triggers. */
  private static final JobKey ALARMS = new JobKey("alarm", "camel-crond");

  /** The key of no trigger, to make Quartz look for the next one. */
  private static final TriggerKey NO_TRIGGER = new TriggerKey("none", "clock");

  private final CamelContext context;
  private final CronTemplate template;
  private final Clock clock;
  private final ClockWatch watch;
  private final Map<String, Alarm> alarms = new ConcurrentHashMap<>();
  private final AtomicLong missed = new AtomicLong();

  /** Fair: a firing that needs its route precedes further batches, which are needed later. */
  private final ReentrantLock creating = new ReentrantLock(true);

  /**
   * A schedule in force.
   *
   * @param key see {@link ScheduleKey}
   * @param schedule the schedule
   * @param since no instant up to this one fires
   * @param description the description of its route, for people
   */
  public record CronRoute(String key, Schedule schedule, Instant since, String description) {}

  /**
   * The alarm of a schedule. A firing holds its lock, so that its route is not removed meanwhile.
   */
  private static final class Alarm {
    private final TriggerKey trigger;
    private volatile CronRoute route;

    /** When the schedule fires next; {@link Instant#MAX} if it never fires again. */
    private volatile Instant next = Instant.MAX;

    /** The endpoint that the route consumes from; null while there is no started route. */
    private volatile QuartzEndpoint endpoint;

    private Alarm(CronRoute route) {
      this.route = route;
      this.trigger = new TriggerKey(route.key(), ALARMS.getGroup());
    }
  }

  /**
   * Manages the alarms and routes of {@code context}.
   *
   * @param watch detects that the clock was set, and which schedules that holds back
   */
  public CronRoutes(CamelContext context, Clock clock, ClockWatch watch) {
    this.context = context;
    this.template = new CronTemplate((ModelCamelContext) context);
    this.clock = clock;
    this.watch = watch;
  }

  /**
   * Creates a Quartz scheduler that is not started yet. Quartz is only the alarm clock: a firing
   * hands its runs over and returns, so two threads suffice, and Quartz acquires that many alarms
   * of the same instant at once. {@link ScheduleTrigger} handles misfires. If the clock is set
   * while Quartz sleeps, {@link #followClock} wakes it, or the idle time does. The scheduler is not
   * configured by properties, which Quartz takes longer to read than the rest of its start takes.
   */
  public static Scheduler quartz() throws SchedulerException {
    String name = "crontab-" + SCHEDULERS.incrementAndGet();
    DirectSchedulerFactory factory = DirectSchedulerFactory.getInstance();
    factory.createScheduler(
        name,
        name,
        new AlarmThreads(THREADS, name),
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

  /** Makes {@code scheduler} fire the alarms. */
  public void useIn(Scheduler scheduler) throws SchedulerException {
    scheduler.setJobFactory(
        (bundle, s) ->
            bundle.getJobDetail().getKey().equals(ALARMS) ? new AlarmJob() : new RouteJob());
    scheduler.addJob(
        JobBuilder.newJob(AlarmJob.class).withIdentity(ALARMS).storeDurably().build(), true);
  }

  /**
   * Adds and removes alarms until there is one for each of {@code routes}; alarms that already
   * exist are left as they are.
   *
   * @throws IllegalStateException if an alarm cannot be set or removed; the others are as requested
   */
  @CalledByRoute
  public synchronized void update(Collection<CronRoute> routes) {
    template.require();
    Map<String, CronRoute> target = new HashMap<>();
    routes.forEach(route -> target.put(route.key(), route));
    List<String> failed = new ArrayList<>();
    Exception reason = null;
    for (Alarm alarm : List.copyOf(alarms.values())) {
      if (!target.containsKey(alarm.route.key())) {
        try {
          remove(alarm);
        } catch (Exception e) {
          failed.add(text(alarm.route.schedule()));
          reason = e;
        }
      }
    }
    for (CronRoute route : target.values()) {
      Alarm alarm = alarms.get(route.key());
      if (alarm != null) {
        describe(alarm, route);
        continue;
      }
      alarm = new Alarm(route);
      // First, as the alarm may go off at once.
      alarms.put(route.key(), alarm);
      try {
        set(alarm, route.since());
      } catch (SchedulerException | RuntimeException e) {
        alarms.remove(route.key());
        failed.add(text(route.schedule()));
        reason = e;
      }
    }
    if (reason != null) {
      throw new IllegalStateException("cannot schedule " + String.join(", ", failed), reason);
    }
  }

  private static String text(Schedule schedule) {
    return schedule.expression() + " " + schedule.zone();
  }

  /**
   * Updates the description of the route, whose jobs come and go without a restart of the route.
   */
  private void describe(Alarm alarm, CronRoute route) {
    boolean same = alarm.route.description().equals(route.description());
    alarm.route = route;
    Route existing = same ? null : context.getRoute(CronTemplate.PREFIX + route.key());
    if (existing != null) {
      existing.getProperties().put(Route.DESCRIPTION_PROPERTY, route.description());
    }
  }

  private void remove(Alarm alarm) throws Exception {
    scheduler(context).unscheduleJob(alarm.trigger);
    alarms.remove(alarm.route.key());
    removeRoute(alarm);
  }

  private void removeRoute(Alarm alarm) throws Exception {
    synchronized (alarm) {
      alarm.endpoint = null;
    }
    if (template.hasRoute(alarm.route.key())) {
      template.remove(alarm.route.key());
    }
  }

  /**
   * Creates the routes of schedules that fire soon, the next one first, and removes those that are
   * not needed for long. In between, the crontab can change and alarms can go off.
   *
   * @throws Exception if a route cannot be created or removed
   */
  @CalledByRoute
  public void prepareRoutes() throws Exception {
    Instant now = clock.instant();
    List<Alarm> missing = missing(now.plus(AHEAD));
    for (int from = 0; from < missing.size(); from += BATCH) {
      create(missing.subList(from, Math.min(from + BATCH, missing.size())));
    }
    for (Alarm alarm : alarms.values()) {
      if (alarm.endpoint != null && alarm.next.isAfter(now.plus(KEPT))) {
        synchronized (this) {
          if (alarms.get(alarm.route.key()) == alarm) {
            removeRoute(alarm);
          }
        }
      }
    }
  }

  private List<Alarm> missing(Instant until) {
    return alarms.values().stream()
        .filter(alarm -> alarm.endpoint == null && !alarm.next.isAfter(until))
        .sorted(Comparator.comparing(alarm -> alarm.next))
        .toList();
  }

  /** Creates the routes of those of {@code candidates} that are still in force without one. */
  private void create(List<Alarm> candidates) throws Exception {
    creating.lock();
    try {
      createAlone(candidates);
    } finally {
      creating.unlock();
    }
  }

  private synchronized void createAlone(List<Alarm> candidates) throws Exception {
    List<CronRoute> routes =
        candidates.stream()
            .filter(alarm -> alarms.get(alarm.route.key()) == alarm)
            .map(alarm -> alarm.route)
            .filter(route -> !template.hasRoute(route.key()))
            .toList();
    if (!routes.isEmpty()) {
      template.start(routes);
    }
  }

  /** The number of missed firings that were coalesced since the start. */
  public long missed() {
    return missed.get();
  }

  /**
   * Recreates all existing routes from the current template; alarms that go off meanwhile fire
   * afterwards.
   *
   * @throws Exception if a route cannot be removed or created; the next firing creates it
   */
  public synchronized void renew() throws Exception {
    template.check();
    List<CronRoute> routes = new ArrayList<>();
    for (Alarm alarm : alarms.values()) {
      if (template.hasRoute(alarm.route.key())) {
        routes.add(alarm.route);
        removeRoute(alarm);
      }
    }
    for (int from = 0; from < routes.size(); from += BATCH) {
      template.start(routes.subList(from, Math.min(from + BATCH, routes.size())));
    }
  }

  /** Removes the trigger that Camel has set for the route, as the schedule has its own. */
  @Override
  public void onStart(Route route) {
    QuartzEndpoint endpoint = (QuartzEndpoint) route.getEndpoint();
    try {
      endpoint.getComponent().getScheduler().unscheduleJob(endpoint.getTriggerKey());
    } catch (SchedulerException e) {
      throw new IllegalStateException("cannot remove the trigger of " + route.getRouteId(), e);
    }
    alarm(route).ifPresent(alarm -> alarm.endpoint = endpoint);
  }

  @Override
  public void onStop(Route route) {
    alarm(route).ifPresent(alarm -> alarm.endpoint = null);
  }

  private Optional<Alarm> alarm(Route route) {
    return Optional.ofNullable(
        alarms.get(route.getRouteId().substring(CronTemplate.PREFIX.length())));
  }

  /**
   * Keeps only the scheduled instants of the message from Quartz, as its thirty headers would be
   * copied for each run.
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
   * Sets or replaces the trigger of {@code alarm}; removes it if the schedule never fires again.
   */
  private void set(Alarm alarm, Instant since) throws SchedulerException {
    Schedule schedule = alarm.route.schedule();
    Instant held = watch.heldUntil(schedule);
    Instant after = held.isAfter(since) ? held : since;
    ScheduleTrigger trigger = new ScheduleTrigger(alarm.trigger, ALARMS, schedule, after, clock);
    Scheduler scheduler = scheduler(context);
    boolean due = trigger.computeFirstFireTime(null) != null;
    alarm.next = trigger.due().orElse(Instant.MAX);
    if (!due) {
      scheduler.unscheduleJob(alarm.trigger);
    } else if (scheduler.rescheduleJob(alarm.trigger, trigger) == null) {
      scheduler.scheduleJob(trigger);
    }
  }

  /**
   * Adjusts the alarms if the clock was set. After a jump ahead, alarms whose instant has passed go
   * off. After a jump back, schedules follow the new time at once, except for those that {@link
   * ClockWatch#heldUntil} holds back.
   *
   * @throws SchedulerException if Quartz rejects the new alarms
   */
  @CalledByRoute
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
      synchronized (this) {
        for (Alarm alarm : alarms.values()) {
          if (watch.heldUntil(alarm.route.schedule()).equals(Instant.MIN)) {
            set(alarm, clock.instant());
          }
        }
      }
      ForeignTriggers.follow(scheduler(context), jump.get().by());
    }
    // Quartz waits for an alarm that it has acquired; this makes it choose again.
    scheduler(context).pauseTrigger(NO_TRIGGER);
  }

  /** Fires a schedule through its route. */
  private final class AlarmJob extends CamelJob {
    private QuartzEndpoint endpoint;

    @Override
    public void execute(JobExecutionContext quartz) throws JobExecutionException {
      ScheduleTrigger trigger = (ScheduleTrigger) quartz.getTrigger();
      Alarm alarm = alarms.get(trigger.getKey().getName());
      if (alarm == null) {
        return;
      }
      alarm.next = trigger.due().orElse(Instant.MAX);
      if (trigger.coalesced() > 0) {
        coalesced(alarm, trigger.coalesced(), quartz.getScheduledFireTime().toInstant());
      }
      while (ready(alarm)) {
        synchronized (alarm) {
          endpoint = alarm.endpoint;
          if (endpoint != null) {
            super.execute(quartz);
            return;
          }
        }
      }
    }

    /** Whether the schedule has a started route; false if someone has stopped it. */
    private boolean ready(Alarm alarm) throws JobExecutionException {
      if (alarm.endpoint != null) {
        return true;
      }
      try {
        List<Alarm> due = new ArrayList<>(List.of(alarm));
        // Others of the same moment are about to ask for their routes.
        missing(clock.instant().plus(AlarmLead.BY)).stream().limit(BATCH).forEach(due::add);
        create(due.stream().distinct().toList());
      } catch (Exception e) {
        if (alarm.endpoint != null) {
          // Another route of the batch failed.
          return true;
        }
        LOG.atError()
            .addKeyValue("schedule", alarm.route.description())
            .addKeyValue("reason", e.toString())
            .log("cannot create the route of a schedule, its jobs did not run");
        throw new JobExecutionException(e);
      }
      if (alarm.endpoint == null) {
        LOG.atWarn()
            .addKeyValue("schedule", alarm.route.description())
            .log("route of a schedule is stopped, its jobs did not run");
      }
      return alarm.endpoint != null;
    }

    private void coalesced(Alarm alarm, int count, Instant fired) {
      missed.addAndGet(count);
      LOG.atWarn()
          .addKeyValue("schedule", alarm.route.description())
          .addKeyValue("count", count)
          .addKeyValue("fired", fired)
          .log("missed firings coalesced into one");
    }

    @Override
    protected CamelContext getCamelContext(JobExecutionContext quartz) {
      return context;
    }

    @Override
    protected QuartzEndpoint lookupQuartzEndpoint(CamelContext camel, JobExecutionContext quartz) {
      return endpoint;
    }
  }

  /** Fires a {@code quartz:} route of a user's route file. */
  private static final class RouteJob extends CamelJob {

    /**
     * Ignores a trigger without a route: Camel registers an endpoint only after it has set its
     * trigger, which may fire in between.
     */
    @Override
    public void execute(JobExecutionContext quartz) throws JobExecutionException {
      TriggerKey key = quartz.getTrigger().getKey();
      boolean hasRoute =
          getCamelContext(quartz).getRoutes().stream()
              .anyMatch(
                  route ->
                      route.getEndpoint() instanceof QuartzEndpoint endpoint
                          && key.equals(endpoint.getTriggerKey()));
      if (hasRoute) {
        super.execute(quartz);
      }
    }
  }

  /** The scheduler of {@code context}'s Quartz component. */
  public static Scheduler scheduler(CamelContext context) {
    return context.getComponent("quartz", QuartzComponent.class).getScheduler();
  }
}
