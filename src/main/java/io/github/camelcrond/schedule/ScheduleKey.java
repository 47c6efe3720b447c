// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Short names for schedules: the same for the same expression in the same zone. */
public final class ScheduleKey {
  private ScheduleKey() {}

  /** Twelve hex digits of SHA-256 over expression and zone. */
  public static String of(Schedule schedule) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      String text = schedule.expression() + '\0' + schedule.zone().getId();
      return HexFormat.of().formatHex(sha.digest(text.getBytes(StandardCharsets.UTF_8)), 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
