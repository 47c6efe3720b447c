// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import com.sun.management.UnixOperatingSystemMXBean;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.lang.management.ManagementFactory;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open connections. Each takes a file descriptor, which runs need too, so their number is
 * limited, in total and for each address. A connection on which no token was sent is closed when it
 * is idle or its request is incomplete for too long.
 */
final class Connections {
  private static final Logger LOG = LoggerFactory.getLogger("crond.http");
  private static final int MOST = 512;
  private static final int PART_OF_FILES = 4;
  private static final long WARNING_NANOS = Duration.ofMinutes(1).toNanos();
  private static final int IPV6_NETWORK_BYTES = 8;

  private final Vertx vertx;
  private final int most;
  private final Duration patience;
  private final Map<HttpConnection, Held> open = new ConcurrentHashMap<>();
  private final AtomicLong nextWarning = new AtomicLong(System.nanoTime());

  /**
   * @param most the maximum number of connections; half of it from one address
   * @param patience how long a request may take to arrive, and how often a connection without a
   *     token is checked
   */
  Connections(Vertx vertx, int most, Duration patience) {
    this.vertx = vertx;
    this.most = most;
    this.patience = patience;
  }

  /** The maximum for this process: a quarter of its limit of open files, at most 512. */
  static int most() {
    long files =
        ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
            .getMaxFileDescriptorCount();
    // -1 for no limit
    return files < 0 ? MOST : (int) Math.min(MOST, files / PART_OF_FILES);
  }

  /** Registers {@code connection}, or closes it if there are too many. */
  void opened(HttpConnection connection) {
    // Malformed requests are the client's fault, and could fill the log.
    connection.exceptionHandler(e -> LOG.atDebug().setCause(e).log("connection failed"));
    String address = group(connection.remoteAddress().hostAddress());
    Held held = new Held(connection, address);
    long same = open.values().stream().filter(other -> other.address.equals(address)).count();
    if (open.size() >= most || same >= most / 2) {
      warn(address);
      connection.close();
      return;
    }
    open.put(connection, held);
    connection.closeHandler(closed -> open.remove(connection));
    held.lookLater();
  }

  /** Notes that the headers of {@code request} have arrived. */
  void begun(HttpServerRequest request) {
    Optional.ofNullable(open.get(request.connection())).ifPresent(held -> held.begun(request));
  }

  /** From now on, only the server's idle time-out limits {@code connection}. */
  void trust(HttpConnection connection) {
    Optional.ofNullable(open.get(connection)).ifPresent(held -> held.trusted = true);
  }

  private void warn(String address) {
    long next = nextWarning.get();
    long now = System.nanoTime();
    if (now - next >= 0 && nextWarning.compareAndSet(next, now + WARNING_NANOS)) {
      LOG.atWarn()
          .addKeyValue("connections", open.size())
          .addKeyValue("limit", most)
          .addKeyValue("address", address)
          .log("connection refused: too many open connections");
    }
  }

  /** The client of an address: loopback addresses count as one, as does an IPv6 /64 network. */
  private static String group(String address) {
    try {
      InetAddress parsed = InetAddress.getByName(address);
      if (parsed.isLoopbackAddress()) {
        return "loopback";
      }
      if (parsed instanceof Inet6Address) {
        return Arrays.toString(Arrays.copyOf(parsed.getAddress(), IPV6_NETWORK_BYTES));
      }
      return parsed.getHostAddress();
    } catch (UnknownHostException e) {
      return address;
    }
  }

  /** One connection; after its creation only its event loop uses it, except for {@code trusted}. */
  private final class Held {
    private final HttpConnection connection;
    private final String address;
    private Optional<HttpServerRequest> last = Optional.empty();
    private boolean idle;
    private volatile boolean trusted;

    Held(HttpConnection connection, String address) {
      this.connection = connection;
      this.address = address;
    }

    void lookLater() {
      vertx.setTimer(patience.toMillis(), timer -> look());
    }

    void begun(HttpServerRequest request) {
      last = Optional.of(request);
      idle = false;
    }

    private void look() {
      if (trusted || !open.containsKey(connection)) {
        return;
      }
      boolean waits = last.isEmpty() || last.get().response().ended();
      if (waits && (last.isEmpty() || idle) || !waits && !last.get().isEnded()) {
        connection.close();
        return;
      }
      idle = waits;
      lookLater();
    }
  }
}
