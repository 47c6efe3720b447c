// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

/** Makes the output in a run's record small enough to be kept a hundred times over. */
public final class OutputCut {
  private OutputCut() {}

  /**
   * {@code end} with at most {@code limit} characters of output and a line that says what is left
   * out between head and tail. Cutting again changes nothing.
   */
  public static RunEnd of(RunEnd end, int limit) {
    String output = end.output();
    if (output.length() <= limit) {
      return end;
    }
    String mark = "\n[" + (output.length() - limit) + " characters left out]\n";
    int kept = Math.max(0, limit - mark.length() - 1);
    int head = kept / 2;
    String cut =
        output.substring(0, whole(output, head))
            + mark
            + output.substring(whole(output, output.length() - (kept - head)));
    return new RunEnd(
        end.job(),
        end.run(),
        end.outcome(),
        end.exitCode(),
        end.signal(),
        end.reason(),
        end.cause(),
        end.scheduled(),
        end.started(),
        end.ended(),
        end.host(),
        end.attempt(),
        true,
        cut,
        end.delivery());
  }

  /** {@code at}, or one before if that would split a pair of surrogates. */
  private static int whole(String text, int at) {
    return at > 0 && at < text.length() && Character.isLowSurrogate(text.charAt(at)) ? at - 1 : at;
  }
}
