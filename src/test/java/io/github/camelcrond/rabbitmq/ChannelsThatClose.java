// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import com.rabbitmq.client.AddressResolver;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeoutException;

/** Connections on which the broker closes a channel just before a chosen call of the client. */
final class ChannelsThatClose extends ConnectionFactory {
  private final Set<String> steps = ConcurrentHashMap.newKeySet();

  /** Has the broker close the next channel on which {@code method} is called, before the call. */
  void closeAt(String method) {
    steps.add(method);
  }

  /** Whether the broker has closed a channel since {@link #closeAt}. */
  boolean hasClosed() {
    return steps.isEmpty();
  }

  @Override
  public Connection newConnection(ExecutorService executor, AddressResolver resolver, String name)
      throws IOException, TimeoutException {
    Connection real = super.newConnection(executor, resolver, name);
    return proxy(
        Connection.class,
        (method, arguments) -> {
          Object result = call(real, method, arguments);
          return result instanceof Channel channel ? closing(channel) : result;
        });
  }

  private Channel closing(Channel real) {
    return proxy(
        Channel.class,
        (method, arguments) -> {
          if (!steps.remove(method.getName())) {
            return call(real, method, arguments);
          }
          Object open = real.isOpen();
          close(real);
          return method.getName().equals("isOpen") ? open : call(real, method, arguments);
        });
  }

  /** Returns when all other listeners know that the channel is closed. */
  private static void close(Channel channel) throws InterruptedException {
    CountDownLatch closed = new CountDownLatch(1);
    channel.addShutdownListener(reason -> closed.countDown());
    try {
      channel.exchangeDeclarePassive("nowhere");
    } catch (IOException e) {
      closed.await();
    }
  }

  private interface Handler {
    Object handle(Method method, Object[] arguments) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, Handler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> handler.handle(method, arguments)));
  }

  private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
