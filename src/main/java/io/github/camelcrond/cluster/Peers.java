// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.cluster.PeerChannel.Reply;
import io.github.camelcrond.cluster.PeerQuestion.Kind;
import io.github.camelcrond.config.JsonValue;
import io.github.camelcrond.run.NoSuchRun;
import io.github.camelcrond.run.Runs;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The other daemons of a store, which are asked about runs that are not in progress here. Each
 * question is answered within a second. The methods fail if Redis does.
 */
public final class Peers {
  private static final Logger LOG = LoggerFactory.getLogger("crond.cluster");

  private final Runs runs;
  private final PeerChannel channel;
  private final Presence presence;
  private final PeerAnswers answers;

  Peers(Runs runs, PeerChannel channel, Presence presence, PeerAnswers answers) {
    this.runs = runs;
    this.channel = channel;
    this.presence = presence;
    this.answers = answers;
  }

  /**
   * Kills the run with {@code id}, which another daemon has.
   *
   * @throws NoSuchRun if none has it
   * @throws HostGone if the daemon that has it does not respond
   */
  @CalledByRoute
  public void kill(String id) throws NoSuchRun, HostGone {
    Reply reply = ask(new PeerQuestion(Kind.KILL, id));
    if (reply.found().isEmpty()) {
      requireHost(id, reply);
      throw new NoSuchRun(id);
    }
  }

  private Reply ask(PeerQuestion question) {
    return channel.ask(question.facts());
  }

  private void requireHost(String id, Reply reply) throws HostGone {
    Optional<Presence.Sighting> last = presence.find(id, reply.owners());
    if (last.isPresent()) {
      throw new HostGone(id, last.get().host(), last.get().at());
    }
  }

  /** The run with {@code id}, in progress or just ended, as the API shows it; empty if unknown. */
  public Optional<JsonValue> find(String id) {
    return ask(new PeerQuestion(Kind.SHOW, id)).found().map(answer -> answer.get("view"));
  }

  /**
   * Returns if {@code id} is not the id of a run on a host that does not respond.
   *
   * @throws HostGone otherwise
   */
  public void requireHost(String id) throws HostGone {
    Reply reply = ask(new PeerQuestion(Kind.SHOW, id));
    if (reply.found().isEmpty()) {
      requireHost(id, reply);
    }
  }

  /**
   * The next part of the output of the run with {@code id}; empty if no daemon has the run.
   *
   * @param attempt whose output was read last; 0 if none was
   * @param offset position in the output of that attempt, in bytes
   */
  public Optional<PeerOutput> output(String id, int attempt, long offset) {
    return ask(new PeerQuestion(Kind.OUTPUT, id, attempt, offset)).found().map(PeerOutput::read);
  }

  /** All output of the run with {@code id} so far; empty if no daemon has the run. */
  public Optional<String> output(String id) {
    StringBuilder all = new StringBuilder();
    Optional<PeerOutput> part = output(id, 0, 0);
    int attempt = part.map(PeerOutput::attempt).orElse(0);
    boolean any = part.isPresent();
    while (part.filter(p -> !p.text().isEmpty() && p.attempt() == attempt).isPresent()) {
      all.append(part.get().text());
      part = output(id, attempt, part.get().next());
    }
    return any ? Optional.of(all.toString()) : Optional.empty();
  }

  /** Tells the others which runs are in progress here. */
  @CalledByRoute
  public void reportRuns() {
    answers.forgetOld();
    channel.check();
    presence.note(runs.all().stream().map(p -> p.run().id()).collect(Collectors.toSet()));
  }

  /** Answers no more questions. */
  public void close() {
    channel.close();
    try {
      presence.leave();
    } catch (RuntimeException e) {
      LOG.atDebug().addKeyValue("reason", e.getMessage()).log("cannot sign off");
    }
  }
}
