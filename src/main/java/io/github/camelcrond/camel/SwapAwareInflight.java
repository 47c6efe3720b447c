// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.camel;

import org.apache.camel.impl.engine.DefaultInflightRepository;

/**
 * Counts the exchanges in progress by route id, even while a route is replaced by one with the same
 * id.
 */
public final class SwapAwareInflight extends DefaultInflightRepository {
  @Override
  public void removeRoute(String routeId) {
    if (size(routeId) == 0) {
      super.removeRoute(routeId);
    }
  }
}
