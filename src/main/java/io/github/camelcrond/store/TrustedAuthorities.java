// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** Whose certificates a TLS connection takes. */
final class TrustedAuthorities {
  private TrustedAuthorities() {}

  /** Those of the Java runtime. */
  static SSLSocketFactory ofSystem() {
    return (SSLSocketFactory) SSLSocketFactory.getDefault();
  }

  /**
   * Those in a PEM file.
   *
   * @throws StoreException if it holds none
   */
  static SSLSocketFactory of(Path pem) {
    try (InputStream in = Files.newInputStream(pem)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int count = 0;
      for (Certificate found : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca-" + count++, found);
      }
      if (count == 0) {
        throw new StoreException(pem + " holds no certificate, use PEM");
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context.getSocketFactory();
    } catch (IOException | GeneralSecurityException e) {
      throw new StoreException(pem + " cannot be read as PEM certificates: " + e.getMessage(), e);
    }
  }
}
