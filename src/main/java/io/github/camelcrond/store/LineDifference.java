// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.algorithm.myers.MeyersDiffWithLinearSpace;
import com.github.difflib.patch.AbstractDelta;
import com.github.difflib.patch.Patch;
import java.util.List;

/** The difference of two texts, line by line. */
public final class LineDifference {
  private static final int CONTEXT = 3;

  private final List<String> before;
  private final Patch<String> patch;

  private LineDifference(List<String> before, Patch<String> patch) {
    this.before = before;
    this.patch = patch;
  }

  /** The changes from {@code before} to {@code after}. */
  public static LineDifference between(String before, String after) {
    List<String> lines = before.lines().toList();
    return new LineDifference(
        lines,
        DiffUtils.diff(lines, after.lines().toList(), new MeyersDiffWithLinearSpace<String>()));
  }

  /** The lines of a unified diff, as diff -u prints it; none if the texts have the same lines. */
  public List<String> unified(String nameBefore, String nameAfter) {
    return UnifiedDiffUtils.generateUnifiedDiff(nameBefore, nameAfter, before, patch, CONTEXT);
  }

  /** How many lines are added and removed, as {@code +3 -1}. */
  @Override
  public String toString() {
    int added = 0;
    int removed = 0;
    for (AbstractDelta<String> delta : patch.getDeltas()) {
      added += delta.getTarget().size();
      removed += delta.getSource().size();
    }
    return "+" + added + " -" + removed;
  }
}
