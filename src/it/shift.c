/* A clock that is wrong by CLOCK_SHIFT seconds, or by the 8-byte integer in the file CLOCK_SHIFT_FILE, which may change
   at any time; for a program under LD_PRELOAD. The monotonic clock is right. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long fixed = 0;
static const volatile long *shift = &fixed;

__attribute__((constructor)) static void init(void) {
  const char *text = getenv("CLOCK_SHIFT");
  const char *path = getenv("CLOCK_SHIFT_FILE");
  fixed = text ? atol(text) : 0;
  int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (file >= 0) {
    void *mapped = mmap(NULL, sizeof(long), PROT_READ, MAP_SHARED, file, 0);
    shift = mapped == MAP_FAILED ? shift : mapped;
    close(file);
  }
}

int clock_gettime(clockid_t id, struct timespec *now) {
  int result = (int)syscall(SYS_clock_gettime, id, now);
  if (result == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) {
    now->tv_sec += *shift;
  }
  return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  int result = (int)syscall(SYS_gettimeofday, now, zone);
  if (result == 0) {
    now->tv_sec += *shift;
  }
  return result;
}

time_t time(time_t *result) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (result) {
    *result = now.tv_sec;
  }
  return now.tv_sec;
}
