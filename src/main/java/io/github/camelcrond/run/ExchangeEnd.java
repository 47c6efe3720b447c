// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/** Actions at the end of an exchange. */
public final class ExchangeEnd {
  private ExchangeEnd() {}

  /**
   * Performs {@code action} when {@code exchange} is done, whether or not it has failed. It does
   * not wait for a copy with which another route, such as a seda route, continues.
   */
  public static void then(Exchange exchange, Consumer<Exchange> action) {
    exchange
        .getExchangeExtension()
        .addOnCompletion(
            new SynchronizationAdapter() {
              @Override
              public void onDone(Exchange done) {
                action.accept(done);
              }

              @Override
              public boolean allowHandover() {
                return false;
              }
            });
  }
}
