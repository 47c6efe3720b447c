// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.time.ZoneId;
import org.slf4j.LoggerFactory;

/**
 * Sets up the log: one line per event on standard output. Found by Logback through its service
 * file; in code, as reading an XML file would cost a tenth of the start-up time.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
  private static volatile boolean json;
  private static volatile boolean mergeJson;
  private static volatile boolean toStandardError;

  /**
   * Chooses the form; to be called before the first line is logged.
   *
   * @param asJson one JSON object a line instead of text
   * @param merge with {@code asJson}: lines of jobs that are JSON objects become part of the record
   */
  public static void choose(boolean asJson, boolean merge) {
    json = asJson;
    mergeJson = merge;
    toStandardError = false;
  }

  /**
   * Moves the log to standard error and keeps only warnings: for commands whose output is their
   * answer.
   */
  public static void forCommands() {
    toStandardError = true;
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
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setName("console");
    console.setTarget(toStandardError ? "System.err" : "System.out");
    console.setEncoder(encoder(context));
    console.start();
    context.getLogger("ROOT").setLevel(Level.WARN);
    context.getLogger("ROOT").addAppender(console);
    context.getLogger("crond").setLevel(toStandardError ? Level.WARN : Level.INFO);
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
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static Encoder<ILoggingEvent> encoder(LoggerContext context) {
    if (json) {
      JsonLines lines = new JsonLines(mergeJson);
      lines.setContext(context);
      lines.start();
      return lines;
    }
    PlainLines plain = new PlainLines(ZoneId.systemDefault());
    plain.setContext(context);
    plain.start();
    return plain;
  }
}
