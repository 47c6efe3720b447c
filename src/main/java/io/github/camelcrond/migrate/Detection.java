// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.migrate;

import io.github.camelcrond.crontab.Users;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Detects which program a file was written for. */
final class Detection {
  private static final Pattern KUBERNETES =
      Pattern.compile("(?m)^(\\{\\s*|\\s*)[\"']?(apiVersion|kind)[\"']?\\s*:");
  private static final Pattern SERVICES = Pattern.compile("(?m)^services\\s*:");
  private static final Pattern LABEL = Pattern.compile("(?m)^[^#\n]*ofelia\\.job-[a-z-]+\\.");
  private static final Pattern YACRON = Pattern.compile("(?m)^(jobs|defaults|include)\\s*:");
  private static final Pattern SECTION = Pattern.compile("\\[[\\w-]+.*]");
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final String BUSYBOX = "/etc/periodic/";

  /** Names of users on Debian and Alpine, as the file may come from another machine. */
  private static final Set<String> USERS =
      Set.of(
          ("- root daemon nobody www-data nginx apache http mail backup postgres mysql redis git app"
                  + " list news smmsp logcheck")
              .split(" "));

  private Detection() {}

  /** The program that {@code text} was written for; empty if none fits. */
  static Optional<ImportKind> of(String text) {
    List<String> lines =
        text.lines().map(String::strip).filter(l -> !l.isEmpty() && !isComment(l)).toList();
    if (KUBERNETES.matcher(text).find()) {
      return Optional.of(ImportKind.KUBERNETES);
    }
    if (text.contains("ofelia.job-") && LABEL.matcher(text).find()
        || SERVICES.matcher(text).find()) {
      return Optional.of(ImportKind.DOCKER);
    }
    if (YACRON.matcher(text).find()) {
      return Optional.of(ImportKind.YACRON);
    }
    if (!lines.isEmpty() && SECTION.matcher(lines.get(0)).matches()) {
      return Optional.of(ImportKind.OFELIA);
    }
    boolean crontab =
        lines.stream().anyMatch(l -> OtherCrontab.isJob(l) || OtherCrontab.isAssignment(l));
    return crontab || lines.isEmpty() ? Optional.of(crontab(lines)) : Optional.empty();
  }

  private static boolean isComment(String line) {
    return line.startsWith("#") || line.startsWith(";");
  }

  private static ImportKind crontab(List<String> lines) {
    List<String> jobs = lines.stream().filter(OtherCrontab::isJob).toList();
    Users users = Users.ofSystem();
    long withUser = jobs.stream().filter(job -> hasUser(job, users)).count();
    if (2 * withUser >= jobs.size()) {
      return ImportKind.SYSTEM;
    }
    if (jobs.stream().anyMatch(OtherCrontab::hasYear)) {
      return ImportKind.SUPERCRONIC;
    }
    return jobs.stream().anyMatch(job -> job.contains(BUSYBOX))
        ? ImportKind.BUSYBOX
        : ImportKind.USER;
  }

  private static boolean hasUser(String job, Users users) {
    String[] words = BLANKS.split(job, 8);
    int user = words[0].startsWith("@") || words[0].startsWith("-@") ? 1 : 5;
    return words.length > user + 1
        && !words[user + 1].startsWith("-")
        && (USERS.contains(words[user]) || users.byName(words[user]).isPresent());
  }
}
