// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import io.github.camelcrond.config.Json;
import io.github.camelcrond.config.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * A crontab as the store keeps it.
 *
 * @param text of the file; what is no UTF-8 in it reads as U+FFFD
 * @param digest SHA-256 of the file's bytes, in hex
 * @param saved when
 * @param host whose file it is
 * @param base64 the bytes, if they are no UTF-8; they count only as long as the digest is theirs,
 *     so that {@code text} can be edited by hand
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record SavedCrontab(
    String text, String digest, Instant saved, String host, Optional<String> base64) {
  private static final ObjectReader READER = Json.mapper().readerFor(SavedCrontab.class);

  /** The crontab with these bytes. */
  public static SavedCrontab of(byte[] bytes, Instant saved, String host) {
    Optional<String> base64 =
        isUtf8(bytes) ? Optional.empty() : Optional.of(Base64.getEncoder().encodeToString(bytes));
    return new SavedCrontab(
        new String(bytes, StandardCharsets.UTF_8), Sha256.hex(bytes), saved, host, base64);
  }

  /** Reads what {@link #json()} wrote; empty if {@code json} is something else. */
  public static Optional<SavedCrontab> parse(String json) {
    try {
      SavedCrontab read = READER.readValue(json);
      return Optional.ofNullable(read)
          .filter(crontab -> crontab.text() != null)
          .map(SavedCrontab::edited);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Somebody may have changed the text by hand, or left out the rest. */
  private SavedCrontab edited() {
    Instant when = saved == null ? Instant.EPOCH : saved;
    String where = host == null ? "unknown" : host;
    byte[] bytes = bytes();
    String now = Sha256.hex(bytes);
    return new SavedCrontab(text, now, when, where, now.equals(digest) ? base64 : Optional.empty());
  }

  /** The file, byte for byte. */
  public byte[] bytes() {
    return base64
        .map(Base64.getDecoder()::decode)
        .filter(bytes -> Sha256.hex(bytes).equals(digest))
        .orElseGet(() -> text.getBytes(StandardCharsets.UTF_8));
  }

  /** Whether there is nothing but white space in it. */
  public boolean blank() {
    return text.isBlank();
  }

  /** First 12 digits of the digest, for messages. */
  public String shortDigest() {
    return digest.substring(0, 12);
  }

  /** As one line of JSON. */
  public String json() {
    try {
      return Json.mapper().writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
