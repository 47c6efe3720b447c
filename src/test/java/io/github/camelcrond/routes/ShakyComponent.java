// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.routes;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;

/** A component whose server is there when a test says so. */
final class ShakyComponent extends DefaultComponent {
  final AtomicInteger tries = new AtomicInteger();
  volatile boolean open;
  volatile boolean stubborn;

  /** When a class turns out to be missing: {@code made}, {@code started}, or never. */
  volatile String missing = "";

  private void need(String step) {
    if (step.equals(missing)) {
      throw new NoClassDefFoundError("org/example/Gone");
    }
  }

  @Override
  protected Endpoint createEndpoint(String uri, String rest, Map<String, Object> parameters) {
    return new ShakyEndpoint(uri, this);
  }

  private static final class ShakyEndpoint extends DefaultEndpoint {
    private final ShakyComponent component;

    ShakyEndpoint(String uri, ShakyComponent component) {
      super(uri, component);
      this.component = component;
    }

    @Override
    public Producer createProducer() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Consumer createConsumer(Processor processor) {
      component.need("made");
      return new DefaultConsumer(this, processor) {
        @Override
        protected void doStart() throws Exception {
          component.tries.incrementAndGet();
          component.need("started");
          if (!component.open) {
            throw new java.io.IOException("server is away");
          }
          super.doStart();
        }

        @Override
        protected void doStop() throws Exception {
          if (component.stubborn) {
            throw new IllegalStateException("will not stop");
          }
          super.doStop();
        }
      };
    }
  }
}
