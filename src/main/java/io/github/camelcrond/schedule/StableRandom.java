// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

/** Pseudo-random values that are the same for the same seed on every machine. */
final class StableRandom {
  private static final long FNV_START = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private StableRandom() {}

  /**
   * A value from {@code low} to {@code high}, inclusive, determined by the other parameters.
   *
   * @param place of the value in the expression, so that two fields have different values
   */
  static int between(int low, int high, String seed, int place) {
    long hash = (FNV_START ^ place) * FNV_PRIME;
    for (int i = 0; i < seed.length(); i++) {
      hash = (hash ^ seed.charAt(i)) * FNV_PRIME;
    }
    return low + (int) Math.floorMod(mixed(hash), (long) high - low + 1);
  }

  /** Spreads each bit over all others. Source: the finalizer of SplitMix64. */
  private static long mixed(long hash) {
    long mixed = (hash ^ hash >>> 30) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
    return mixed ^ mixed >>> 31;
  }
}
