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
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/**
 * Configures the log: one line per event on standard output. Logback finds this class through a
 * service file. An XML configuration would take a tenth of the start-up time to read.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
  /** The name of the logger for the output of jobs. */
  public static final String OUTPUT = "crond.output";

  /** First parts of the logger names of libraries, which log more than an operator needs. */
  private static final List<String> LIBRARIES =
      List.of("org", "com", "io", "net", "ch", "reactor", "javax", "jakarta", "sun", "jdk");

  /** The share of the heap that lines may take until they are written, as a divisor. */
  private static final int SHARE_OF_HEAP = 32;

  private static final long MOST_HELD = 8L << 20;

  /** The fraction of that for the output of jobs; the rest is for messages of the daemon. */
  private static final double SHARE_OF_OUTPUT = 0.75;

  private static final Duration EXIT = Duration.ofSeconds(2);

  private static volatile Choice choice = new Choice(false, false, Level.INFO.toString(), Map.of());
  private static volatile boolean toStandardError;
  private static volatile Optional<BackgroundWriter> out = Optional.empty();
  private static volatile Optional<BackgroundWriter> err = Optional.empty();

  /**
   * The format of the log.
   *
   * @param json one JSON object per line instead of text
   * @param merge with {@code json}: members of lines of jobs that are JSON objects become members
   *     of the record
   * @param level of the loggers of the daemon and of users' routes
   * @param levels of other loggers, by name
   */
  public record Choice(boolean json, boolean merge, String level, Map<String, String> levels) {}

  /**
   * Chooses the format of the log, which is written in the background from then on. Must be called
   * before the first line is logged.
   */
  public static void choose(Choice chosen) {
    choice = chosen;
    toStandardError = false;
    Runtime.getRuntime().addShutdownHook(new Thread(LogSetup::flush, "log-flush"));
    out = Optional.of(writer("log", FileDescriptor.out));
  }

  private static BackgroundWriter writer(String name, FileDescriptor to) {
    Encoder<ILoggingEvent> encoder = encoder(choice);
    long limit = Math.min(MOST_HELD, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    return new BackgroundWriter(
        name, new FileOutputStream(to), limit, count -> encoder.encode(notice(count)));
  }

  private static ILoggingEvent notice(long dropped) {
    LoggingEvent event = new LoggingEvent();
    event.setLoggerName("crond.log");
    event.setLevel(Level.WARN);
    event.setInstant(Instant.now());
    event.setMessage("log lines dropped");
    event.addKeyValuePair(new KeyValuePair("count", dropped));
    return event;
  }

  /**
   * Moves the log to standard error and restricts it to warnings, for commands that print results.
   */
  public static void forCommands() {
    toStandardError = true;
  }

  /**
   * Writes lines of a job unchanged to the standard output or error of the daemon.
   *
   * @param error whether the job printed them on standard error
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
      err = Optional.of(writer("log-errors", FileDescriptor.err));
    }
    return err.get();
  }

  private static Stream<BackgroundWriter> writers() {
    return Stream.of(out, err).flatMap(Optional::stream);
  }

  /** Waits until all lines are written, for two seconds at most. */
  public static void flush() {
    writers().forEach(writer -> writer.flush(EXIT));
  }

  /** The number of lines dropped since the start because they could not be written. */
  public static long dropped() {
    return writers().mapToLong(BackgroundWriter::dropped).sum();
  }

  /** Whether lines are being dropped because the reader of the log has stalled. */
  public static boolean isStalled() {
    return writers().anyMatch(BackgroundWriter::isStalled);
  }

  /**
   * Silences the class {@code name} of a library that logs every few seconds while a server is
   * down; the daemon reports that in one line of its own.
   */
  public static void silence(String name) {
    ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(name).setLevel(Level.OFF);
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
    // Logs each exit code other than 0 as an error, which the record of the run has already.
    context.getLogger("org.apache.camel.component.exec").setLevel(Level.OFF);
    // Logs each file that disappeared below the directory of the crontab, with a stack trace.
    context.getLogger("org.apache.camel.component.file.watch").setLevel(Level.ERROR);
    // The daemon itself warns of work that does not end in time.
    context.getLogger("org.apache.camel.impl.engine.DefaultShutdownStrategy").setLevel(Level.ERROR);
    // Log each broken connection or request with a stack trace, which any client can cause.
    // HttpServer logs failures of requests with the token.
    context.getLogger("io.netty.channel.DefaultChannelPipeline").setLevel(Level.ERROR);
    context.getLogger("io.netty.channel.AbstractChannelHandlerContext").setLevel(Level.ERROR);
    context.getLogger("io.vertx.ext.web.RoutingContext").setLevel(Level.OFF);
    // Logs each failed handshake; the daemon logs once that the broker is down, and why.
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
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setLayout(
        chosen.json ? new JsonLines(chosen.merge) : new PlainLines(ZoneId.systemDefault()));
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.start();
    return encoder;
  }

  /** Passes events to the thread that writes them. */
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
