/*===- load.c - load on memcached, every reply checked --------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The text protocol with its classic and its meta commands.  The model is what
// memcached's protocol.txt promises, nothing less: give the server enough
// memory (-m 512) that it evicts nothing.  The first keys of each connection
// hold numbers, the others values of all sizes with all byte values in them.
//
// --mix=proxy leaves out what memcached's proxy (1.6.18) answers in its own
// way: multigets (values may come after the END), no-ops and unknown commands.
//
//===----------------------------------------------------------------------===*/

#include "../common/load.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  NUMBERS = 8,         /* the first keys */
  KEYS = 48,           /* of one connection */
  GROW_LIMIT = 100000, /* append and prepend stay below */
};

static bool for_proxy; /* --mix=proxy */

struct entry {
  char key[251];
  bool exists;
  unsigned flags;
  uint64_t number;         /* of the first keys */
  struct load_bytes value; /* of the others */
  uint64_t cas;            /* 0: not known */
};

struct model {
  struct load_random random;
  struct entry entries[KEYS];
  unsigned swept; /* keys that the final reading has read */
};

static void *open_model(const char *prefix, uint64_t seed) {
  struct model *model = calloc(1, sizeof *model);
  if (!model) {
    fputs("load: out of memory\n", stderr);
    exit(1);
  }
  model->random.state = seed;
  for (unsigned i = 0; i < KEYS; i++) {
    char *key = model->entries[i].key;
    int length = snprintf(key, sizeof model->entries[i].key, "%s%u", prefix, i);
    /* Some keys are as long as a key may be. */
    for (; i % 8 == 7 && length < 250; length++)
      key[length] = (char)('a' + length % 26);
  }
  return model;
}

static bool is_number(const struct model *model, const struct entry *entry) {
  return entry - model->entries < NUMBERS;
}

/* Length of the value, the value, and both as the protocol shows them. */
static size_t value_length(const struct model *model,
                           const struct entry *entry) {
  if (!is_number(model, entry))
    return entry->value.length;
  return (size_t)snprintf(NULL, 0, "%" PRIu64, entry->number);
}

static void append_value(struct load_bytes *out, const struct model *model,
                         const struct entry *entry) {
  if (is_number(model, entry))
    load_print(out, "%" PRIu64, entry->number);
  else
    load_append(out, entry->value.data, entry->value.length);
  load_print(out, "\r\n");
}

static void make_value(struct model *model, struct entry *entry) {
  static const unsigned limits[] = {200,  200,  200,  200,  200,   200,  200,
                                    4000, 4000, 4000, 4000, 30000, 4000, 4000};
  entry->flags = load_pick(&model->random, 65536);
  entry->cas = 0;
  if (is_number(model, entry)) {
    entry->number = load_pick(&model->random, 1000000000);
    return;
  }
  unsigned limit = limits[load_pick(&model->random, 14)];
  if (load_pick(&model->random, 200) == 0)
    limit = 300000;
  if (for_proxy)
    limit = 200;
  entry->value.length = 0;
  load_append_random(&entry->value, &model->random,
                     load_pick(&model->random, limit));
}

/*--- Steps: each writes the request and the reply, and moves the model on. --*/

static void expect_value(struct model *model, const struct entry *entry,
                         struct load_step *step) {
  load_print(&step->expected, "VALUE %s %u %zu\r\n", entry->key, entry->flags,
             value_length(model, entry));
  append_value(&step->expected, model, entry);
}

static void step_get(struct model *model, struct entry *entry,
                     struct load_step *step) {
  load_print(&step->request, "get %s\r\n", entry->key);
  if (entry->exists)
    expect_value(model, entry, step);
  load_print(&step->expected, "END\r\n");
}

static void step_gets(struct model *model, struct entry *entry,
                      struct load_step *step) {
  load_print(&step->request, "gets %s\r\n", entry->key);
  if (entry->exists) {
    load_print(&step->expected, "VALUE %s %u %zu ", entry->key, entry->flags,
               value_length(model, entry));
    load_expect_number(step, 1, UINT64_MAX, &entry->cas);
    load_print(&step->expected, "\r\n");
    append_value(&step->expected, model, entry);
  }
  load_print(&step->expected, "END\r\n");
}

static void step_get_many(struct model *model, struct entry *entry,
                          struct load_step *step) {
  unsigned first = (unsigned)(entry - model->entries);
  unsigned count = 2 + load_pick(&model->random, 10);
  load_print(&step->request, "get");
  for (unsigned i = 0; i < count; i++) {
    struct entry *each = &model->entries[(first + i) % KEYS];
    load_print(&step->request, " %s", each->key);
    if (each->exists)
      expect_value(model, each, step);
  }
  load_print(&step->request, "\r\n");
  load_print(&step->expected, "END\r\n");
}

static void step_gat(struct model *model, struct entry *entry,
                     struct load_step *step) {
  load_print(&step->request, "gat 3600 %s\r\n", entry->key);
  if (entry->exists)
    expect_value(model, entry, step);
  load_print(&step->expected, "END\r\n");
}

/* set, add, replace: `stores` is whether it takes effect. */
static void store(struct model *model, struct entry *entry,
                  struct load_step *step, const char *command, bool stores) {
  struct entry rejected = {0};
  struct entry *target = entry;
  if (!stores) {
    memcpy(rejected.key, entry->key, sizeof rejected.key);
    target = &rejected;
    load_append_random(&rejected.value, &model->random, 50);
    load_print(&step->request, "%s %s 0 0 50\r\n", command, entry->key);
    load_append(&step->request, rejected.value.data, 50);
    load_print(&step->request, "\r\n");
    load_print(&step->expected, "NOT_STORED\r\n");
    free(rejected.value.data);
    return;
  }
  make_value(model, target);
  target->exists = true;
  load_print(&step->request, "%s %s %u %s %zu\r\n", command, target->key,
             target->flags, load_pick(&model->random, 2) ? "0" : "7200",
             value_length(model, target));
  append_value(&step->request, model, target);
  load_print(&step->expected, "STORED\r\n");
}

static void step_set(struct model *model, struct entry *entry,
                     struct load_step *step) {
  store(model, entry, step, "set", true);
}

static void step_add(struct model *model, struct entry *entry,
                     struct load_step *step) {
  store(model, entry, step, "add", !entry->exists);
}

static void step_replace(struct model *model, struct entry *entry,
                         struct load_step *step) {
  store(model, entry, step, "replace", entry->exists);
}

static void step_extend(struct model *model, struct entry *entry,
                        struct load_step *step) {
  bool append = load_pick(&model->random, 2);
  if (is_number(model, entry) ||
      entry->value.length > (for_proxy ? 0 : GROW_LIMIT)) {
    step_get(model, entry, step);
    return;
  }
  struct load_bytes more = {0}, joined = {0};
  load_append_random(&more, &model->random, load_pick(&model->random, 300));
  load_print(&step->request, "%s %s 0 0 %zu\r\n", append ? "append" : "prepend",
             entry->key, more.length);
  load_append(&step->request, more.data, more.length);
  load_print(&step->request, "\r\n");
  load_print(&step->expected, entry->exists ? "STORED\r\n" : "NOT_STORED\r\n");
  if (entry->exists) {
    const struct load_bytes *first = append ? &entry->value : &more;
    const struct load_bytes *second = append ? &more : &entry->value;
    load_append(&joined, first->data, first->length);
    load_append(&joined, second->data, second->length);
    free(entry->value.data);
    entry->value = joined;
    entry->cas = 0;
  }
  free(more.data);
}

static void step_cas(struct model *model, struct entry *entry,
                     struct load_step *step) {
  if (entry->exists && entry->cas == 0) {
    step_gets(model, entry, step);
    return;
  }
  bool right = entry->exists && load_pick(&model->random, 2);
  uint64_t id = entry->exists && right ? entry->cas : 1ull << 60;
  if (right) {
    make_value(model, entry);
    load_print(&step->request, "cas %s %u 0 %zu %" PRIu64 "\r\n", entry->key,
               entry->flags, value_length(model, entry), id);
    append_value(&step->request, model, entry);
    load_print(&step->expected, "STORED\r\n");
    return;
  }
  load_print(&step->request, "cas %s 0 0 3 %" PRIu64 "\r\nabc\r\n", entry->key,
             id);
  load_print(&step->expected, entry->exists ? "EXISTS\r\n" : "NOT_FOUND\r\n");
}

static void step_delete(struct model *model, struct entry *entry,
                        struct load_step *step) {
  (void)model;
  load_print(&step->request, "delete %s\r\n", entry->key);
  load_print(&step->expected, entry->exists ? "DELETED\r\n" : "NOT_FOUND\r\n");
  entry->exists = false;
  entry->cas = 0;
}

static void step_touch(struct model *model, struct entry *entry,
                       struct load_step *step) {
  (void)model;
  load_print(&step->request, "touch %s 3600\r\n", entry->key);
  load_print(&step->expected, entry->exists ? "TOUCHED\r\n" : "NOT_FOUND\r\n");
}

static unsigned digits_of(uint64_t number) {
  return (unsigned)snprintf(NULL, 0, "%" PRIu64, number);
}

/* A decrement that loses a digit leaves a blank behind the number, says the
   protocol; those are not made. */
static void step_count(struct model *model, struct entry *entry,
                       struct load_step *step) {
  entry = &model->entries[(unsigned)(entry - model->entries) % NUMBERS];
  uint64_t delta = load_pick(&model->random, 100000);
  bool down = load_pick(&model->random, 3) == 0 && entry->number >= delta &&
              digits_of(entry->number - delta) == digits_of(entry->number);
  bool meta = load_pick(&model->random, 3) == 0;
  if (meta)
    load_print(&step->request, "ma %s v D%" PRIu64 "%s\r\n", entry->key, delta,
               down ? " MD" : "");
  else
    load_print(&step->request, "%s %s %" PRIu64 "\r\n", down ? "decr" : "incr",
               entry->key, delta);
  if (!entry->exists) {
    load_print(&step->expected, meta ? "NF\r\n" : "NOT_FOUND\r\n");
    return;
  }
  entry->number += down ? -delta : delta;
  entry->cas = 0;
  if (meta)
    load_print(&step->expected, "VA %u\r\n", digits_of(entry->number));
  load_print(&step->expected, "%" PRIu64 "\r\n", entry->number);
}

static void step_meta_get(struct model *model, struct entry *entry,
                          struct load_step *step) {
  unsigned opaque = load_pick(&model->random, 1000000);
  load_print(&step->request, "mg %s s v f k O%u\r\n", entry->key, opaque);
  if (!entry->exists) {
    load_print(&step->expected, "EN k%s O%u\r\n", entry->key, opaque);
    return;
  }
  size_t length = value_length(model, entry);
  load_print(&step->expected, "VA %zu s%zu f%u k%s O%u\r\n", length, length,
             entry->flags, entry->key, opaque);
  append_value(&step->expected, model, entry);
}

static void step_meta_set(struct model *model, struct entry *entry,
                          struct load_step *step) {
  make_value(model, entry);
  entry->exists = true;
  load_print(&step->request, "ms %s %zu F%u T0\r\n", entry->key,
             value_length(model, entry), entry->flags);
  append_value(&step->request, model, entry);
  load_print(&step->expected, "HD\r\n");
}

static void step_meta_delete(struct model *model, struct entry *entry,
                             struct load_step *step) {
  (void)model;
  load_print(&step->request, "md %s\r\n", entry->key);
  load_print(&step->expected, entry->exists ? "HD\r\n" : "NF\r\n");
  entry->exists = false;
  entry->cas = 0;
}

/* Nothing that changes state: a meta no-op, or an unknown command. */
static void step_nothing(struct model *model, struct entry *entry,
                         struct load_step *step) {
  (void)entry;
  bool known = load_pick(&model->random, 2);
  load_print(&step->request, known ? "mn\r\n" : "nonsense\r\n");
  load_print(&step->expected, known ? "MN\r\n" : "ERROR\r\n");
}

typedef void step_function(struct model *, struct entry *, struct load_step *);

static void choose_mix(unsigned index) { for_proxy = index == 1; }

static bool suits_proxy(step_function *make) {
  return make != step_get_many && make != step_nothing;
}

static void next_step(void *data, struct load_step *step) {
  static const struct {
    unsigned weight;
    step_function *make;
  } steps[] = {
      {30, step_get},     {6, step_get_many}, {4, step_gets},
      {2, step_gat},      {18, step_set},     {4, step_add},
      {4, step_replace},  {6, step_extend},   {6, step_cas},
      {5, step_delete},   {3, step_touch},    {7, step_count},
      {6, step_meta_get}, {4, step_meta_set}, {2, step_meta_delete},
      {1, step_nothing},
  };
  struct model *model = data;
  struct entry *entry = &model->entries[load_pick(&model->random, KEYS)];
  unsigned total = 0;
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
    total += steps[i].weight;
  unsigned pick = load_pick(&model->random, total);
  size_t i = 0;
  for (; pick >= steps[i].weight; i++)
    pick -= steps[i].weight;
  step_function *make = steps[i].make;
  if (for_proxy && !suits_proxy(make))
    make = step_get;
  make(model, entry, step);
}

static bool sweep_step(void *data, struct load_step *step) {
  struct model *model = data;
  if (model->swept == KEYS)
    return false;
  step_get(model, &model->entries[model->swept++], step);
  return true;
}

int main(int argc, char **argv) {
  static const char *const mixes[] = {"all", "proxy", NULL};
  static const struct load_protocol protocol = {.name = "memcached",
                                                .default_port = 11211,
                                                .open = open_model,
                                                .next = next_step,
                                                .sweep = sweep_step,
                                                .mixes = mixes,
                                                .choose_mix = choose_mix};
  return load_main(argc, argv, &protocol);
}
