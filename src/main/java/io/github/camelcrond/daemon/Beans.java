// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import io.github.camelcrond.camel.LowWakeupQueues;
import io.github.camelcrond.cluster.ClaimBeans;
import io.github.camelcrond.cluster.Claims;
import io.github.camelcrond.cluster.PeerBeans;
import io.github.camelcrond.cluster.Peers;
import io.github.camelcrond.cluster.PlaceBeans;
import io.github.camelcrond.cluster.Places;
import io.github.camelcrond.cluster.ReplicaHandover;
import io.github.camelcrond.cluster.WorkBeans;
import io.github.camelcrond.cluster.WorkSettings;
import io.github.camelcrond.config.Environment;
import io.github.camelcrond.config.Settings;
import io.github.camelcrond.crontab.CrontabFiles;
import io.github.camelcrond.crontab.CrontabPaths;
import io.github.camelcrond.crontab.CrontabReader;
import io.github.camelcrond.crontab.DaemonUser;
import io.github.camelcrond.crontab.EndpointRule;
import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.crontab.ReaderOptions;
import io.github.camelcrond.crontab.Users;
import io.github.camelcrond.job.CatchUp;
import io.github.camelcrond.job.CrontabLoad;
import io.github.camelcrond.job.JobTable;
import io.github.camelcrond.job.LineEndpoints;
import io.github.camelcrond.job.PausedJobs;
import io.github.camelcrond.process.OutputBudget;
import io.github.camelcrond.process.ProcessLauncher;
import io.github.camelcrond.process.ProcessLaunchers;
import io.github.camelcrond.process.ProgramPath;
import io.github.camelcrond.process.UserSwitch;
import io.github.camelcrond.rabbitmq.RabbitBeans;
import io.github.camelcrond.rabbitmq.RunMessage;
import io.github.camelcrond.routes.RouteFailures;
import io.github.camelcrond.routes.RouteReload;
import io.github.camelcrond.run.BackgroundProcesses;
import io.github.camelcrond.run.DelayStep;
import io.github.camelcrond.run.Gate;
import io.github.camelcrond.run.GateRule;
import io.github.camelcrond.run.JobBinding;
import io.github.camelcrond.run.JobDelays;
import io.github.camelcrond.run.JobExecutor;
import io.github.camelcrond.run.JobMessage;
import io.github.camelcrond.run.JobProcess;
import io.github.camelcrond.run.MessageSender;
import io.github.camelcrond.run.Outcome;
import io.github.camelcrond.run.OutputEndpoint;
import io.github.camelcrond.run.PublishOrder;
import io.github.camelcrond.run.Run;
import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.run.RunFact;
import io.github.camelcrond.run.RunHistory;
import io.github.camelcrond.run.RunId;
import io.github.camelcrond.run.RunJournal;
import io.github.camelcrond.run.RunLog;
import io.github.camelcrond.run.RunTerminator;
import io.github.camelcrond.run.Runs;
import io.github.camelcrond.run.StopMeansSkip;
import io.github.camelcrond.run.SurvivingRuns;
import io.github.camelcrond.run.WaitStep;
import io.github.camelcrond.spool.Spool;
import io.github.camelcrond.spool.SpoolBeans;
import io.github.camelcrond.store.HostName;
import io.github.camelcrond.store.RedisKeys;
import io.github.camelcrond.store.StoreBeans;
import io.github.camelcrond.trigger.ClockWatch;
import io.github.camelcrond.trigger.CronRoutes;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.apache.camel.CamelContext;
import org.apache.camel.LoggingLevel;
import org.apache.camel.Processor;
import org.apache.camel.component.seda.SedaComponent;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.LoggingExceptionHandler;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;

/** The beans that the routes name, and the threads behind them. */
final class Beans {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration DAY = Duration.ofDays(1);

  /**
   * How long the end of a run is delayed while a process in the background still holds its output
   * open.
   */
  private static final Duration OUTPUT_GRACE = Duration.ofMillis(250);

  private final Settings settings;
  private final Clock clock;
  private final Threads threads = new Threads();
  private final ProcessLauncher launcher;
  private final DaemonUser self;
  private final UserSwitch userSwitch;
  private final StoreBeans store;
  private final Optional<Claims> claims;
  private final RabbitBeans rabbit;
  private final Spool spool;
  private final WorkBeans work;
  private final String host;
  private final LowWakeupQueues queues;
  private final OutputBudget output = OutputBudget.ofHeap();
  private final Runs runs;
  private final RunLog log;
  private final BackgroundProcesses background;
  private final RunId ids;
  private final Optional<Places> places;
  private final Optional<Peers> peers;
  private final Gate overlap;
  private final Gate group;
  private final Gate maxParallel;
  private final Gate startGate;
  private final DelayStep claimDelay;
  private final DelayStep randomDelay;
  private final DelayStep retryDelay;
  private final RunTerminator terminator;
  private final StopSequence stop;
  private final Scheduler scheduler;

  /**
   * Makes the beans and binds them in the registry of {@code context}.
   *
   * @throws IOException if processes cannot be started here
   * @throws SchedulerException if Quartz cannot be created
   */
  Beans(Settings settings, Clock clock, CamelContext context)
      throws IOException, SchedulerException {
    this.settings = settings;
    this.clock = clock;
    this.host = HostName.of(settings);
    context.getRegistry().bind("periodic-threads", threads.periodic());
    context.getRegistry().bind("clock-thread", threads.timer());
    this.queues = LowWakeupQueues.of(context);
    queues.serve(context.getComponent("seda", SedaComponent.class));
    DaemonUser asked = DaemonUser.of(settings);
    this.ids = new RunId(clock);
    this.log = RunLog.of(settings);
    ProgramPath programs = ProgramPath.of(System.getenv().getOrDefault("PATH", ""));
    this.launcher = ProcessLaunchers.best(OUTPUT_GRACE, programs);
    ProcessLaunchers.reaper(launcher, clock).ifPresent(threads::reapWith);
    this.userSwitch =
        asked.runsAllAsItself() ? UserSwitch.off() : UserSwitch.find(programs, launcher);
    this.self = asked.cannotSwitch(userSwitch.impossible());
    int outputLimit = (int) settings.bytes("crond.run.output-limit", 1 << 10, 100 << 20);
    this.store = StoreBeans.bind(context.getRegistry(), settings, clock);
    this.claims = ClaimBeans.bind(context.getRegistry(), settings);
    RunJournal journal = context.getRegistry().lookupByNameAndType("run-journal", RunJournal.class);
    this.terminator = new RunTerminator(threads.timer());
    this.background = new BackgroundProcesses(terminator);
    this.runs = new Runs(clock, journal, log, host, outputLimit, output, terminator);
    ExecutorService pool = threads.runs();
    int parallel = settings.number("crond.run.max-parallel", 1, 30_000);
    int cores = Runtime.getRuntime().availableProcessors();
    this.places =
        PlaceBeans.bind(context.getRegistry(), settings, runs, clock, pool, threads.places());
    this.overlap = new Gate(GateRule.overlap(), pool, runs);
    this.group = new Gate(GateRule.group(), pool, runs);
    this.maxParallel = new Gate(GateRule.all(parallel), pool, runs);
    // Starting more at once than the kernel can set up processes for lowers the rate.
    this.startGate = new Gate(GateRule.starting(4 * cores), pool, runs);
    JobDelays delays = new JobDelays(runs, clock);
    this.randomDelay = new DelayStep(delays::beforeStart, threads.timer(), pool, runs);
    this.retryDelay = new DelayStep(delays::beforeRetry, threads.timer(), pool, runs);
    // Another replica may still claim the firing of a run that waits here.
    this.claimDelay = new DelayStep(run -> Claims.REST, threads.timer(), pool, runs, false);
    List<WaitStep> waits = new ArrayList<>(List.of(startGate));
    waits.addAll(waitsBeforeStart());
    waits.add(retryDelay);
    waits.forEach(step -> terminator.waitsAt(step::dismiss));
    this.stop =
        new StopSequence(
            runs,
            terminator,
            waits,
            settings.duration("crond.stop.grace", Duration.ZERO, Duration.ofHours(1)),
            background);
    this.scheduler = CronRoutes.quartz();
    RouteFailures failures = new RouteFailures();
    context.getRegistry().bind("log-route-failure", failures);
    context.addLifecycleStrategy(failures);
    bindCrontab(context, context.getRegistry());
    RunHistory history = new RunHistory(settings.usesRedis());
    bindRuns(context, context.getRegistry(), history);
    this.peers =
        PeerBeans.bind(
            context.getRegistry(), settings, runs, history, clock, threads.runs(), places);
    this.rabbit = RabbitBeans.bind(context, settings);
    EndpointRule endpoints = EndpointRule.of(settings);
    this.spool = SpoolBeans.bind(context, settings, endpoints, clock);
    this.work = WorkBeans.bind(context, WorkSettings.of(settings), host, endpoints, clock);
  }

  private void bindCrontab(CamelContext context, Registry registry) {
    CrontabPaths paths = CrontabPaths.of(settings);
    ClockWatch watch = new ClockWatch(clock, System::nanoTime);
    registry.bind("cron-routes", new CronRoutes(context, clock, watch));
    registry.bind("quartz-scheduler", scheduler);
    registry.bind(
        "crontab-file",
        new CrontabFiles(
            paths,
            settings.duration("crond.crontab.settle", Duration.ZERO, Duration.ofMinutes(1)),
            clock,
            WritableByOthers::warn));
    registry.bind("crontab-folders", new CrontabFolders(context, paths.folders()));
    registry.bind(
        "crontab-reader", new CrontabReader(ReaderOptions.of(settings).withUsers(self), clock));
    Duration grace = settings.duration("crond.run.misfire-grace", SECOND, DAY);
    JobTable jobs = new JobTable(clock, ids, grace, watch);
    RunJournal journal = registry.lookupByNameAndType("run-journal", RunJournal.class);
    registry.bind("job-table", jobs);
    claims.ifPresent(
        c ->
            registry
                .lookupByNameAndType("redis-keys", RedisKeys.class)
                .keepLastByHost(host, id -> jobs.find(id).stream().anyMatch(Beans::onEach)));
    CatchUp catchUp = new CatchUp(jobs, journal, ids, clock, claimed());
    runs.listen(catchUp);
    registry.bind("catch-up", catchUp);
    registry.bind(
        "crontab-load", new CrontabLoad(paths.toString(), clock, System::nanoTime, catchUp));
  }

  private static boolean onEach(Job job) {
    return job.policies().onEach();
  }

  private CatchUp.Claimed claimed() {
    return claims.<CatchUp.Claimed>map(c -> c).orElse((job, after, end) -> Optional.empty());
  }

  private void bindRuns(CamelContext context, Registry registry, RunHistory history) {
    JobProcess process =
        new JobProcess(
            Environment.get(),
            self,
            Users.ofSystem(),
            user -> userSwitch.prefix(user.name(), user.uid(), user.gid()));
    registry.bind("runs", runs);
    runs.listen(history);
    registry.bind("run-history", history);
    PublishOrder order = new PublishOrder(threads.runs());
    runs.listen(order);
    registry.bind("wait-for-publish-turn", order);
    Processor writeLog = e -> runs.logEnd(e.getVariable("end", RunEnd.class));
    registry.bind("write-run-log", writeLog);
    registry.bind("run-has-attempt-left", RunFact.ofRun(runs::hasAttemptLeft));
    registry.bind("run-originates-here", RunFact.ofRun(run -> run.delivery() == 0));
    registry.bind("run-needs-claim", RunFact.ofRun(run -> run.cause() != Run.Cause.REBOOT));
    context.addRoutePolicyFactory(new StopMeansSkip(runs));
    registry.bind("run-sends-message", RunFact.ofRun(run -> run.job().endpoint()));
    registry.bind("paused-jobs", new PausedJobs());
    registry.bind("apply-overlap-policy", overlap);
    RunJournal journal = registry.lookupByNameAndType("run-journal", RunJournal.class);
    registry.bind(
        "surviving-runs", new SurvivingRuns(journal, overlap, terminator, threads.timer()));
    registry.bind("wait-for-group", group);
    registry.bind("wait-for-slot", maxParallel);
    registry.bind("start-gate", startGate);
    registry.bind("wait-before-next-claim", claimDelay);
    registry.bind("wait-random-delay", randomDelay);
    registry.bind("wait-before-retry", retryDelay);
    JobMessage messages = new JobMessage();
    registry.bind("job-message", messages);
    registry.bind("set-job-headers", messages);
    LineEndpoints lineEndpoints = new LineEndpoints(context, () -> changing(registry));
    registry.bind("line-endpoints", lineEndpoints);
    Processor ofLine = e -> lineEndpoints.await(e.getVariable("run", Run.class).job().command());
    Processor ofCopy = e -> lineEndpoints.require(e.getVariable("destination", String.class));
    registry.bind("check-line-endpoint", ofLine);
    registry.bind("check-output-endpoint", ofCopy);
    RunMessage message = new RunMessage(host);
    registry.bind("run-message", message);
    registry.bind("set-run-headers", message);
    registry.bind("run-output", RunFact.of(RunMessage::output));
    OutputEndpoint outputEndpoint = new OutputEndpoint(settings.find("crond.run.output"));
    registry.bind("run-job-id", RunFact.ofEnd(RunEnd::job));
    registry.bind(
        "run-was-skipped", RunFact.ofEnd(end -> Outcome.SKIPPED.text().equals(end.outcome())));
    registry.bind("run-output-endpoint", RunFact.of(outputEndpoint::endpoint));
    registry.bind(
        "silent-exception-handler",
        new LoggingExceptionHandler(context, Beans.class, LoggingLevel.OFF));
    registry.bind("delivery-threads", threads.runs());
    registry.bind("message-sender", new MessageSender(clock, runs, threads.runs()));
    registry.bind("job-binding", new JobBinding(process));
    registry.bind(
        "job-executor",
        new JobExecutor(
            clock, launcher, runs, log, output, threads.timer(), startGate::leave, background));
    registry.bind(
        "run-queue", queues.ordered(Comparator.comparing(e -> e.getMessage().getBody(Run.class))));
  }

  /**
   * Refuses a store that a later version has written, if that responds at once.
   *
   * @throws SettingsException if it is one
   */
  void requireStoreFormat() {
    store.requireFormat();
  }

  /** Ends writing to the store after {@code time} at most. */
  void stopStoreWithin(Duration time) {
    store.stopWithin(time);
  }

  private static boolean changing(Registry registry) {
    RouteReload files = registry.lookupByNameAndType("route-files", RouteReload.class);
    return files != null && files.changing();
  }

  /** Leaves runs that have not started to other replicas and workers, if there are any. */
  void handOver() throws Exception {
    work.giveBack();
    if (claims.isPresent()) {
      new ReplicaHandover(claims.get(), runs, waitsBeforeStart()).run();
    }
  }

  /**
   * The steps at which a run may wait for long before its start, in the order in which a stop
   * closes them.
   */
  private List<WaitStep> waitsBeforeStart() {
    List<WaitStep> waits = new ArrayList<>(List.of(overlap, group, maxParallel));
    places.ifPresent(waits::add);
    // Last, as the runs that they release arrive at the others.
    waits.addAll(List.of(claimDelay, randomDelay));
    return waits;
  }

  StopSequence stop() {
    return stop;
  }

  void close() throws SchedulerException {
    // Camel would wait for the threads of Quartz, which wake twice a second.
    scheduler.shutdown(false);
    places.ifPresent(Places::freeLeft);
    claims.ifPresent(Claims::releaseLast);
    peers.ifPresent(Peers::close);
    rabbit.close();
    spool.close();
    launcher.close();
    threads.close();
    store.close();
  }
}
