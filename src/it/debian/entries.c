// SPDX-License-Identifier: Apache-2.0
// Prints the entries of system crontabs as cronie's own parser reads them; linked with cronie's objects. For each entry a
// line "entry", its user, the five sets of numbers, its flags (reboot, dom, dow: the field begins with *) and its command,
// then a line "variable" for each variable that the file has set so far, and for each error a line "error".
#include "config.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAIN_PROGRAM
#include "cronie_common.h"
#include "funcs.h"
#include "globals.h"
#include "macros.h"
#include "structs.h"

// Users of the packages need not exist here.
struct passwd *getpwnam(const char *name) {
  static struct passwd user;
  user = (struct passwd) {.pw_name = (char *)name, .pw_passwd = "x", .pw_uid = 1, .pw_gid = 1, .pw_gecos = "",
      .pw_dir = "/", .pw_shell = "/bin/sh"};
  return &user;
}

static void fail(const char *reason) {
  printf("error\t%d\t%s\n", LineNumber, reason);
}

#define PRINT_SET(set, first, last) \
  do { \
    putchar('\t'); \
    for (int i = first; i <= last; i++) \
      if (bit_test(set, i - first)) printf("%d,", i); \
  } while (0)

int main(int argc, char **argv) {
  for (int f = 1; f < argc; f++) {
    FILE *file = fopen(argv[f], "r");
    if (file == NULL) return 1;
    printf("file\t%s\n", argv[f]);
    LineNumber = 1;
    char **inherited = env_init(), **set = env_init();
    char text[MAX_ENVSTR];
    for (int status = OK; status >= OK;) {
      skip_comments(file);
      status = load_env(text, file);
      if (status == TRUE) {
        inherited = env_set(inherited, text);
        set = env_set(set, text);
      } else if (status == FALSE) {
        entry *e = load_entry(file, fail, NULL, inherited);
        if (e == NULL) continue;
        printf("entry\t%s", e->pwd->pw_name);
        PRINT_SET(e->minute, FIRST_MINUTE, LAST_MINUTE);
        PRINT_SET(e->hour, FIRST_HOUR, LAST_HOUR);
        PRINT_SET(e->dom, FIRST_DOM, LAST_DOM);
        PRINT_SET(e->month, FIRST_MONTH, LAST_MONTH);
        PRINT_SET(e->dow, FIRST_DOW, LAST_DOW);
        printf("\t%s%s%s\t%s\n", e->flags & WHEN_REBOOT ? "reboot," : "", e->flags & DOM_STAR ? "dom," : "",
            e->flags & DOW_STAR ? "dow," : "", e->cmd);
        for (char **variable = set; *variable != NULL; variable++) printf("variable\t%s\n", *variable);
      } else if (text[0] != '\0') {
        fail("missing newline before EOF");
      }
    }
    fclose(file);
  }
  return 0;
}
