/*===- log.c - what the runtime has to say ------------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Lines are kept in fixed cells.  A lock that is only tried guards them: a line
// that would have to wait is dropped, as logging must not be able to hang the
// program.  The file is opened and closed for each line, so that no descriptor
// of ours is there for the program to close or to reuse.
//
//===----------------------------------------------------------------------===*/

#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "posix.h" /* last: it takes names over */

enum { LINE_COUNT = 64, LINE_SIZE = 256, LOWEST_DESCRIPTOR = 3 };

static char lines[LINE_COUNT][LINE_SIZE];
static unsigned next_line; /* number of lines ever written */
static atomic_flag busy = ATOMIC_FLAG_INIT;
static char destination[256];

/* Programs overwrite their environment (process titles): read it early. */
__attribute__((constructor)) static void read_destination(void) {
  const char *value = getauxval(AT_SECURE) ? NULL : getenv("DSU_LOG");
  if (value && strlen(value) < sizeof(destination))
    memcpy(destination, value, strlen(value) + 1);
}

/** Moves a descriptor out of the way of standard input, output and error. */
static int above_standard(int fd) {
  if (fd < 0 || fd >= LOWEST_DESCRIPTOR)
    return fd;
  int moved = fcntl(fd, F_DUPFD_CLOEXEC, LOWEST_DESCRIPTOR);
  close(fd);
  return moved;
}

static void write_to_file(const char *line) {
  int fd = above_standard(open(
      destination,
      O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600));
  if (fd < 0)
    return;
  char text[LINE_SIZE + 1];
  int length = snprintf(text, sizeof(text), "%s\n", line);
  ssize_t written = write(fd, text, (size_t)length);
  (void)written;
  close(fd);
}

static void write_to_syslog(const char *line) {
  enum { USER_INFO = 1 << 3 | 6 };
  int fd = above_standard(
      socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (fd < 0)
    return;
  struct sockaddr_un address = {AF_UNIX, "/dev/log"};
  char text[LINE_SIZE + 32];
  int length = snprintf(text, sizeof(text), "<%d>dsu[%d]: %s", USER_INFO,
                        (int)getpid(), line);
  sendto(fd, text, (size_t)length, MSG_NOSIGNAL, (struct sockaddr *)&address,
         sizeof(address));
  close(fd);
}

/** The time in UTC, as ISO 8601 has it; its length.  gmtime takes a lock.  The
    calendar is counted from the first of March of the year 0, in eras of 400
    years. */
static int put_time(char *line) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  unsigned second = (unsigned)(now.tv_sec % 86400);
  unsigned day = (unsigned)(now.tv_sec / 86400) + 719468;
  unsigned of_era = day % 146097;
  unsigned year =
      (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  unsigned of_year = of_era - (365 * year + year / 4 - year / 100);
  unsigned month = (5 * of_year + 2) / 153;
  unsigned of_month = of_year - (153 * month + 2) / 5 + 1;
  year += day / 146097 * 400 + (month >= 10);
  month = month < 10 ? month + 3 : month - 9;
  return snprintf(line, LINE_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u.%03ldZ ",
                  year, month, of_month, second / 3600, second / 60 % 60,
                  second % 60, now.tv_nsec / 1000000);
}

static void add_line(bool write_it, const char *format, va_list arguments) {
  int saved = errno;
  if (atomic_flag_test_and_set_explicit(&busy, memory_order_acquire)) {
    errno = saved;
    return;
  }
  char *line = lines[next_line % LINE_COUNT];
  int length = put_time(line);
  length += snprintf(line + length, LINE_SIZE - (size_t)length, "[%d] ",
                     (int)getpid());
  vsnprintf(line + length, LINE_SIZE - (size_t)length, format, arguments);
  ++next_line;
  if (write_it && strcmp(destination, "syslog") == 0)
    write_to_syslog(line);
  else if (write_it && destination[0])
    write_to_file(line);
  atomic_flag_clear_explicit(&busy, memory_order_release);
  errno = saved;
}

void dsu_log(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  add_line(true, format, arguments);
  va_end(arguments);
}

void dsu_log_in_memory(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  add_line(false, format, arguments);
  va_end(arguments);
}

void dsu_log_each(void (*each)(const char *line, void *context),
                  void *context) {
  if (atomic_flag_test_and_set_explicit(&busy, memory_order_acquire))
    return;
  unsigned first = next_line < LINE_COUNT ? 0 : next_line - LINE_COUNT;
  for (unsigned i = first; i < next_line; ++i)
    each(lines[i % LINE_COUNT], context);
  atomic_flag_clear_explicit(&busy, memory_order_release);
}

void dsu_log_after_fork(void) { atomic_flag_clear(&busy); }
