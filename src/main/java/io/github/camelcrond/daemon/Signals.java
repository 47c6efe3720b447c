// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import java.lang.reflect.Proxy;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles signals. A shutdown hook, the supported way of the JDK, can neither end with code 0, nor
 * notice a second SIGTERM, nor survive SIGHUP. {@code sun.misc.Signal} can; it is called by
 * reflection because the compiler warns of it in a way that cannot be turned off.
 */
final class Signals {
  private static final Logger LOG = LoggerFactory.getLogger("crond.daemon");
  private static final List<String> IGNORED =
      List.of("USR1", "ALRM", "VTALRM", "PROF", "IO", "PWR", "STKFLT");

  private Signals() {}

  private static void ignore(String name) {
    LOG.atInfo().addKeyValue("signal", name).log("signal ignored");
  }

  static void handle(Daemon daemon) {
    on("TERM", daemon::requestStop);
    on("INT", daemon::requestStop);
    on("HUP", daemon::reload);
    // As supercronic does.
    on("USR2", daemon::reload);
    // They would otherwise end the process.
    IGNORED.forEach(name -> on(name, () -> ignore(name)));
  }

  private static void on(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, args) -> {
                if (method.getDeclaringClass() == Object.class) {
                  return method.invoke(action, args);
                }
                action.run();
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      LOG.atWarn()
          .addKeyValue("signal", name)
          .addKeyValue("reason", e.getMessage())
          .log("cannot handle signal, using the handler of the JVM");
    }
  }
}
