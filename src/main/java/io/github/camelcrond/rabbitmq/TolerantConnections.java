// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MalformedFrameException;
import com.rabbitmq.client.impl.AMQImpl;
import com.rabbitmq.client.impl.Frame;
import com.rabbitmq.client.impl.FrameHandler;
import com.rabbitmq.client.impl.FrameHandlerFactory;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections that survive a message whose headers the client cannot read, such as tables nested
 * more than 32 levels deep. The client would close the connection, the broker would redeliver the
 * message on the next one, and no other message would ever be consumed. Here, such a message is
 * received without its headers.
 */
final class TolerantConnections extends ConnectionFactory {
  private static final Logger LOG = LoggerFactory.getLogger("crond.rabbitmq");

  /** Offset of the property flags in a content header. */
  private static final int FLAGS = 12;

  private static final int CONTENT_TYPE = 1 << 15;
  private static final int CONTENT_ENCODING = 1 << 14;
  private static final int HEADERS = 1 << 13;

  @Override
  protected synchronized FrameHandlerFactory createFrameHandlerFactory() throws IOException {
    FrameHandlerFactory usual = super.createFrameHandlerFactory();
    return (address, name) -> tolerant(usual.create(address, name));
  }

  private static FrameHandler tolerant(FrameHandler usual) {
    return (FrameHandler)
        Proxy.newProxyInstance(
            FrameHandler.class.getClassLoader(),
            new Class<?>[] {FrameHandler.class},
            (proxy, method, arguments) -> {
              try {
                Object result = method.invoke(usual, arguments);
                return result instanceof Frame frame ? readable(frame) : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static Frame readable(Frame frame) throws IOException {
    if (frame.getType() != AMQP.FRAME_HEADER) {
      return frame;
    }
    try {
      AMQImpl.readContentHeaderFrom(frame.getInputStream());
      return frame;
    } catch (MalformedFrameException e) {
      LOG.atWarn()
          .addKeyValue("reason", e.getMessage())
          .log("message has unreadable headers, receiving it without them");
      return new Frame(frame.getType(), frame.getChannel(), withoutHeaders(frame.getPayload()));
    }
  }

  /** Source: AMQP 0-9-1, 2.3.5.2. The table follows up to two short strings. */
  private static byte[] withoutHeaders(byte[] content) {
    ByteBuffer in = ByteBuffer.wrap(content);
    int flags = in.getShort(FLAGS);
    int begin = FLAGS + Short.BYTES;
    for (int property : new int[] {CONTENT_TYPE, CONTENT_ENCODING}) {
      begin += (flags & property) == 0 ? 0 : 1 + (content[begin] & 0xff);
    }
    int end = begin + Integer.BYTES + in.getInt(begin);
    return ByteBuffer.allocate(begin + content.length - end)
        .put(content, 0, begin)
        .put(content, end, content.length - end)
        .putShort(FLAGS, (short) (flags & ~HEADERS))
        .array();
  }
}
