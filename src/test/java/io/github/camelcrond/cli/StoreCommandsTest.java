// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.config.ErrorText;
import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsLoader;
import io.github.camelcrond.crontab.DaemonUser;
import io.github.camelcrond.crontab.Users;
import io.github.camelcrond.store.SavedCrontab;
import io.github.camelcrond.store.StoreContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands on the store and on the crontab, without a daemon. */
class StoreCommandsTest {
  private static final Instant AT = Instant.parse("2026-11-22T08:00:41Z");
  private static final String JOB = "0 0 1 1 * - job\n";
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final Queue<String> answers = new ArrayDeque<>();
  private String last = "";
  @TempDir Path folder;

  @Test
  void listsNoVersionOfANewStore() {
    assertThat(restore()).isEqualTo("0 the store holds no version of " + crontab() + "\n");
  }

  @Test
  void listsVersionsNewestFirst() throws IOException {
    save("# a\n", 0);
    save("# a\n# b\n", 60);
    Files.writeString(crontab(), "# a\n# b\n# c\n");
    assertThat(restore().lines().skip(1))
        .containsExactly(
            "  1  2026-11-22T08:01:41Z  host-a  +0 -1", "  2  2026-11-22T08:00:41Z  host-a  +0 -2");
  }

  @Test
  void bringsAVersionBack() throws IOException {
    save("# a\n", 0);
    save("# b\n", 60);
    Files.writeString(crontab(), "# c\n");
    assertThat(restore("--yes", "2"))
        .startsWith("0 --- ")
        .endsWith(crontab() + " restored to the version saved 2026-11-22T08:00:41Z by host-a\n");
    assertThat(crontab()).hasContent("# a\n");
  }

  @Test
  void bringsAllFilesOfAVersionBackAndLeavesOthersAlone() throws IOException {
    Path a = Files.createDirectory(folder.resolve("cron.d")).resolve("a");
    Path later = Files.writeString(a.resolveSibling("later"), "# later\n");
    Files.writeString(crontab(), "# main\n");
    Files.writeString(a, "# new\n");
    save(
        "# camel-crond: file " + crontab() + "\n# main\n# camel-crond: file " + a + "\n# old\n", 0);
    Settings several = settings().with("crond.crontab.file", crontab() + ":" + a.getParent());

    String printed = run(restoreCommand(several, Optional.of("yes")), "1");

    assertThat(printed.lines().filter(line -> line.matches("[-+][^-+].*")))
        .containsExactlyInAnyOrder("-# new", "+# old");
    assertThat(a).hasContent("# old\n");
    assertThat(later).hasContent("# later\n");
  }

  @Test
  void aVersionOfOneFileIsThatOfTheFirstOfSeveral() throws IOException {
    Path a = Files.createDirectory(folder.resolve("cron.d")).resolve("a");
    Files.writeString(a, "# a\n");
    save("# one\n", 0);
    Settings several = settings().with("crond.crontab.file", crontab() + ":" + a.getParent());

    assertThat(run(restoreCommand(several, Optional.of("yes")), "1")).startsWith("0 ");

    assertThat(crontab()).hasContent("# one\n");
    assertThat(a).hasContent("# a\n");
  }

  @Test
  void ofAVersionOfSeveralFilesOnlyThoseOfTheSettingsAreWritten() throws IOException {
    Path foreign = folder.resolve("foreign");
    Files.writeString(crontab(), "# now\n");
    save(
        "# camel-crond: file " + crontab() + "\n# x\n# camel-crond: file " + foreign + "\n# y\n",
        0);

    assertThat(restore("--yes", "1")).startsWith("0 ");

    assertThat(crontab()).hasContent("# x\n");
    assertThat(foreign).doesNotExist();
  }

  @Test
  void savesWhatItReplaces() throws IOException {
    save("# a\n", 0);
    Files.writeString(crontab(), "# never loaded\n");
    restore("--yes", "1");
    assertThat(crontab()).hasContent("# a\n");
    assertThat(restore("--yes", "2")).contains("-# a", "+# never loaded");
    assertThat(crontab()).hasContent("# never loaded\n");
  }

  @Test
  void printsNothingThatMovesATerminal() throws IOException {
    save("# \u001b[2J\n", 0);
    Files.writeString(crontab(), "# b\n");
    assertThat(restore("--yes", "1")).contains("+# \\x1b[2J").doesNotContain("\u001b");
  }

  @Test
  void printsVersionsAsJson() throws IOException {
    save("# a\n", 0);
    Files.writeString(crontab(), "# b\n");
    String version = "{\"version\":1,\"saved\":\"2026-11-22T08:00:41Z\",\"host\":\"host-a\",";
    assertThat(restore("--json")).startsWith("0 [" + version);
    assertThat(restore("1", "--json", "--yes")).startsWith("0 " + version);
    assertThat(crontab()).hasContent("# a\n");
  }

  @Test
  void asksOnATerminal() throws IOException {
    save("# a\n", 0);
    Files.writeString(crontab(), "# b\n");
    assertThat(restoreAnswering(Optional.of("n"), "1"))
        .contains("-# b", "+# a")
        .endsWith(crontab() + " is unchanged\n");
    assertThat(crontab()).hasContent("# b\n");
    assertThat(restoreAnswering(Optional.of(" Yes "), "1")).startsWith("0 ");
    assertThat(crontab()).hasContent("# a\n");
  }

  @Test
  void replacesNothingUnaskedWhereThereIsNoTerminal() throws IOException {
    save("# a\n", 0);
    Files.writeString(crontab(), "# b\n");
    assertThat(restoreAnswering(Optional.empty(), "1"))
        .startsWith("2 ")
        .contains("no terminal to ask for confirmation, add --yes to replace " + crontab());
    assertThat(crontab()).hasContent("# b\n");
  }

  @Test
  void refusesAVersionThatIsNotThere() {
    save("# a\n", 0);
    assertThat(restore("2")).startsWith("2 no such version: 2, use 1 to 1");
    assertThat(restore("0")).startsWith("2 no such version: 0, use 1 to 1");
  }

  @Test
  void listsAVersionThatCannotBeRead() {
    try (StoreContext store = StoreContext.open(settings(), Clock.systemUTC())) {
      store.send("store-crontab-write", "{\"te");
    }
    assertThat(restore()).contains("  1  cannot be read");
    assertThat(restore("1")).isEqualTo("1 camel-crond: version 1 cannot be read\n");
  }

  @Test
  void saysThatTheCrontabCannotBeWritten() {
    save("# a\n", 0);
    Settings unwritable = settings().with("crond.crontab.file", "/proc/self/no/crontab");
    assertThat(run(restoreCommand(unwritable, Optional.of("y")), "1"))
        .endsWith("camel-crond: /proc/self/no/crontab cannot be written\n");
  }

  @Test
  void refusesAStoreThatADaemonHas() {
    save("# a\n", 0);
    try (StoreContext daemon = StoreContext.open(settings(), Clock.systemUTC())) {
      assertThat(daemon.texts("store-versions-read", "")).hasSize(1);
      assertThat(restore())
          .containsPattern(
              "in use by process "
                  + ProcessHandle.current().pid()
                  + "\\b.*\ncamel-crond: no token");
    }
  }

  @Test
  void saysWhatItCanDoWithAStore() {
    assertThat(store()).startsWith("2 missing subcommand, use store copy FROM TO");
    assertThat(store("copy", "file", "file")).startsWith("2 FROM and TO must differ");
  }

  @Test
  void printsTheCrontabByteForByte() throws IOException {
    Files.write(crontab(), new byte[] {'#', (byte) 0xff, '\n'});
    assertThat(crontab("", "-l")).isEqualTo("0 ");
    assertThat(printed.toByteArray()).containsExactly('#', 0xff, '\n');
    Files.delete(crontab());
    assertThat(crontab("", "-l")).isEqualTo("1 " + crontab() + ": file does not exist\n");
  }

  @Test
  void installsAValidCrontab() throws IOException {
    assertThat(crontab(JOB, "-")).isEqualTo("0 ");
    assertThat(crontab()).hasContent(JOB);
    Path file = Files.writeString(folder.resolve("mine"), JOB + "# mine\n");
    assertThat(crontab("", file.toString())).isEqualTo("0 ");
    assertThat(crontab()).hasContent(JOB + "# mine\n");
  }

  @Test
  void keepsTheModeOfTheCrontab() throws IOException {
    Files.writeString(crontab(), "# a\n");
    Files.setPosixFilePermissions(crontab(), PosixFilePermissions.fromString("rw-r-----"));
    crontab(JOB, "-");
    assertThat(crontab()).hasContent(JOB);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(crontab())))
        .isEqualTo("rw-r-----");
  }

  @Test
  void installsNoCrontabWithErrors() throws IOException {
    Files.writeString(crontab(), "# a\n");
    assertThat(crontab(JOB + "99 * * * * - b\n", "-"))
        .isEqualTo(
            "1 -:2:1: minute 99 is out of range, use 0 to 59\n" + crontab() + " is unchanged\n");
    assertThat(crontab("", "/no/such/file")).isEqualTo("1 /no/such/file: file does not exist\n");
    assertThat(crontab()).hasContent("# a\n");
  }

  @Test
  void saysThatNoCrontabCanBeInstalled() {
    Settings unwritable = settings().with("crond.crontab.file", "/proc/self/no/crontab");
    assertThat(run(crontabCommand(unwritable, JOB, "true"), "-"))
        .isEqualTo("1 /proc/self/no/crontab is unchanged: it cannot be written\n");
  }

  @Test
  void emptiesTheCrontabOnConfirmation() throws IOException {
    Files.writeString(crontab(), JOB);
    assertThat(crontab("", "-r"))
        .startsWith("2 no terminal to ask for confirmation, add --yes to empty " + crontab());
    answers.add("n");
    assertThat(crontab("", "-r")).isEqualTo("1 " + crontab() + " is unchanged\n");
    assertThat(crontab()).hasContent(JOB);
    answers.add("y");
    assertThat(crontab("", "-r")).isEqualTo("0 ");
    assertThat(crontab()).isEmptyFile();
    Files.writeString(crontab(), JOB);
    assertThat(crontab("", "-r", "--yes")).isEqualTo("0 ");
    assertThat(crontab()).isEmptyFile();
  }

  @Test
  void refusesTheCrontabOfAUserAndAmbiguousRequests() throws IOException {
    Files.writeString(crontab(), JOB);
    assertThat(crontab("", "-u", "root", "-r", "--yes"))
        .startsWith("2 -u root: " + crontab() + " is the crontab of all users");
    assertThat(crontab("")).startsWith("2 ");
    assertThat(crontab(JOB, "-r", "-")).startsWith("2 ");
    assertThat(crontab()).hasContent(JOB);
  }

  @Test
  void worksOnTheCrontabOfAUserInTheirFolder() throws IOException {
    String me = System.getProperty("user.name");
    Path spool = Files.createDirectories(folder.resolve("spool/cron/crontabs"));
    Settings several = settings().with("crond.crontab.file", crontab() + ":" + spool + "/");
    Path mine = spool.resolve(me);

    assertThat(run(crontabCommand(several, "0 0 1 1 * job\n", "true"), "-u", me, "-"))
        .isEqualTo("0 ");
    assertThat(mine).hasContent("0 0 1 1 * job\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(mine)))
        .isEqualTo("rw-------");
    assertThat(Files.getOwner(mine).getName()).isEqualTo(me);
    assertThat(run(crontabCommand(several, "", "sed -i s/job/other/"), "-u", me, "-e"))
        .isEqualTo("0 ");
    assertThat(run(crontabCommand(several, "", "true"), "-l", "-u", me)).isEqualTo("0 ");
    assertThat(printed).hasToString("0 0 1 1 * other\n");
    assertThat(run(crontabCommand(several, JOB, "true"), "-")).isEqualTo("0 ");
    assertThat(crontab()).hasContent(JOB);
    assertThat(run(crontabCommand(several, "", "true"), "-r", "-u", me, "--yes")).isEqualTo("0 ");
    assertThat(mine).isEmptyFile();

    Settings users = settings().with("crond.crontab.file", spool.toString());
    long uid = DaemonUser.ofProcess().uid();
    assertThat(run(crontabCommand(users, "0 0 1 1 * own\n", "true", uid), "-")).isEqualTo("0 ");
    assertThat(mine).hasContent("0 0 1 1 * own\n");
  }

  @Test
  void onlyRootUsesTheCrontabsOfUsersThatExist() throws IOException {
    Path spool = Files.createDirectories(folder.resolve("spool/cron/crontabs"));
    Settings several = settings().with("crond.crontab.file", crontab() + ":" + spool);

    assertThat(run(crontabCommand(several, JOB, "true", 1000), "-u", "root", "-"))
        .startsWith("2 -u root: only root may use the crontabs of users\n");
    assertThat(run(crontabCommand(several, JOB, "true"), "-u", "no/body", "-"))
        .startsWith("2 -u no/body: no such user, use one from /etc/passwd\n");
    assertThat(spool).isEmptyDirectory();
  }

  @Test
  void installsTheEditedCopy() throws IOException {
    Files.writeString(crontab(), JOB);
    assertThat(edit("true")).isEqualTo("0 " + crontab() + " is unchanged\n");
    assertThat(edit("sed -i 's/job/other/'")).isEqualTo("0 ");
    assertThat(crontab()).hasContent("0 0 1 1 * - other\n");
  }

  @Test
  void editsAgainUntilTheCopyIsValid() throws IOException {
    Files.writeString(crontab(), JOB);
    answers.add("y");
    assertThat(edit("sed -i 's/^0/99/; t; s/^99/1/'"))
        .isEqualTo("0 " + crontab() + ":1:1: minute 99 is out of range, use 0 to 59\n");
    assertThat(crontab()).hasContent("1 0 1 1 * - job\n");
  }

  @Test
  void keepsTheCopyThatItDoesNotInstall() throws IOException {
    Files.writeString(crontab(), JOB);
    assertThat(edit("sed -i 's/^0/99/'")).contains(" is unchanged\n");
    assertThat(kept()).isEqualTo("99 0 1 1 * - job\n");
    assertThat(edit("exit 3;"))
        .contains(crontab() + " is unchanged: the editor exited with code 3");
    assertThat(kept()).isEqualTo(JOB);
    assertThat(edit("echo '# new' >>" + crontab() + "; echo '# mine' >>"))
        .contains(" is unchanged: it was changed by somebody else during the edit\n");
    assertThat(kept()).isEqualTo(JOB + "# mine\n");
    assertThat(crontab()).hasContent(JOB + "# new\n");
  }

  /** What is in the copy that the last edit has left; deletes it. */
  private String kept() throws IOException {
    Path copy = Path.of(last.strip().replaceFirst("(?s).*the edited copy is ", ""));
    String text = Files.readString(copy);
    Files.delete(copy);
    return text;
  }

  private String edit(String editor) {
    last = run(crontabCommand(settings(), "", editor), "-e");
    return last;
  }

  private String crontab(String input, String... arguments) {
    return run(crontabCommand(settings(), input, "true"), arguments);
  }

  private CrontabCommand crontabCommand(Settings settings, String input, String editor) {
    return crontabCommand(settings, input, editor, 0);
  }

  private CrontabCommand crontabCommand(Settings settings, String input, String editor, long uid) {
    return new CrontabCommand(
        () -> settings,
        Clock.systemUTC(),
        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
        printed,
        Map.of("VISUAL", "", "EDITOR", editor),
        question -> Optional.ofNullable(answers.poll()),
        new DaemonUser(uid, Users.ofSystem(), false));
  }

  private void save(String text, int later) {
    try (StoreContext store = StoreContext.open(settings(), Clock.systemUTC())) {
      store.send("store-crontab-write", json(text, later));
    }
  }

  private static String json(String text, int later) {
    return SavedCrontab.of(text.getBytes(StandardCharsets.UTF_8), AT.plusSeconds(later), "host-a")
        .json();
  }

  private String restore(String... arguments) {
    return restoreAnswering(Optional.empty(), arguments);
  }

  private String restoreAnswering(Optional<String> answer, String... arguments) {
    return run(restoreCommand(settings(), answer), arguments);
  }

  private static RestoreCommand restoreCommand(Settings settings, Optional<String> answer) {
    return new RestoreCommand(() -> settings, Clock.systemUTC(), question -> answer);
  }

  private String store(String... arguments) {
    return run(new StoreCommand(this::settings, Clock.systemUTC()), arguments);
  }

  /** Exit code and all that is printed. */
  static String run(Object command, String... arguments) {
    StringWriter text = new StringWriter();
    CommandLine line = new CommandLine(command);
    line.setOut(new PrintWriter(text))
        .setErr(new PrintWriter(text))
        .setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (e, failed, parsed) -> {
          failed.getErr().println(ErrorText.all(e));
          return 1;
        });
    int code = line.execute(arguments);
    return code + " " + text;
  }

  private Path crontab() {
    return folder.resolve("crontab");
  }

  private Settings settings() {
    return SettingsLoader.load(Map.of(), new Properties())
        .with("crond.store.dir", folder.resolve("store").toString())
        .with("crond.crontab.file", crontab().toString());
  }
}
