// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** An authority of the test's own, and what it has signed, as PEM files. */
public final class Certificates {
  private static final String PASSWORD = "changeit";

  private final Path folder;

  private Certificates(Path folder) {
    this.folder = folder;
  }

  /** Makes the authority, with its files in {@code folder}. */
  public static Certificates in(Path folder) throws Exception {
    Certificates made = new Certificates(folder);
    made.generate("ca", "-ext", "bc=ca:true");
    made.write("ca");
    return made;
  }

  /** Makes a certificate and a key for {@code name}, e.g. {@code ip:127.0.0.1}. */
  public void add(String alias, String name) throws Exception {
    generate(alias, "-signer", "ca", "-ext", "san=" + name);
    write(alias);
  }

  /** The file with the certificate of the authority. */
  public Path authority() {
    return certificate("ca");
  }

  /** The file with the certificate of {@code alias}. */
  public Path certificate(String alias) {
    return folder.resolve(alias + ".pem");
  }

  /** The file with the key of {@code alias}. */
  public Path key(String alias) {
    return folder.resolve(alias + "-key.pem");
  }

  private void generate(String alias, String... more) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                System.getProperty("java.home") + "/bin/keytool",
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + alias + " of " + folder.getFileName(),
                "-keystore",
                folder.resolve("keys.p12").toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD));
    command.addAll(List.of(more));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(said);
    }
  }

  private void write(String alias) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve("keys.p12"))) {
      store.load(in, PASSWORD.toCharArray());
    }
    Files.writeString(
        certificate(alias), pem("CERTIFICATE", store.getCertificate(alias).getEncoded()));
    Files.writeString(
        key(alias), pem("PRIVATE KEY", store.getKey(alias, PASSWORD.toCharArray()).getEncoded()));
  }

  private static String pem(String kind, byte[] content) {
    Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
    return String.format(
        "-----BEGIN %s-----%n%s%n-----END %s-----%n", kind, lines.encodeToString(content), kind);
  }
}
