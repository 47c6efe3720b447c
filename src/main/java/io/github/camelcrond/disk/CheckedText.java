// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.disk;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.type.StringDataType;

/**
 * The format of texts in a {@link MapFile}: the CRC-32C of key and value as eight hexadecimal
 * digits, followed by the value. MVStore itself checks the position of a page, not its contents.
 */
final class CheckedText extends StringDataType {
  static final CheckedText TYPE = new CheckedText();
  private static final int DIGITS = 8;

  private CheckedText() {}

  /** The value as it is stored under {@code key}. */
  static String seal(String key, String value) {
    return checksum(key, value) + value;
  }

  /** The value in {@code stored}; empty if key or value have changed since {@link #seal}. */
  static Optional<String> open(String key, String stored) {
    if (stored.length() < DIGITS) {
      return Optional.empty();
    }
    String value = stored.substring(DIGITS);
    return stored.startsWith(checksum(key, value)) ? Optional.of(value) : Optional.empty();
  }

  private static String checksum(String key, String value) {
    CRC32C checksum = new CRC32C();
    // UTF-16, as UTF-8 has one replacement for all unpaired surrogates.
    char[] text = (key + '\0' + value).toCharArray();
    ByteBuffer units = ByteBuffer.allocate(Character.BYTES * text.length).order(LITTLE_ENDIAN);
    units.asCharBuffer().put(text);
    checksum.update(units);
    return HexFormat.of().toHexDigits((int) checksum.getValue());
  }

  /** Refuses a length greater than the page before memory is allocated for it. */
  @Override
  public String read(ByteBuffer page) {
    int length = DataUtils.readVarInt(page);
    if (length < 0 || length > page.remaining()) {
      throw DataUtils.newMVStoreException(
          DataUtils.ERROR_FILE_CORRUPT, "text of {0} characters in a page", length);
    }
    return DataUtils.readString(page, length);
  }
}
