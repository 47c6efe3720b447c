// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisPool;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisClusterException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisRedirectionException;
import redis.clients.jedis.util.Pool;

/**
 * Opens connections to the node of a Redis Cluster that owns a slot. All keys of a daemon are in
 * one slot, so that a connection to its owner is as good as one to a single server: transactions,
 * scripts and pipelines work as ever. A connection to a node that no longer owns the slot is
 * dropped at its first command; the next one asks the nodes again.
 */
final class SlotOwner implements JedisSocketFactory {
  private final int slot;
  private final JedisClientConfig config;
  private final Set<HostAndPort> seeds;
  private List<HostAndPort> nodes;

  /**
   * @param nodes some nodes of the cluster
   * @param config of the connections to all nodes
   */
  SlotOwner(int slot, Collection<HostAndPort> nodes, JedisClientConfig config) {
    this.slot = slot;
    this.config = config;
    this.seeds = Set.copyOf(nodes);
    this.nodes = List.copyOf(nodes);
  }

  /** A pool of connections to the owner. */
  @SuppressWarnings("deprecation") // Spring's connections need this kind of pool
  Pool<Jedis> pool(GenericObjectPoolConfig<Jedis> limits) {
    return new JedisPool(limits, new Connections());
  }

  /** Asks no more nodes when the timeouts for connecting and for an answer have passed. */
  @Override
  public Socket createSocket() {
    Duration limit =
        Duration.ofMillis(
            (long) config.getConnectionTimeoutMillis() + config.getSocketTimeoutMillis());
    long start = System.nanoTime();
    JedisException failure = new JedisConnectionException("no node of the cluster is known");
    Set<HostAndPort> tried = new HashSet<>();
    for (HostAndPort node : nodes()) {
      try {
        Optional<HostAndPort> owner = askForOwner(node);
        if (owner.isEmpty()) {
          failure = new JedisConnectionException("no node of the cluster owns slot " + slot);
        } else if (tried.add(owner.get())) {
          return new DefaultJedisSocketFactory(owner.get(), config).createSocket();
        }
      } catch (JedisException e) {
        failure = e;
      }
      askOthersFirst();
      if (System.nanoTime() - start >= limit.toNanos()) {
        break;
      }
    }
    throw failure;
  }

  private synchronized List<HostAndPort> nodes() {
    return nodes;
  }

  /** A node that is cut off from the others may name one that was the owner. */
  private synchronized void askOthersFirst() {
    List<HostAndPort> others = new ArrayList<>(nodes.subList(1, nodes.size()));
    others.add(nodes.get(0));
    nodes = List.copyOf(others);
  }

  private Optional<HostAndPort> askForOwner(HostAndPort node) {
    Set<HostAndPort> known = new LinkedHashSet<>(List.of(node));
    Optional<HostAndPort> owner = Optional.empty();
    try (Jedis client = new Jedis(node, config)) {
      for (Object range : ranges(client)) {
        List<?> parts = (List<?>) range;
        List<HostAndPort> servers =
            parts.stream().skip(2).map(server -> address((List<?>) server, node)).toList();
        known.addAll(servers);
        if ((long) parts.get(0) <= slot && slot <= (long) parts.get(1)) {
          owner = servers.stream().findFirst();
        }
      }
    }
    known.addAll(seeds);
    synchronized (this) {
      nodes = List.copyOf(known);
    }
    return owner;
  }

  private static List<?> ranges(Jedis client) {
    return (List<?>) client.sendCommand(Protocol.Command.CLUSTER, "SLOTS");
  }

  /** Of a server that does not know its own host, the host is the one that was asked. */
  private static HostAndPort address(List<?> server, HostAndPort asked) {
    byte[] host = (byte[]) server.get(0);
    String name = host == null ? "" : new String(host, StandardCharsets.UTF_8);
    int port = Math.toIntExact((long) server.get(1));
    return new HostAndPort(name.isEmpty() ? asked.getHost() : name, port);
  }

  private final class Connections extends BasePooledObjectFactory<Jedis> {
    @Override
    public Jedis create() {
      return new Jedis(new OwnerConnection());
    }

    @Override
    public PooledObject<Jedis> wrap(Jedis client) {
      return new DefaultPooledObject<>(client);
    }

    @Override
    public void destroyObject(PooledObject<Jedis> client) {
      client.getObject().disconnect();
    }
  }

  /** Counts as broken, and is not used again, when the node says that it is not the owner. */
  private final class OwnerConnection extends Connection {
    OwnerConnection() {
      super(SlotOwner.this, config);
    }

    @Override
    protected Object readProtocolWithCheckingBroken() {
      try {
        return super.readProtocolWithCheckingBroken();
      } catch (JedisRedirectionException | JedisClusterException e) {
        setBroken();
        askOthersFirst();
        throw e;
      }
    }
  }
}
