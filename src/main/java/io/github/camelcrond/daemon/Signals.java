// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import java.lang.reflect.Proxy;
import org.slf4j.LoggerFactory;

/**
 * What the daemon does at signals. The JDK's supported way, a shutdown hook, can neither end with
 * code 0, nor tell a second SIGTERM, nor survive SIGHUP; its {@code sun.misc.Signal} can, and is
 * asked for by name because the compiler warns of it in a way that cannot be turned off.
 */
final class Signals {
  private Signals() {}

  static void handle(Daemon daemon) {
    on("TERM", daemon::requestStop);
    on("INT", daemon::requestStop);
    on("HUP", daemon::reload);
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
      LoggerFactory.getLogger("crond.daemon")
          .atWarn()
          .addKeyValue("signal", name)
          .addKeyValue("reason", e.getMessage())
          .log("cannot handle signal, using the handler of the JVM");
    }
  }
}
