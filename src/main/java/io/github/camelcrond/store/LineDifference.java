// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import java.util.List;

/**
 * How far two texts are apart, in lines. Source: E. Myers, An O(ND) Difference Algorithm, 1986.
 *
 * @param added lines that only the second has
 * @param removed lines that only the first has
 */
public record LineDifference(int added, int removed) {

  /** What makes {@code before} into {@code after}. */
  public static LineDifference between(String before, String after) {
    List<String> a = before.lines().toList();
    List<String> b = after.lines().toList();
    int steps = steps(a, b);
    int added = (steps + b.size() - a.size()) / 2;
    return new LineDifference(added, steps - added);
  }

  /** As {@code +3 -1}. */
  @Override
  public String toString() {
    return "+" + added + " -" + removed;
  }

  /** Fewest lines to add and remove. */
  private static int steps(List<String> a, List<String> b) {
    int max = a.size() + b.size();
    // How far each diagonal has come; diagonal k is at index max + k.
    int[] reached = new int[2 * max + 2];
    for (int steps = 0; steps < max; steps++) {
      for (int k = -steps; k <= steps; k += 2) {
        int left = k == -steps ? -1 : reached[max + k - 1];
        int right = k == steps ? -1 : reached[max + k + 1];
        int x = Math.max(left + 1, right);
        while (x < a.size() && x - k < b.size() && x - k >= 0 && a.get(x).equals(b.get(x - k))) {
          x++;
        }
        reached[max + k] = x;
        if (x >= a.size() && x - k >= b.size()) {
          return steps;
        }
      }
    }
    return max;
  }
}
