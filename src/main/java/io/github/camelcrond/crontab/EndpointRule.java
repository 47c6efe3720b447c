// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import io.github.camelcrond.config.DaemonEndpoints;
import io.github.camelcrond.config.Settings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which endpoints a crontab may name: those of the allowed schemes except the daemon's own, without
 * anything that Camel would expand, such as <code>{{key}}</code>.
 *
 * @param schemes the allowed schemes, in the order in which errors list them
 * @param own endpoints of the daemon, such as {@code seda:job-run}; no line may send to them
 * @param unready what is missing before endpoints of a scheme can be used, by scheme
 */
public record EndpointRule(List<String> schemes, Set<String> own, Map<String, String> unready) {
  /** The schemes that are allowed by default, without endpoints of the daemon. */
  public static final EndpointRule DEFAULT =
      new EndpointRule(
          List.of("rabbitmq", "spring-rabbitmq", "direct", "seda", "log"), Set.of(), Map.of());

  private static final List<String> EXPANDED = List.of("{{", "${", "$simple{", "RAW(", "RAW{");
  private static final int DECODINGS = 5;

  /** Copies the collections. */
  public EndpointRule {
    schemes = List.copyOf(schemes);
    own = Set.copyOf(own);
    unready = Map.copyOf(unready);
  }

  /** The schemes in {@code settings}; those of RabbitMQ are unready if no broker is set. */
  public static EndpointRule of(Settings settings) {
    String missing = "crond.rabbitmq.url is not set, set it to send to RabbitMQ";
    return new EndpointRule(
        List.of(settings.text("crond.endpoints").split("\\s*,\\s*")),
        DaemonEndpoints.URIS,
        settings.usesRabbitMq()
            ? Map.of()
            : Map.of("rabbitmq", missing, "spring-rabbitmq", missing));
  }

  /**
   * The length of the scheme of {@code text}, in characters; 0 if it does not begin like a URI. A
   * scheme is a letter, followed by letters, digits, plus, minus or full stop, and a colon. Source:
   * RFC 3986, 3.1.
   */
  static int schemeLength(String text) {
    int i = 0;
    while (i < text.length() && isSchemeCharacter(text.charAt(i), i == 0)) {
      i++;
    }
    return i < text.length() && text.charAt(i) == ':' ? i : 0;
  }

  /** Whether the scheme of a URI is one of those allowed. */
  boolean allowsScheme(String uri) {
    return schemes.contains(uri.substring(0, schemeLength(uri)));
  }

  /** What is missing before {@code uri}, which {@link #check} has accepted, can be used. */
  Optional<String> missing(String uri) {
    return Optional.ofNullable(unready.get(uri.substring(0, schemeLength(uri))))
        .map(what -> "endpoint " + Characters.shown(uri) + ": " + what);
  }

  /**
   * Why a crontab may not name {@code uri}; empty if it may. Also for endpoints read from journal
   * and spool, as the settings or the files may have changed since they were written.
   */
  public Optional<String> refusal(String uri) {
    try {
      check(uri);
      return Optional.empty();
    } catch (LineException e) {
      return Optional.of(e.getMessage());
    }
  }

  /**
   * Checks that a crontab may name {@code uri}.
   *
   * @throws LineException if it may not; its index is one in {@code uri}
   */
  void check(String uri) throws LineException {
    int length = schemeLength(uri);
    String scheme = uri.substring(0, length);
    if (length == 0) {
      throw new LineException(
          0, "endpoint " + Characters.shown(uri) + " has no scheme, use one of " + allowed());
    }
    if (!schemes.contains(scheme)) {
      throw new LineException(0, notAllowed(scheme));
    }
    String rest = uri.substring(length + 1);
    if (rest.isEmpty() || rest.startsWith("?")) {
      throw new LineException(
          length, "endpoint " + scheme + ": has no destination, write " + scheme + ":NAME");
    }
    checkExpansions(uri, uri, 0);
    checkOwn(scheme, rest);
  }

  private String notAllowed(String scheme) {
    return "endpoint scheme "
        + Characters.shown(scheme)
        + " is not allowed, use "
        + allowed()
        + "; to reach other endpoints, send to direct:NAME and continue in a route file";
  }

  private String allowed() {
    return String.join(", ", schemes);
  }

  // Camel decodes percent signs before it looks for references, so every layer is looked at.
  private static void checkExpansions(String uri, String layer, int depth) throws LineException {
    for (String token : EXPANDED) {
      int at = layer.indexOf(token);
      if (at >= 0) {
        throw new LineException(
            depth == 0 ? at : 0, token + " is not allowed in an endpoint, write the value itself");
      }
    }
    int hash = reference(layer);
    if (hash >= 0) {
      String what =
          "an option's value that begins with # is not allowed in an endpoint, write the value"
              + " itself";
      throw new LineException(depth == 0 ? hash : 0, what);
    }
    String decoded = decode(layer);
    if (decoded.equals(layer)) {
      return;
    }
    if (depth == DECODINGS) {
      throw new LineException(
          0,
          "endpoint "
              + Characters.shown(uri)
              + " is percent-encoded too many times, encode it once");
    }
    checkExpansions(uri, decoded, depth + 1);
  }

  /** Index of a # at the beginning of an option's value or of an element of it, or -1. */
  private static int reference(String uri) {
    for (int hash = uri.indexOf('#'); hash >= 0; hash = uri.indexOf('#', hash + 1)) {
      int before = hash - 1;
      while (before >= 0 && (uri.charAt(before) <= ' ' || uri.charAt(before) == '+')) {
        before--;
      }
      if (before >= 0 && "=,&?".indexOf(uri.charAt(before)) >= 0) {
        return hash;
      }
    }
    return -1;
  }

  // Camel finds direct:job-run under direct://job%252Drun, too.
  private void checkOwn(String scheme, String rest) throws LineException {
    String decoded = rest;
    for (int i = 0; i < DECODINGS; i++) {
      decoded = decode(decoded);
    }
    int end = decoded.indexOf('?');
    String path = end < 0 ? decoded : decoded.substring(0, end);
    int from = 0;
    while (from < path.length() && path.charAt(from) == '/') {
      from++;
    }
    String name = scheme + ":" + path.substring(from);
    if (own.contains(name)) {
      throw new LineException(0, name + " is reserved for the daemon, use another name");
    }
  }

  private static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    StringBuilder result = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
      int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
      if (text.charAt(i) == '%' && high >= 0 && low >= 0) {
        result.append((char) (high * 16 + low));
        i += 2;
      } else {
        result.append(text.charAt(i));
      }
    }
    return result.toString();
  }

  private static boolean isSchemeCharacter(char c, boolean first) {
    boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    return letter || !first && (c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.');
  }
}
