/*===- impostor.c - a process for which another one answers ------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Carries the note and catches the signal, but hands the nonce to its child,
// which listens in its place.  Sends each line back, once all that is set up.
//
//===----------------------------------------------------------------------===*/

#include "image.h"

#include "dsu/dsu_abi.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

BASE_NOTE(61, 0xa1);

static int channel[2];

static void on_signal(int number, siginfo_t *info, void *context) {
  (void)number;
  (void)context;
  ssize_t written = write(channel[1], &info->si_value.sival_int, sizeof(int));
  (void)written;
}

static void answer_for(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  int nonce;
  while (read(channel[0], &nonce, sizeof(nonce)) == sizeof(nonce)) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int length = snprintf(address.sun_path + 1, 100, DSU_SOCKET_FORMAT, parent,
                          (unsigned)nonce);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    bind(fd, (struct sockaddr *)&address,
         (socklen_t)(sizeof(sa_family_t) + 1 + (size_t)length));
    listen(fd, 1);
    accept(fd, NULL, NULL);
  }
}

int main(void) {
  if (pipe(channel) != 0)
    return 1;
  struct sigaction action = {.sa_sigaction = on_signal,
                             .sa_flags = SA_SIGINFO | SA_RESTART};
  pid_t self = getpid();
  if (fork() == 0) {
    answer_for(self);
    return 0;
  }
  sigaction(61, &action, NULL);
  char line[256];
  while (fgets(line, sizeof(line), stdin)) {
    fputs(line, stdout);
    fflush(stdout);
  }
  return 0;
}
