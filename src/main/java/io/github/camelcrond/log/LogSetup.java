// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/**
 * Sets up the log: one line per event on standard output. Found by Logback through its service
 * file; in code, as reading an XML file would cost a tenth of the start-up time.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
  /** The logger of what jobs print. */
  public static final String OUTPUT = "crond.output";

  /** Libraries, whose names begin like this: they log more than what concerns an operator. */
  private static final List<String> LIBRARIES =
      List.of("org", "com", "io", "net", "ch", "reactor", "javax", "jakarta", "sun", "jdk");

  /** Part of the heap that lines may take that nobody reads. */
  private static final int SHARE_OF_HEAP = 32;

  private static final long MOST_HELD = 8L << 20;

  /** Part of that for output of jobs; the rest is for what the daemon itself logs. */
  private static final double SHARE_OF_OUTPUT = 0.75;

  private static final Duration EXIT = Duration.ofSeconds(2);

  private static volatile Choice choice = new Choice(false, false, Level.INFO.toString(), Map.of());
  private static volatile boolean toStandardError;
  private static volatile Optional<BackgroundWriter> out = Optional.empty();
  private static volatile Optional<BackgroundWriter> err = Optional.empty();

  /**
   * The form of the log.
   *
   * @param json one JSON object a line instead of text
   * @param merge with {@code json}: lines of jobs that are JSON objects become part of the record
   * @param level of the daemon and of users' routes
   * @param levels of other loggers, by name
   */
  public record Choice(boolean json, boolean merge, String level, Map<String, String> levels) {}

  /**
   * Chooses the form of the log, which is written in the background from then on; to be called
   * before the first line is logged.
   */
  public static void choose(Choice chosen) {
    choice = chosen;
    toStandardError = false;
    Runtime.getRuntime().addShutdownHook(new Thread(LogSetup::flush, "log-flush"));
    Encoder<ILoggingEvent> encoder = encoder(chosen);
    out =
        Optional.of(
            new BackgroundWriter(
                "log",
                new FileOutputStream(FileDescriptor.out),
                limit(),
                count -> encoder.encode(dropped(count))));
  }

  private static ILoggingEvent dropped(long count) {
    LoggingEvent event = new LoggingEvent();
    event.setLoggerName("crond.log");
    event.setLevel(Level.WARN);
    event.setInstant(Instant.now());
    event.setMessage("log lines dropped");
    event.addKeyValuePair(new KeyValuePair("count", count));
    return event;
  }

  /**
   * Moves the log to standard error and keeps only warnings: for commands whose output is their
   * answer.
   */
  public static void forCommands() {
    toStandardError = true;
  }

  /**
   * Writes lines of a job as they are, to the daemon's own standard output or error.
   *
   * @param error whether they are from standard error
   */
  public static void raw(boolean error, byte[] lines) {
    if (out.isEmpty()) {
      PrintStream stream = error ? System.err : System.out;
      stream.write(lines, 0, lines.length);
      stream.flush();
      return;
    }
    (error ? errors() : out.get()).write(lines, SHARE_OF_OUTPUT);
  }

  private static synchronized BackgroundWriter errors() {
    if (err.isEmpty()) {
      Encoder<ILoggingEvent> encoder = encoder(choice);
      err =
          Optional.of(
              new BackgroundWriter(
                  "log-errors",
                  new FileOutputStream(FileDescriptor.err),
                  limit(),
                  count -> encoder.encode(dropped(count))));
    }
    return err.get();
  }

  private static long limit() {
    return Math.min(MOST_HELD, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
  }

  /** Waits until all lines are written, but not for a reader that has stalled. */
  public static void flush() {
    out.ifPresent(writer -> writer.flush(EXIT));
    err.ifPresent(writer -> writer.flush(EXIT));
  }

  /** How many lines were dropped since the start because nobody read them. */
  public static long dropped() {
    return out.map(BackgroundWriter::dropped).orElse(0L)
        + err.map(BackgroundWriter::dropped).orElse(0L);
  }

  /** Whether lines are being dropped, as nobody reads the log. */
  public static boolean isStalled() {
    return out.filter(BackgroundWriter::isStalled).isPresent()
        || err.filter(BackgroundWriter::isStalled).isPresent();
  }

  /**
   * Silences those who listen to the broker: while it is away each says so every few seconds, with
   * a stack trace. For a daemon that says it in one line of its own.
   */
  public static void silenceListeners() {
    ((LoggerContext) LoggerFactory.getILoggerFactory())
        .getLogger("org.apache.camel.component.springrabbit.CamelDirectMessageListenerContainer")
        .setLevel(Level.OFF);
  }

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    Encoder<ILoggingEvent> encoder = encoder(choice);
    encoder.setContext(context);
    Appender<ILoggingEvent> appender =
        out.isPresent() && !toStandardError
            ? new Background(encoder, out.get())
            : console(context, encoder);
    appender.setContext(context);
    appender.setName("console");
    appender.start();
    Level level = toStandardError ? Level.WARN : Level.toLevel(choice.level);
    context.getLogger("ROOT").setLevel(level);
    context.getLogger("ROOT").addAppender(appender);
    LIBRARIES.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
    // It logs each exit code other than 0 as an error of its own; the run's end says it already.
    context.getLogger("org.apache.camel.component.exec").setLevel(Level.OFF);
    // It tells of each file that vanished in a folder below the crontab's, with a stack trace.
    context.getLogger("org.apache.camel.component.file.watch").setLevel(Level.ERROR);
    // The daemon itself warns of work that does not end in time.
    context.getLogger("org.apache.camel.impl.engine.DefaultShutdownStrategy").setLevel(Level.ERROR);
    // They log each broken connection or request with a stack trace, as often as clients like.
    // HttpServer logs failures of requests with the token.
    context.getLogger("io.netty.channel.DefaultChannelPipeline").setLevel(Level.ERROR);
    context.getLogger("io.netty.channel.AbstractChannelHandlerContext").setLevel(Level.ERROR);
    context.getLogger("io.vertx.ext.web.RoutingContext").setLevel(Level.OFF);
    // It logs each failed handshake; the daemon logs once that the broker is down, and why.
    context.getLogger("com.rabbitmq.client.impl.SocketFrameHandler").setLevel(Level.OFF);
    choice.levels.forEach((name, of) -> context.getLogger(name).setLevel(Level.toLevel(of)));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static Appender<ILoggingEvent> console(
      LoggerContext context, Encoder<ILoggingEvent> encoder) {
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setTarget(toStandardError ? "System.err" : "System.out");
    console.setEncoder(encoder);
    return console;
  }

  private static Encoder<ILoggingEvent> encoder(Choice chosen) {
    Encoder<ILoggingEvent> encoder =
        chosen.json ? new JsonLines(chosen.merge) : new PlainLines(ZoneId.systemDefault());
    encoder.start();
    return encoder;
  }

  /** Hands events over to the thread that writes them. */
  private static final class Background extends UnsynchronizedAppenderBase<ILoggingEvent> {
    private final Encoder<ILoggingEvent> encoder;
    private final BackgroundWriter writer;

    Background(Encoder<ILoggingEvent> encoder, BackgroundWriter writer) {
      this.encoder = encoder;
      this.writer = writer;
    }

    @Override
    protected void append(ILoggingEvent event) {
      boolean spare = event.getLoggerName().equals(OUTPUT);
      writer.write(encoder.encode(event), spare ? SHARE_OF_OUTPUT : 1);
    }
  }
}
