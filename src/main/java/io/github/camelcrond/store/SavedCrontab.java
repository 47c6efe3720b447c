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
 * A crontab in the store.
 *
 * @param text of the file; bytes that are not UTF-8 are replaced by U+FFFD
 * @param digest SHA-256 of the file's bytes, in hex; JSON whose text has another one is damaged,
 *     JSON without one was edited by hand
 * @param saved when it was loaded
 * @param host the host of its file
 * @param base64 the bytes, if they are not UTF-8
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

  /**
   * Reads what {@link #json()} wrote, or JSON without a digest that has at least a text; empty if
   * {@code json} is something else, or does not match its digest.
   */
  public static Optional<SavedCrontab> parse(String json) {
    try {
      JsonValue read = Json.read(json);
      String text = read.get("text").text();
      Optional<String> digest =
          read.find("digest").map(JsonValue::text).filter(hex -> !hex.isEmpty());
      // Without a digest, base64 is left over from before the text was edited.
      Optional<String> base64 =
          digest.isPresent() ? read.find("base64").map(JsonValue::text) : Optional.empty();
      SavedCrontab saved =
          new SavedCrontab(
              text,
              digest.orElseGet(() -> Sha256.hex(text.getBytes(StandardCharsets.UTF_8))),
              read.find("saved").map(JsonValue::instant).orElse(Instant.EPOCH),
              read.find("host").map(JsonValue::text).orElse("unknown"),
              base64);
      return Optional.of(saved).filter(found -> Sha256.hex(found.bytes()).equals(found.digest));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The file, byte for byte. */
  public byte[] bytes() {
    return base64
        .map(Base64.getDecoder()::decode)
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

  /** What lists of versions show of version {@code version}, in a new map. */
  public Map<String, Object> facts(int version) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("version", version);
    facts.put("saved", saved);
    facts.put("host", host);
    facts.put("digest", digest);
    return facts;
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
