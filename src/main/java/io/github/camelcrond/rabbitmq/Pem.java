// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import io.github.camelcrond.config.SettingsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and keys as text files (PEM). Source: RFC 7468. */
final class Pem {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");

  private Pem() {}

  /** All certificates of the file that the setting {@code key} names; at least one. */
  static List<X509Certificate> certificates(String key, Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      List<X509Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (found.isEmpty()) {
        throw new SettingsException(key + " = " + file + " has no certificate in it");
      }
      return found;
    } catch (IOException | GeneralSecurityException e) {
      throw new SettingsException(key + " = " + file + " cannot be read: " + e.getMessage());
    }
  }

  /** The private key of the file that the setting {@code key} names: PKCS #8, not encrypted. */
  static PrivateKey privateKey(String key, Path file) {
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
            + " has no key of the form BEGIN PRIVATE KEY, make one by openssl pkcs8 -topk8 -nocrypt");
  }
}
