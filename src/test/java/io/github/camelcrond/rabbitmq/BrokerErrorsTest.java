// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.security.cert.CertificateException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.amqp.AmqpAuthenticationException;
import org.springframework.amqp.AmqpConnectException;
import org.springframework.amqp.AmqpIOException;
import org.springframework.amqp.AmqpResourceNotAvailableException;
import org.springframework.amqp.AmqpTimeoutException;

class BrokerErrorsTest {

  private static ShutdownSignalException closed(boolean connection, int code, boolean byUs) {
    AMQP.Connection.Close hard =
        new AMQP.Connection.Close.Builder().replyCode(code).replyText("X - why").build();
    AMQP.Channel.Close soft =
        new AMQP.Channel.Close.Builder().replyCode(code).replyText("X - why").build();
    return new ShutdownSignalException(connection, byUs, connection ? hard : soft, "");
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 404, 406})
  void aClosedChannelConcernsOneMessage(int code) {
    assertThat(BrokerErrors.concernsOneMessage(closed(false, code, false))).isTrue();
    assertThat(BrokerErrors.concernsOneMessage(new IOException(closed(false, code, false))))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {501, 502, 503, 504, 505, 540})
  void aConnectionThatIsClosedForAFrameConcernsTheMessageInFlight(int code) {
    assertThat(BrokerErrors.concernsOneMessage(closed(true, code, false))).isTrue();
    assertThat(BrokerErrors.concernsOneMessage(closed(true, code, true))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 320, 402, 530, 541})
  void anyOtherEndOfTheConnectionConcernsAll(int code) {
    assertThat(BrokerErrors.concernsOneMessage(closed(true, code, false))).isFalse();
  }

  static Stream<Exception> brokerDown() {
    return Stream.of(
        new AmqpConnectException(new ConnectException("Connection refused")),
        new AmqpAuthenticationException(new AuthenticationFailureException("ACCESS_REFUSED")),
        new AmqpIOException(
            (IOException)
                new SSLHandshakeException("bad").initCause(new CertificateException("bad"))),
        new AmqpTimeoutException("No available channels"),
        new EOFException());
  }

  @ParameterizedTest
  @MethodSource("brokerDown")
  void whatNobodyCanSendThroughConcernsAll(Exception thrown) {
    assertThat(BrokerErrors.concernsOneMessage(thrown)).isFalse();
  }

  @Test
  void whatTheClientRefusesConcernsOneMessage() {
    assertThat(BrokerErrors.concernsOneMessage(new IllegalArgumentException("too long"))).isTrue();
    assertThat(BrokerErrors.concernsOneMessage(new AmqpResourceNotAvailableException("max")))
        .isTrue();
  }

  @Test
  void aWrongPasswordIsNamedWhereverItStands() {
    assertThat(
            BrokerErrors.of(
                new AmqpAuthenticationException(new AuthenticationFailureException("REFUSED"))))
        .isEqualTo("invalid user or password");
  }

  @Test
  void whatExistsWithOtherArgumentsNamesTheRemedy() {
    AMQP.Channel.Close reply =
        new AMQP.Channel.Close.Builder()
            .replyCode(406)
            .replyText("PRECONDITION_FAILED - inequivalent arg 'type' for exchange 'crond'")
            .build();
    assertThat(BrokerErrors.of(new ShutdownSignalException(false, false, reply, "")))
        .startsWith("inequivalent arg 'type' for exchange 'crond'; declare it as it is")
        .contains("crond.rabbitmq.declare = false", "delete it");
  }

  @Test
  void aMessageWithoutWordsHasAReasonToo() {
    assertThat(BrokerErrors.of(new IllegalStateException("."))).isEqualTo("unknown");
  }
}
