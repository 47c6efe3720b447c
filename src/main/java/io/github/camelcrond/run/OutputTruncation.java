// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import io.github.camelcrond.process.OutputCapture;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Truncates the output of a run for its record, of which the history keeps many. */
public final class OutputTruncation {
  private static final Pattern MARK = Pattern.compile("\n\\[… (\\d{1,18}) bytes omitted …]\n");

  private OutputTruncation() {}

  /**
   * {@code end} with at most {@code limit} characters of output: head and tail and, between them,
   * one mark of {@link OutputCapture} that counts all omitted bytes. Truncating twice has no
   * further effect.
   */
  public static RunEnd of(RunEnd end, int limit) {
    String output = end.output();
    if (output.length() <= limit) {
      return end;
    }
    Matcher earlier = MARK.matcher(output);
    boolean cutBefore = end.truncated() && earlier.find();
    String head = cutBefore ? output.substring(0, earlier.start()) : output;
    String tail = cutBefore ? output.substring(earlier.end()) : output;
    long omitted = cutBefore ? Long.parseLong(earlier.group(1)) : 0;
    // The length of the longest possible mark.
    int kept = Math.max(0, limit - OutputCapture.mark(omitted + bytes(output)).length());
    int headKept = whole(head, Math.min(head.length(), kept / 2));
    int tailFrom = whole(tail, tail.length() - Math.min(tail.length(), kept - kept / 2));
    omitted +=
        cutBefore
            ? bytes(head.substring(headKept)) + bytes(tail.substring(0, tailFrom))
            : bytes(output.substring(headKept, tailFrom));
    return end.withOutput(
        head.substring(0, headKept) + OutputCapture.mark(omitted) + tail.substring(tailFrom), true);
  }

  private static long bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** {@code at}, or {@code at - 1} if a pair of surrogates would be split there. */
  private static int whole(String text, int at) {
    return at > 0 && at < text.length() && Character.isLowSurrogate(text.charAt(at)) ? at - 1 : at;
  }
}
