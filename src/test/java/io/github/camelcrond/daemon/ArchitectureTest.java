// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final String ROOT = "io.github.camelcrond.";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages("io.github.camelcrond");

  @Test
  void packagesDependOnEachOtherInOneDirection() {
    slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void crontabsAndSchedulesKnowNeitherCamelNorQuartz() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOT + "schedule", ROOT + "crontab")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.camel..", "org.quartz..")
        .check(CLASSES);
  }

  @Test
  void aRunKnowsNothingOfJobsInForceNorOfServers() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "run")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            ROOT + "job", ROOT + "store", ROOT + "spool", ROOT + "rabbitmq", ROOT + "cluster")
        .check(CLASSES);
  }

  @Test
  void eachPackageSaysWhatLivesThere() throws Exception {
    Path root = Path.of("src/main/java/io/github/camelcrond");
    try (Stream<Path> files = Files.walk(root)) {
      List<Path> silent =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .map(Path::getParent)
              .filter(folder -> !folder.equals(root))
              .distinct()
              .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
              .toList();
      assertThat(silent).isEmpty();
    }
  }
}
