// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.camel;

import org.apache.camel.impl.engine.DefaultInflightRepository;

/** Counts what is under way in routes, over their replacement by others of the same id too. */
public final class SwapAwareInflight extends DefaultInflightRepository {
  @Override
  public void removeRoute(String routeId) {
    if (size(routeId) == 0) {
      super.removeRoute(routeId);
    }
  }
}
