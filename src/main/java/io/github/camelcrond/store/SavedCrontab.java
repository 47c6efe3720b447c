// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.config.Json;
import io.github.camelcrond.config.JsonValue;
import io.github.camelcrond.config.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
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
public record SavedCrontab(
    String text, String digest, Instant saved, String host, Optional<String> base64) {

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
      JsonValue read = Json.read(json);
      SavedCrontab saved =
          new SavedCrontab(
              read.get("text").text(),
              read.find("digest").map(JsonValue::text).orElse(""),
              read.find("saved").map(JsonValue::instant).orElse(Instant.EPOCH),
              read.find("host").map(JsonValue::text).orElse("unknown"),
              read.find("base64").map(JsonValue::text));
      return Optional.of(saved.edited());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Somebody may have changed the text by hand. */
  private SavedCrontab edited() {
    String now = Sha256.hex(bytes());
    return new SavedCrontab(text, now, saved, host, now.equals(digest) ? base64 : Optional.empty());
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
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("text", text);
    facts.put("digest", digest);
    facts.put("saved", saved);
    facts.put("host", host);
    base64.ifPresent(bytes -> facts.put("base64", bytes));
    return Json.text(facts);
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
