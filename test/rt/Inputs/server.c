/*===- server.c - a small updatable server, made by hand ----------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Answers each line of its input with one line.  What patches change: value(),
// a function with a stable address; the table entry `greeting`; what they
// import: the rest.  `state` prints a checksum of all that a refused request
// must leave as it was.  Version 0xa1; see fix.c.
//
//===----------------------------------------------------------------------===*/

#include "image.h"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#ifndef IDENTITY
#define IDENTITY 0xa1
#endif
#ifndef VALUE_FLAGS
#define VALUE_FLAGS 0
#endif
#ifndef NOTE_SIGNAL
#define NOTE_SIGNAL 61
#endif

int counter = 5;
const char *greeting = "hello";
int limits[3] = {10, 20, 30};
__thread int local = 3;

__attribute__((noinline, used)) static int value_body(int x) {
  if (x < 0) { /* stay here for a while */
    poll(NULL, 0, -x);
    __asm__ volatile("");
  }
  return x + 1;
}
__attribute__((noinline, used)) static int other_body(int x) { return x + 100; }
/* The stable wrapper: one jump through the slot. */
__attribute__((naked, used)) int value(int x) {
  __asm__("jmpq *value_slot(%rip)");
}
int (*value_pointer)(int) = value;
__attribute__((used)) static void *find_local(uint32_t n) {
  return n == 0 ? &local : NULL;
}

IMAGE(base_image, 1, 0, IDENTITY, 0);
ENTRY("dsu_slots,\"aw\",@progbits\n", ".globl value_slot\nvalue_slot:\n");
SLOT(value_body);
SLOT(other_body);
FUNC("other", other_body, 0, 1, 0x22, 0, 0);
ENTRIES(FUNC, "value", value_body, value, 0, 0x11, 0, VALUE_FLAGS);
DATA("counter", counter, 4, 0, 0);
DATA("greeting", greeting, 8, 0, 0);
DATA("limits", limits, 12, 0, 0);
DATA("local", 0, 4, 1, 0);
EXT("abs", abs);
IMAGE_END(base_image, "server.c", find_local);
BASE_NOTE(NOTE_SIGNAL, IDENTITY);
BASE_REGISTRATION(base_image)

extern void *value_slot[2];

/* FNV-1a: of memory, and of files below /proc. */
static uint64_t mix(uint64_t sum, const void *data, size_t size) {
  for (size_t i = 0; i < size; ++i)
    sum = (sum ^ ((const unsigned char *)data)[i]) * 0x100000001b3u;
  return sum;
}

/* Mappings of files, anonymous executable ones and slots; not the heap. */
static uint64_t mix_maps(uint64_t sum) {
  FILE *maps = fopen("/proc/self/maps", "r");
  char line[512];
  while (maps && fgets(line, sizeof(line), maps))
    if (strchr(line, '/') || strstr(line, "xp "))
      sum = mix(sum, line, strlen(line));
  if (maps)
    fclose(maps);
  return sum;
}

static unsigned count_entries(const char *directory) {
  unsigned count = 0;
  DIR *dir = opendir(directory);
  while (dir && readdir(dir))
    ++count;
  if (dir)
    closedir(dir);
  return count;
}

static unsigned long resident_kib(void) {
  unsigned long pages = 0;
  FILE *statm = fopen("/proc/self/statm", "r");
  if (statm && fscanf(statm, "%*u %lu", &pages) != 1)
    pages = 0;
  if (statm)
    fclose(statm);
  return pages * 4;
}

static void print_state(void) {
  uint64_t sum = 0xcbf29ce484222325u;
  sum = mix(sum, value_slot, sizeof(value_slot));
  sum = mix(sum, &counter, sizeof(counter));
  sum = mix(sum, &greeting, sizeof(greeting));
  sum = mix(sum, limits, sizeof(limits));
  sum = mix(sum, &local, sizeof(local));
  sum = mix_maps(sum);
  printf("%016lx fds %u\n", (unsigned long)sum, count_entries("/proc/self/fd"));
}

/* Stays in value() for a while. */
static void *work(void *milliseconds) {
  value(-(int)(intptr_t)milliseconds);
  return NULL;
}

static void start_work(int milliseconds) {
  pthread_t thread;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_create(&thread, &attributes, work, (void *)(intptr_t)milliseconds);
  pthread_attr_destroy(&attributes);
  poll(NULL, 0, 30);
  puts("working");
}

__attribute__((unused)) static void answer(const char *line) {
  int n = 0;
  if (sscanf(line, "value %d", &n) == 1)
    printf("%d\n", value(n));
  else if (sscanf(line, "pointer %d", &n) == 1)
    printf("%d\n", value_pointer(n));
  else if (sscanf(line, "limit %d", &n) == 1)
    printf("%d\n", ++limits[n]);
  else if (sscanf(line, "uid %d", &n) == 1)
    printf("%d\n",
           setgroups(0, NULL) || setresgid(n, n, n) || setresuid(n, n, n));
  else if (sscanf(line, "dumpable %d", &n) == 1)
    printf("%d\n", prctl(PR_SET_DUMPABLE, n));
  else if (strncmp(line, "greet ", 6) == 0)
    puts(greeting = strdup(line + 6));
  else if (strncmp(line, "chroot ", 7) == 0)
    printf("%d\n", chroot(line + 7) || chdir("/"));
  else if (sscanf(line, "work %d", &n) == 1)
    start_work(n);
  else if (strcmp(line, "fork") == 0) {
    pid_t child = fork();
    while (child == 0)
      poll(NULL, 0, 1000);
    printf("%d\n", (int)child);
  } else if (strcmp(line, "close") == 0)
    printf("%d\n", close_range(3, ~0u, 0));
  else if (strcmp(line, "all") == 0)
    printf("%d %s %d %d %d %d %d\n", value(1), greeting, counter, local,
           limits[0], limits[1], limits[2]);
  else if (strcmp(line, "state") == 0)
    print_state();
  else if (strcmp(line, "threads") == 0)
    printf("%u\n", count_entries("/proc/self/task") - 2);
  else if (strcmp(line, "rss") == 0)
    printf("%lu\n", resident_kib());
  else
    puts(line);
}

#ifndef NO_MAIN
int main(void) {
  char line[256];
  size_t used = 0;
  setvbuf(stdout, NULL, _IOLBF, 0);
  for (;;) {
    ssize_t got = read(0, line + used, 1);
    if (got <= 0)
      return got < 0;
    if (line[used] != '\n') {
      used += used < sizeof(line) - 1;
      continue;
    }
    line[used] = 0;
    used = 0;
    answer(line);
  }
}
#endif
