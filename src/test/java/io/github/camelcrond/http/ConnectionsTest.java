// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client without a token can hold open. */
class ConnectionsTest {
  private static final int FROM_ONE_ADDRESS = 4;
  private static final String REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

  private final List<Socket> sockets = new ArrayList<>();
  private HttpListener listener;

  @BeforeEach
  void listen() {
    listener =
        HttpListener.open(
            new HttpSettings("127.0.0.1", 0, 1024), 2 * FROM_ONE_ADDRESS, Duration.ofMillis(500));
    listener.serve(this::answer);
  }

  private void answer(HttpServerRequest request) {
    if (request.path().equals("/trusted")) {
      listener.connections().trust(request.connection());
    }
    request.response().end("ok");
  }

  @AfterEach
  void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    listener.close();
  }

  @Test
  void aRequestThatIsHalfSentIsClosed() throws IOException {
    Socket half = open();
    send(half, "GET / HTTP/1.1\r\nHost: loc");
    assertThat(half.getInputStream().readAllBytes()).isEmpty();
  }

  @Test
  void aRequestWhoseBodyDoesNotComeIsClosed() throws IOException {
    Socket slow = open();
    send(slow, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx");
    assertThat(text(slow)).startsWith("HTTP/1.1 200 ").endsWith("ok");
  }

  @Test
  void anAnsweredConnectionIsClosedWhenItIsIdle() throws IOException {
    Socket idle = open();
    send(idle, REQUEST);
    assertThat(text(idle)).startsWith("HTTP/1.1 200 ").endsWith("ok");
  }

  @Test
  void oneOnWhichTheTokenWasSeenIsLeftAlone() throws IOException {
    Socket trusted = open();
    send(trusted, REQUEST.replace("/ ", "/trusted "));
    Socket half = open();
    send(half, "GET /");
    assertThat(half.getInputStream().readAllBytes()).isEmpty();
    Socket other = open();
    send(other, "GET /");
    assertThat(other.getInputStream().readAllBytes()).isEmpty();
    send(trusted, REQUEST.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
    assertThat(text(trusted)).containsPattern("(?s)ok.*ok");
  }

  @Test
  void oneAddressHasNoMoreThanItsShareAndAllGoOnWhenSomeLeave() throws IOException {
    for (int i = 0; i < FROM_ONE_ADDRESS; i++) {
      send(open(), REQUEST.replace("/ ", "/trusted "));
    }
    Awaitility.await().until(() -> answered(sockets));
    assertThat(isRefused(open())).isTrue();
    sockets.get(0).close();
    Awaitility.await().until(() -> !isRefused(open()));
  }

  private static boolean answered(List<Socket> all) throws IOException {
    for (Socket socket : all) {
      if (socket.getInputStream().available() == 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isRefused(Socket socket) {
    try {
      send(socket, REQUEST);
      return socket.getInputStream().read() < 0;
    } catch (IOException e) {
      return e instanceof SocketException;
    }
  }

  private Socket open() throws IOException {
    Socket socket = new Socket("127.0.0.1", listener.server().actualPort());
    socket.setSoTimeout(10_000);
    sockets.add(socket);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String text(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
