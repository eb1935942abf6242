/*===- options.c - options of the load clients ----------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See options.h.  Both number and time of the requests are always bounded.
//
//===----------------------------------------------------------------------===*/

#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void print_usage(FILE *out, const struct load_protocol *protocol) {
  fprintf(
      out,
      "usage: %s-load [option...]\n"
      "Puts load on a server on the loopback interface and checks every byte "
      "of "
      "every\nreply. Prints one line of JSON; exit status 0: no request failed "
      "and no connection\nwas lost, 1: some were, 2: bad usage.\n\n"
      "  --port=N             (default %u)\n"
      "  --socket=PATH        a Unix socket instead\n"
      "  --connections=N      (20)\n"
      "  --threads=N          of this client (1)\n"
      "  --requests=N         at most, over all connections (no limit)\n"
      "  --seconds=N          at most (10)\n"
      "  --rate=N             requests a second over all connections (no "
      "limit)\n"
      "  --timeout=N          seconds to wait for one reply (10)\n"
      "  --seed=N             of the requests (1)\n"
      "  --mix=NAME           another mixture of requests\n"
      "  --no-sweep           do not read all keys once more at the end\n"
      "  --progress=FILE      a line of JSON every so often\n"
      "  --progress-fd=N      the same, to a descriptor\n"
      "  --progress-ms=N      how often (100)\n"
      "  --show-failures=N    on stderr, at most (5)\n",
      protocol->name, protocol->default_port);
}

static uint64_t read_number(const char *name, const char *text, uint64_t min,
                            uint64_t max) {
  char *end;
  errno = 0;
  unsigned long long value = strtoull(text, &end, 10);
  if (errno || end == text || *end || *text == '-' || value < min ||
      value > max) {
    fprintf(stderr,
            "load: --%s=%s: a number from %" PRIu64 " to %" PRIu64
            " is wanted\n",
            name, text, min, max);
    exit(2);
  }
  return value;
}

static FILE *check_stream(FILE *file, const char *what) {
  if (file)
    return file;
  fprintf(stderr, "load: %s cannot be opened for the progress: %s\n", what,
          strerror(errno));
  exit(2);
}

enum option_code {
  OPTION_PORT = 1,
  OPTION_SOCKET,
  OPTION_CONNECTIONS,
  OPTION_THREADS,
  OPTION_REQUESTS,
  OPTION_SECONDS,
  OPTION_RATE,
  OPTION_TIMEOUT,
  OPTION_SEED,
  OPTION_MIX,
  OPTION_NO_SWEEP,
  OPTION_PROGRESS,
  OPTION_PROGRESS_FD,
  OPTION_PROGRESS_MS,
  OPTION_SHOW_FAILURES,
  OPTION_HELP,
};

static const struct option option_table[] = {
    {"port", required_argument, NULL, OPTION_PORT},
    {"socket", required_argument, NULL, OPTION_SOCKET},
    {"connections", required_argument, NULL, OPTION_CONNECTIONS},
    {"threads", required_argument, NULL, OPTION_THREADS},
    {"requests", required_argument, NULL, OPTION_REQUESTS},
    {"seconds", required_argument, NULL, OPTION_SECONDS},
    {"rate", required_argument, NULL, OPTION_RATE},
    {"timeout", required_argument, NULL, OPTION_TIMEOUT},
    {"seed", required_argument, NULL, OPTION_SEED},
    {"mix", required_argument, NULL, OPTION_MIX},
    {"no-sweep", no_argument, NULL, OPTION_NO_SWEEP},
    {"progress", required_argument, NULL, OPTION_PROGRESS},
    {"progress-fd", required_argument, NULL, OPTION_PROGRESS_FD},
    {"progress-ms", required_argument, NULL, OPTION_PROGRESS_MS},
    {"show-failures", required_argument, NULL, OPTION_SHOW_FAILURES},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0}};

static void set_option(struct load_options *options, int option,
                       const char *name, const char *value, uint64_t *rate) {
  switch (option) {
  case OPTION_PORT:
    options->port = (unsigned)read_number(name, value, 1, 65535);
    break;
  case OPTION_SOCKET:
    options->socket = value;
    break;
  case OPTION_CONNECTIONS:
    options->connections = (unsigned)read_number(name, value, 1, 100000);
    break;
  case OPTION_THREADS:
    options->threads = (unsigned)read_number(name, value, 1, 256);
    break;
  case OPTION_REQUESTS:
    options->requests = read_number(name, value, 1, UINT64_MAX);
    break;
  case OPTION_SECONDS:
    options->duration_us = read_number(name, value, 1, 86400) * 1000000;
    break;
  case OPTION_RATE:
    *rate = read_number(name, value, 1, 10000000);
    break;
  case OPTION_TIMEOUT:
    options->timeout_us = read_number(name, value, 1, 3600) * 1000000;
    break;
  case OPTION_SEED:
    options->seed = read_number(name, value, 0, UINT64_MAX);
    break;
  case OPTION_NO_SWEEP:
    options->sweep = false;
    break;
  case OPTION_PROGRESS:
    options->progress = check_stream(fopen(value, "we"), value);
    break;
  case OPTION_PROGRESS_FD:
    options->progress = check_stream(
        fdopen((int)read_number(name, value, 0, 1 << 20), "w"), value);
    break;
  case OPTION_PROGRESS_MS:
    options->progress_us = read_number(name, value, 1, 3600000) * 1000;
    break;
  case OPTION_SHOW_FAILURES:
    options->show_failures = read_number(name, value, 0, UINT64_MAX);
    break;
  }
}

static void choose_mix(const struct load_protocol *protocol, const char *name) {
  for (unsigned i = 0; protocol->mixes && protocol->mixes[i]; i++)
    if (strcmp(name, protocol->mixes[i]) == 0) {
      protocol->choose_mix(i);
      return;
    }
  fprintf(stderr, "load: --mix=%s is not known; there are:", name);
  for (unsigned i = 0; protocol->mixes && protocol->mixes[i]; i++)
    fprintf(stderr, " %s", protocol->mixes[i]);
  fputc('\n', stderr);
  exit(2);
}

void load_read_options(struct load_options *options, int argc, char **argv,
                       const struct load_protocol *protocol) {
  *options = (struct load_options){.port = protocol->default_port,
                                   .connections = 20,
                                   .threads = 1,
                                   .duration_us = 10000000,
                                   .timeout_us = 10000000,
                                   .seed = 1,
                                   .sweep = true,
                                   .progress_us = 100000,
                                   .show_failures = 5};
  uint64_t rate = 0;
  int option, index = 0;
  while ((option = getopt_long(argc, argv, "", option_table, &index)) != -1) {
    if (option == OPTION_HELP) {
      print_usage(stdout, protocol);
      exit(0);
    }
    if (option == OPTION_MIX) {
      choose_mix(protocol, optarg);
      continue;
    }
    if (option == '?') {
      print_usage(stderr, protocol);
      exit(2);
    }
    set_option(options, option, option_table[index].name, optarg, &rate);
  }
  if (optind < argc) {
    fprintf(stderr, "load: what is '%s'?\n", argv[optind]);
    print_usage(stderr, protocol);
    exit(2);
  }
  if (options->threads > options->connections)
    options->threads = options->connections;
  if (rate)
    options->interval_us = 1000000ull * options->connections / rate;
}
