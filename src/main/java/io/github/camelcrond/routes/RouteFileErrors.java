// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.routes;

import io.github.camelcrond.config.ErrorText;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.util.URISupport;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Turns exceptions of Camel about a route file into errors with line, column and reason. */
final class RouteFileErrors {
  /** Camel's words for the scheme of a URI that no component on the class path has. */
  private static final Pattern NO_COMPONENT =
      Pattern.compile("(?<=endpoint could be found for: )((\\w[\\w.+-]*):.*), please check .*");

  private static final String ADD_COMPONENT =
      "$1; the component $2 is not installed: add its jar (camel-$2 if it is Camel's) and the jars that it"
          + " needs in lib/";

  private RouteFileErrors() {}

  static RouteFileException of(RouteText text, Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof RouteFileException known) {
        return known;
      }
      if (t instanceof MarkedYamlEngineException marked) {
        return RouteFileException.at(
            text.file(), marked.getProblemMark(), sentence(marked.getProblem()));
      }
    }
    return new RouteFileException(text.file() + place(text, thrown), reason(thrown));
  }

  /** Line and column of the endpoint that failed if the route names it, else of the route. */
  private static String place(RouteText text, Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      String route = route(t);
      Optional<YamlItem> item = text.items().stream().filter(i -> i.id().equals(route)).findFirst();
      if (item.isPresent()) {
        // The consumer failed to start, even if the reason does not name its endpoint.
        String begin =
            t instanceof FailedToStartRouteException ? schemeAndName(item.get().uri()) : "";
        return place(item.get(), reason(thrown) + " " + begin);
      }
    }
    return ":1:1";
  }

  /** The route that {@code thrown} is about, or null. */
  private static String route(Throwable thrown) {
    if (thrown instanceof FailedToCreateRouteException failed) {
      return failed.getRouteId();
    }
    return thrown instanceof FailedToStartRouteException failed ? failed.getRouteId() : null;
  }

  private static String place(YamlItem item, String reason) {
    String[] lines = item.text().split("\n");
    for (int i = 0; i < lines.length; i++) {
      String value =
          lines[i].replaceFirst("^[\\s-]*[\\w.-]+: *", "").replaceAll("[\"']", "").strip();
      if (value.contains(":") && !value.contains(" ") && reason.contains(schemeAndName(value))) {
        return ":" + (item.from() + i + 1) + ":" + (lines[i].indexOf(value) + 1);
      }
    }
    return ":" + (item.from() + 1) + ":1";
  }

  private static String schemeAndName(String uri) {
    return URISupport.stripQuery(uri).replaceFirst(":/*", "://");
  }

  /** The messages of all causes: the last is the most precise, earlier ones name the endpoint. */
  private static String reason(Throwable thrown) {
    Set<String> said = new LinkedHashSet<>();
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      String message = message(t);
      said.removeIf(earlier -> earlier.contains(message));
      if (!(t instanceof FailedToCreateRouteException) || t.getCause() == null) {
        said.add(sentence(message));
      }
    }
    return String.join(": ", said);
  }

  private static String message(Throwable t) {
    String message = ErrorText.of(t);
    if (t instanceof NoClassDefFoundError) {
      return "class " + message + " is missing";
    }
    return t instanceof NoSuchEndpointException
        ? NO_COMPONENT.matcher(message).replaceFirst(ADD_COMPONENT)
        : message;
  }

  /** {@code message} on one line, with a lower-case first letter and no full stop. */
  static String sentence(String message) {
    String line = message == null ? "unknown" : message.strip().replaceAll("\\s+", " ");
    String open = line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    boolean word = open.length() > 1 && Character.isLowerCase(open.charAt(1));
    return word ? Character.toLowerCase(open.charAt(0)) + open.substring(1) : open;
  }
}
