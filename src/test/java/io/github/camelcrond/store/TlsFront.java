// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** A TLS server of the test's own in front of one that speaks plainly. */
final class TlsFront implements AutoCloseable {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final SSLServerSocket listener;
  private final int target;
  private final Path certificate;

  private TlsFront(SSLServerSocket listener, int target, Path certificate) {
    this.listener = listener;
    this.target = target;
    this.certificate = certificate;
  }

  /**
   * Stands in front of {@code target} with a certificate for {@code name}, e.g. {@code
   * ip:127.0.0.1}.
   */
  static TlsFront of(Path folder, int target, String name) throws Exception {
    Path keys = folder.resolve("keys.p12");
    Path certificate = folder.resolve("ca.pem");
    keytool(
        "-genkeypair",
        "-alias",
        "redis",
        "-keyalg",
        "EC",
        "-dname",
        "CN=redis",
        "-ext",
        "san=" + name,
        "-keystore",
        keys.toString(),
        "-storepass",
        new String(PASSWORD),
        "-storetype",
        "PKCS12");
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "redis",
        "-keystore",
        keys.toString(),
        "-storepass",
        new String(PASSWORD),
        "-file",
        certificate.toString());
    TlsFront front = new TlsFront(listen(keys), target, certificate);
    inBackground(front::accept);
    return front;
  }

  private static SSLServerSocket listen(Path keys) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, PASSWORD);
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return (SSLServerSocket)
        context
            .getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  private static void keytool(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/keytool"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IOException(said);
    }
  }

  String url() {
    return "rediss://127.0.0.1:" + listener.getLocalPort();
  }

  Path certificate() {
    return certificate;
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = listener.accept();
      Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
      inBackground(() -> pass(client, server));
      inBackground(() -> pass(server, client));
    }
  }

  private static void pass(Socket from, Socket to) throws IOException {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void inBackground(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // a connection was refused or has ended
              }
            },
            "tls-front");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
