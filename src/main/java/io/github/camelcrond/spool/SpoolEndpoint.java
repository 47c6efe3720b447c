// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import java.util.Optional;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

/** An endpoint of {@link SpoolComponent}. */
final class SpoolEndpoint extends DefaultEndpoint {
  private static final String FLUSH = "flush";
  private static final String BATCH = "batch:";
  private static final String FOR_BROKER = "for-broker";
  private static final String FOR_OTHERS = "for-others";

  private final Spool spool;
  private final String name;

  SpoolEndpoint(String uri, SpoolComponent component, Spool spool) {
    super(uri, component);
    this.spool = spool;
    this.name = uri.replaceFirst("^spool:/*", "");
  }

  /** The endpoint that messages sent here are for; empty if this endpoint has another purpose. */
  Optional<String> destination() {
    return switch (name) {
      case FLUSH, FOR_BROKER, FOR_OTHERS -> Optional.empty();
      default -> Optional.of(isBatch() ? name.substring(BATCH.length()) : name);
    };
  }

  private boolean isBatch() {
    return name.startsWith(BATCH);
  }

  @Override
  public Producer createProducer() {
    if (name.equals(FOR_BROKER) || name.equals(FOR_OTHERS)) {
      throw new IllegalArgumentException(
          "spool:" + name + " can only be consumed from, use spool:ENDPOINT");
    }
    return new SpoolProducer(this, spool, destination(), !isBatch());
  }

  @Override
  public Consumer createConsumer(Processor processor) throws Exception {
    if (!name.equals(FOR_BROKER) && !name.equals(FOR_OTHERS)) {
      throw new IllegalArgumentException("use spool:" + FOR_BROKER + " or spool:" + FOR_OTHERS);
    }
    SpoolConsumer consumer = new SpoolConsumer(this, processor, spool, name.equals(FOR_BROKER));
    configureConsumer(consumer);
    return consumer;
  }

  /** Options belong to the endpoint that messages are for. */
  @Override
  public boolean isLenientProperties() {
    return true;
  }
}
