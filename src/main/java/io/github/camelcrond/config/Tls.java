// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * TLS for clients of Redis and RabbitMQ; certificates and keys are text files (PEM). Source: RFC
 * 7468.
 */
public final class Tls {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");
  private static final char[] NO_PASSWORD = {};

  private Tls() {}

  /**
   * Trusts the authorities in the file {@code prefix.ca}, by default those of the Java runtime, and
   * presents the certificate {@code prefix.certificate} with {@code prefix.key} if they are set.
   *
   * @throws SettingsException if one of these files cannot be used
   */
  public static SSLContext context(Settings settings, String prefix) {
    try {
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(authorities(settings, prefix + ".ca"));
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          identity(settings, prefix + ".certificate", prefix + ".key"),
          trust.getTrustManagers(),
          null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new SettingsException("cannot set up TLS for " + prefix + ".url: " + e.getMessage());
    }
  }

  /** The trust managers, or null for those of the Java runtime if {@code key} is unset. */
  private static KeyStore authorities(Settings settings, String key)
      throws GeneralSecurityException, IOException {
    if (settings.find(key).isEmpty()) {
      return null;
    }
    KeyStore store = emptyStore();
    for (Certificate authority : certificates(key, settings.path(key))) {
      store.setCertificateEntry("ca-" + store.size(), authority);
    }
    return store;
  }

  private static KeyManager[] identity(Settings settings, String certificate, String key)
      throws GeneralSecurityException, IOException {
    Optional<String> own = settings.find(certificate);
    if (own.isPresent() != settings.find(key).isPresent()) {
      throw new SettingsException(
          certificate + " and " + key + " must be set together, set both or neither");
    }
    if (own.isEmpty()) {
      return new KeyManager[0];
    }
    Certificate[] chain = certificates(certificate, settings.path(certificate));
    KeyStore store = emptyStore();
    store.setKeyEntry("client", privateKey(key, settings.path(key)), NO_PASSWORD, chain);
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, NO_PASSWORD);
    return managers.getKeyManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }

  private static Certificate[] certificates(String key, Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      Certificate[] found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(in)
              .toArray(Certificate[]::new);
      if (found.length == 0) {
        throw new SettingsException(
            key + " = " + file + " contains no certificate, use a PEM file");
      }
      return found;
    } catch (IOException | GeneralSecurityException e) {
      throw new SettingsException(key + " = " + file + " cannot be read: " + e.getMessage());
    }
  }

  /** Reads a private key in PKCS #8, not encrypted. */
  private static PrivateKey privateKey(String key, Path file) {
    try {
      Matcher m = KEY.matcher(Files.readString(file));
      if (m.find()) {
        PKCS8EncodedKeySpec spec =
            new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(m.group(1)));
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
          try {
            return KeyFactory.getInstance(algorithm).generatePrivate(spec);
          } catch (GeneralSecurityException e) {
            // a key of another kind
          }
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new SettingsException(key + " = " + file + " cannot be read: " + e.getMessage());
    }
    throw new SettingsException(
        key
            + " = "
            + file
            + " contains no PKCS #8 key (BEGIN PRIVATE KEY), convert the key with openssl pkcs8"
            + " -topk8 -nocrypt");
  }
}
