// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;

/**
 * The one way in which values are written as JSON: instants as ISO-8601, unknown keys ignored when
 * read.
 */
public final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModules(new Jdk8Module(), new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          // What is never read is never prepared for.
          .disable(DeserializationFeature.EAGER_DESERIALIZER_FETCH)
          .build();

  private Json() {}

  /** The mapper; not to be reconfigured. */
  public static ObjectMapper mapper() {
    return MAPPER;
  }
}
