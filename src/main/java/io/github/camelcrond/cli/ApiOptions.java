// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsLoader;
import io.github.camelcrond.http.HttpBeans;
import io.github.camelcrond.http.HttpToken;
import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of all commands that talk to a running daemon. */
final class ApiOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "URL of the daemon (default: built from crond.http.host and crond.http.port).")
  private Optional<URI> url = Optional.empty();

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description =
          "Token of the daemon (default: crond.http.token, or the one in the store directory)."
              + " Other users see it in the list of processes; CROND_HTTP_TOKEN hides it.")
  private Optional<String> token = Optional.empty();

  /** A client for the daemon given by the options, or else by the settings. */
  ApiClient client() throws ApiException {
    url.ifPresent(this::check);
    Settings settings = SettingsLoader.load();
    return client(token.map(t -> settings.with("crond.http.token", t)).orElse(settings), url);
  }

  /** A client for the daemon at {@code url}, or else for the one given by {@code settings}. */
  static ApiClient client(Settings settings, Optional<URI> url) throws ApiException {
    return new ApiClient(url.orElseGet(() -> fromSettings(settings)), token(settings));
  }

  private void check(URI base) {
    if (base.getHost() == null || base.getScheme() == null || !base.getScheme().matches("https?")) {
      throw new ParameterException(
          spec.commandLine(),
          "--url " + base + " is not a valid URL, use e.g. http://127.0.0.1:8080");
    }
  }

  private static URI fromSettings(Settings settings) {
    String host = settings.text("crond.http.host");
    String reachable = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
    String shown = reachable.contains(":") ? "[" + reachable + "]" : reachable;
    return URI.create("http://" + shown + ":" + settings.number("crond.http.port", 0, 65_535));
  }

  private static String token(Settings settings) throws ApiException {
    Optional<String> set = settings.find("crond.http.token");
    if (set.isPresent()) {
      return set.get();
    }
    Path file = HttpBeans.tokenFile(settings);
    try {
      return HttpToken.read(file)
          .map(HttpToken::text)
          .orElseThrow(
              () ->
                  new ApiException(
                      "no token in "
                          + file
                          + ": no daemon with HTTP has used this store directory, or it could"
                          + " not write there; set CROND_HTTP_TOKEN for daemon and command"));
    } catch (AccessDeniedException e) {
      throw new ApiException(
          file
              + " is not readable by this user; run the command as the user of the daemon, or"
              + " set CROND_HTTP_TOKEN",
          e);
    } catch (IOException e) {
      throw new ApiException(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
