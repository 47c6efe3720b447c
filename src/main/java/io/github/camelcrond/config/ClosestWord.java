// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the known word that is closest to a misspelled one. */
public final class ClosestWord {
  private ClosestWord() {}

  /** The known word with the fewest letters changed, at most a third of them; else empty. */
  public static Optional<String> to(String word, Collection<String> known) {
    return within(Math.max(1, Math.min(word.length(), 60) / 3), word, known);
  }

  /** The known word with the fewest letters changed; empty if no word is known. */
  public static Optional<String> of(String word, Collection<String> known) {
    return within(Integer.MAX_VALUE - 1, word, known);
  }

  private static Optional<String> within(int limit, String word, Collection<String> known) {
    String best = "";
    int fewest = limit + 1;
    for (String candidate : known) {
      int changed =
          distance(word.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT), fewest);
      if (changed < fewest) {
        fewest = changed;
        best = candidate;
      }
    }
    return best.isEmpty() ? Optional.empty() : Optional.of(best);
  }

  /** The number of letters to insert, delete or replace, ignoring case. */
  public static int distance(String one, String other) {
    return distance(
        one.toLowerCase(Locale.ROOT), other.toLowerCase(Locale.ROOT), Integer.MAX_VALUE);
  }

  /** The Levenshtein distance, at most {@code limit}. */
  private static int distance(String a, String b, int limit) {
    if (Math.abs(a.length() - b.length()) >= limit) {
      return limit;
    }
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return Math.min(limit, row[b.length()]);
  }
}
