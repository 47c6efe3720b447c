// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads the settings: defaults, {@code application.properties}, environment, system properties;
 * later wins. The application.properties that the build put into the jar is the list of known keys
 * and their defaults.
 */
public final class SettingsLoader {
  private static final Pattern KEY = Pattern.compile("(?m)^#?(crond\\.[a-z0-9.-]+) *=");

  /** Begins the keys of the levels of single loggers, whose names follow. */
  public static final String LOGGERS = "crond.log.level.";

  private static final String SERVICE_LINK = "(tcp|udp|sctp)://.*";
  // The location of the program and of its settings file, needed before any file is read.
  private static final Set<String> OUTSIDE = Set.of("crond.home", "crond.config");

  private final Map<String, String> environment;
  private final Properties system;
  private final Set<String> known = new TreeSet<>();
  private final Map<String, String> values = new TreeMap<>();
  private final List<String> errors = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private SettingsLoader(Map<String, String> environment, Properties system) {
    this.environment = environment;
    this.system = system;
  }

  /** The settings of this process. */
  public static Settings load() {
    return load(Environment.get(), System.getProperties());
  }

  /**
   * The settings from files, {@code environment} and {@code system} properties.
   *
   * @throws SettingsException with all errors, one per line
   */
  public static Settings load(Map<String, String> environment, Properties system) {
    return new SettingsLoader(environment, system).read();
  }

  /** The settings of Camel and its components that the daemon requires: {@code camel.*}. */
  public static Properties camelDefaults() {
    Properties camel = parse(defaults());
    camel.keySet().removeIf(key -> !key.toString().startsWith("camel."));
    return camel;
  }

  private Settings read() {
    Path home = Path.of(outside("crond.home", ".")).toAbsolutePath().normalize();
    Path file = home.resolve(outside("crond.config", "application.properties"));
    String defaults = defaults();
    KEY.matcher(defaults).results().map(MatchResult::group).forEach(this::know);
    merge(parse(defaults), "");
    if (Files.exists(file)) {
      merge(parse(text(file)), file + ": ");
    } else if (environment.containsKey("CROND_CONFIG") || system.containsKey("crond.config")) {
      errors.add(file + ": file does not exist, correct crond.config");
    }
    environment.forEach(this::fromEnvironment);
    merge(system, "-D");
    if (!errors.isEmpty()) {
      throw new SettingsException(String.join("\n", errors));
    }
    return new Settings(home, file, values, warnings);
  }

  private String outside(String key, String fallback) {
    return system.getProperty(key, environment.getOrDefault(variable(key), fallback));
  }

  private void know(String match) {
    known.add(match.replaceAll("[#= ]", ""));
  }

  private void merge(Properties properties, String where) {
    for (String key : new TreeSet<>(properties.stringPropertyNames())) {
      if (!key.startsWith("crond.") || OUTSIDE.contains(key)) {
        continue;
      }
      if (isKnown(key)) {
        values.put(key, properties.getProperty(key));
      } else {
        errors.add(where + key + " is not a known setting, did you mean " + nearest(key) + "?");
      }
    }
  }

  private boolean isKnown(String key) {
    return known.contains(key) || key.startsWith(LOGGERS) && key.length() > LOGGERS.length();
  }

  private void fromEnvironment(String name, String value) {
    if (!name.startsWith("CROND_")) {
      return;
    }
    String key = key(name);
    if (isKnown(key) && value.matches(SERVICE_LINK) && name.endsWith("_PORT")) {
      warnings.add(
          name
              + " = "
              + value
              + " is ignored, Kubernetes sets it for a service of that name; set"
              + " enableServiceLinks: false");
    } else if (isKnown(key)) {
      values.put(key, value);
    } else if (name.endsWith("_FILE")
        && known.contains(key(name.substring(0, name.length() - 5)))) {
      fromSecret(name, Path.of(value));
    } else if (!OUTSIDE.contains(key) && !value.matches("[a-z]+://.*") && !madeByKubernetes(name)) {
      warnings.add(name + " is not a known setting, did you mean " + variable(nearest(key)) + "?");
    }
  }

  /**
   * Kubernetes gives each service NAME_SERVICE_HOST, NAME_SERVICE_PORT and NAME_PORT_…; one may be
   * named crond.
   */
  private static boolean madeByKubernetes(String name) {
    return name.contains("_SERVICE_") || name.matches("CROND_(.+_)?PORT(_.*)?");
  }

  private void fromSecret(String name, Path file) {
    String key = key(name.substring(0, name.length() - 5));
    if (environment.containsKey(variable(key))) {
      errors.add(name + " and " + variable(key) + " are both set, use one of them");
      return;
    }
    try {
      values.put(key, Files.readString(file).stripTrailing());
    } catch (IOException e) {
      errors.add(name + " = " + file + " cannot be read: " + e.getClass().getSimpleName());
    }
  }

  /** Known key for an environment name: the one whose own environment name it is. */
  private String key(String name) {
    return known.stream()
        .filter(k -> variable(k).equals(name))
        .findFirst()
        .orElse(name.toLowerCase(Locale.ROOT).replace('_', '.'));
  }

  private static String variable(String key) {
    return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  private String nearest(String key) {
    return ClosestWord.of(key, known).orElse("");
  }

  private static Properties parse(String text) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IOException | IllegalArgumentException e) {
      throw new SettingsException("application.properties: " + e.getMessage());
    }
    return properties;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new SettingsException(file + " cannot be read: " + e);
    }
  }

  private static String defaults() {
    try (InputStream in = SettingsLoader.class.getResourceAsStream("application.properties")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .collect(Collectors.joining("\n"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
