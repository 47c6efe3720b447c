/* Appends a time stamp to the file that it is given: a job that costs as little as one can. */
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  char line[64];
  int length = snprintf(line, sizeof line, "%ld.%09ld\n", (long)now.tv_sec, now.tv_nsec);
  int fd = open(argv[1], O_WRONLY | O_APPEND | O_CREAT, 0644);
  return fd < 0 || write(fd, line, length) != length;
}
