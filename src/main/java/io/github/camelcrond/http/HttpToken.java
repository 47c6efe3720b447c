// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import io.github.camelcrond.config.Sha256;
import io.github.camelcrond.store.StoreException;
import io.github.camelcrond.store.StoreFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/** The secret that every request to the API must carry. */
public final class HttpToken {
  private static final int RANDOM_BYTES = 24;
  private static final int LONGEST = 1 << 16;

  private final byte[] secret;

  /** The token {@code text}, which has at least one character. */
  public HttpToken(String text) {
    this.secret = text.getBytes(StandardCharsets.UTF_8);
  }

  /** A new random token. */
  public static HttpToken random() {
    byte[] bytes = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(bytes);
    return new HttpToken(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /**
   * The token in {@code file}; created with access for its owner only if it does not exist.
   *
   * @throws IOException if the file can neither be read nor created
   */
  public static HttpToken in(Path file) throws IOException {
    Optional<HttpToken> found = read(file);
    if (found.isPresent()) {
      return found.get();
    }
    HttpToken made = random();
    Path next = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(next);
    Files.createFile(
        next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(next, made.text() + "\n");
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return made;
  }

  /**
   * The token in {@code file}; empty if the file does not exist or is empty.
   *
   * @throws IOException if the file cannot be read, or another user may have written it
   */
  public static Optional<HttpToken> read(Path file) throws IOException {
    try {
      StoreFolder.check(file);
    } catch (StoreException e) {
      throw new IOException(e.getMessage(), e);
    }
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      String text = new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8).strip();
      return text.isEmpty() ? Optional.empty() : Optional.of(new HttpToken(text));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether {@code authorization} carries this token, as {@code Bearer TOKEN} or as the password of
   * {@code Basic} with any user. Takes the same time for every wrong token.
   */
  public boolean opens(String authorization) {
    String[] words = authorization.strip().split(" +", 2);
    if (words.length != 2) {
      return false;
    }
    return switch (words[0].toLowerCase(Locale.ROOT)) {
      case "bearer" -> equals(words[1].getBytes(StandardCharsets.UTF_8));
      case "basic" -> equals(password(words[1]));
      default -> false;
    };
  }

  private static byte[] password(String credentials) {
    try {
      String pair = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
      return pair.substring(pair.indexOf(':') + 1).getBytes(StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private boolean equals(byte[] given) {
    // Digests have equal length, so the time reveals nothing about the length of the secret.
    return MessageDigest.isEqual(Sha256.of(given), Sha256.of(secret));
  }

  /** The secret itself. */
  public String text() {
    return new String(secret, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "HttpToken";
  }
}
