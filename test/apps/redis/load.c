/*===- load.c - load on redis, every reply checked ------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// RESP2 requests on strings, numbers, lists, hashes, sorted sets, transactions
// and scripts.  Each connection has one key of a kind per slot and models its
// value.  Hashes and sorted sets stay below the size at which redis gives up
// the order of their elements, so that whole replies can be compared.
//
// --mix=small has fewer keys and no value above 200 bytes, so that what the server
// holds soon has the size that it keeps: for those who look how much memory it
// takes.
//
//===----------------------------------------------------------------------===*/

#include "../common/load.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  SLOTS = 16, /* keys of each kind */
  ITEMS = 12, /* of a list, hash, sorted set */
  /* --mix=small */
  FEW_SLOTS = 4,
  SMALL = 200, /* bytes */
};

static bool only_small; /* --mix=small */

/* The limit of a value's length. */
static unsigned at_most(unsigned limit) {
  return only_small && limit > SMALL ? SMALL : limit;
}

struct item {
  unsigned id; /* names the field or the member */
  int64_t score;
  struct load_bytes value;
};

/* A key with an ordered collection of items. */
struct collection {
  struct item items[ITEMS];
  unsigned count;
};

struct string {
  bool exists, expires;
  struct load_bytes value;
};

struct model {
  struct load_random random;
  char prefix[32];
  struct string strings[SLOTS];
  int64_t numbers[SLOTS];
  bool number_exists[SLOTS];
  struct collection lists[SLOTS], hashes[SLOTS], sets[SLOTS];
  unsigned transaction; /* stage of the one that runs, 0: none */
  unsigned transaction_slot;
  unsigned swept; /* steps of the final reading */
};

static void *open_model(const char *prefix, uint64_t seed) {
  struct model *model = calloc(1, sizeof *model);
  if (!model) {
    fputs("load: out of memory\n", stderr);
    exit(1);
  }
  model->random.state = seed;
  snprintf(model->prefix, sizeof model->prefix, "%s", prefix);
  return model;
}

/*--- RESP -------------------------------------------------------------------*/

static void begin(struct load_step *step, unsigned arguments) {
  load_print(&step->request, "*%u\r\n", arguments);
}

static void add_bytes(struct load_bytes *out, const char *data, size_t length) {
  load_print(out, "$%zu\r\n", length);
  load_append(out, data, length);
  load_append(out, "\r\n", 2);
}

static void add_word(struct load_bytes *out, const char *word) {
  add_bytes(out, word, strlen(word));
}

static void add_number(struct load_bytes *out, int64_t number) {
  char text[32];
  snprintf(text, sizeof text, "%" PRId64, number);
  add_word(out, text);
}

static void add_key(struct load_step *step, const struct model *model,
                    char kind, unsigned slot) {
  char text[64];
  snprintf(text, sizeof text, "%s%c%u", model->prefix, kind, slot);
  add_word(&step->request, text);
}

/* The common case: a command and its key. */
static void begin_key(struct load_step *step, const struct model *model,
                      unsigned arguments, const char *command, char kind,
                      unsigned slot) {
  begin(step, arguments);
  add_word(&step->request, command);
  add_key(step, model, kind, slot);
}

static void expect_integer(struct load_step *step, int64_t number) {
  load_print(&step->expected, ":%" PRId64 "\r\n", number);
}

static void expect_line(struct load_step *step, const char *line) {
  load_print(&step->expected, "%s\r\n", line);
}

static void set_random(struct model *model, struct load_bytes *value,
                       unsigned limit) {
  value->length = 0;
  load_append_random(value, &model->random, load_pick(&model->random, limit));
}

/*--- Strings ----------------------------------------------------------------*/

static void string_get(struct model *model, struct load_step *step,
                       unsigned slot) {
  const struct string *string = &model->strings[slot];
  begin_key(step, model, 2, "GET", 's', slot);
  if (string->exists)
    add_bytes(&step->expected, string->value.data, string->value.length);
  else
    expect_line(step, "$-1");
}

static void string_set(struct model *model, struct load_step *step,
                       unsigned slot) {
  struct string *string = &model->strings[slot];
  bool expires = load_pick(&model->random, 4) == 0;
  unsigned pick = load_pick(&model->random, 100);
  set_random(model, &string->value,
             at_most(pick == 0   ? 200000
                     : pick < 20 ? 8000
                                 : 200));
  begin_key(step, model, expires ? 5 : 3, "SET", 's', slot);
  add_bytes(&step->request, string->value.data, string->value.length);
  if (expires) {
    add_word(&step->request, "EX");
    add_word(&step->request, "7200");
  }
  expect_line(step, "+OK");
  string->exists = true;
  string->expires = expires;
}

static void string_append(struct model *model, struct load_step *step,
                          unsigned slot) {
  struct string *string = &model->strings[slot];
  if (string->value.length > at_most(50000)) {
    string_get(model, step, slot);
    return;
  }
  if (!string->exists) {
    string->value.length = 0;
    string->expires = false;
  }
  size_t before = string->value.length;
  load_append_random(&string->value, &model->random,
                     1 + load_pick(&model->random, 200));
  begin_key(step, model, 3, "APPEND", 's', slot);
  add_bytes(&step->request, string->value.data + before,
            string->value.length - before);
  expect_integer(step, (int64_t)string->value.length);
  string->exists = true;
}

static void string_delete(struct model *model, struct load_step *step,
                          unsigned slot) {
  struct string *string = &model->strings[slot];
  begin_key(step, model, 2, load_pick(&model->random, 2) ? "DEL" : "UNLINK",
            's', slot);
  expect_integer(step, string->exists);
  string->exists = false;
}

static void string_expire(struct model *model, struct load_step *step,
                          unsigned slot) {
  struct string *string = &model->strings[slot];
  begin_key(step, model, 3, "EXPIRE", 's', slot);
  add_word(&step->request, "3600");
  expect_integer(step, string->exists);
  string->expires = string->exists;
}

static void string_ttl(struct model *model, struct load_step *step,
                       unsigned slot) {
  const struct string *string = &model->strings[slot];
  begin_key(step, model, 2, "TTL", 's', slot);
  if (string->exists && string->expires) {
    load_print(&step->expected, ":");
    load_expect_number(step, 1, 7200, NULL);
    load_print(&step->expected, "\r\n");
  } else {
    expect_integer(step, string->exists ? -1 : -2);
  }
}

static void string_range(struct model *model, struct load_step *step,
                         unsigned slot) {
  const struct string *string = &model->strings[slot];
  size_t length = string->exists ? string->value.length : 0;
  size_t from = length ? load_pick(&model->random, (unsigned)length) : 0;
  size_t count = length ? 1 + load_pick(&model->random, 100) : 0;
  begin_key(step, model, 4, "GETRANGE", 's', slot);
  add_number(&step->request, (int64_t)from);
  add_number(&step->request, (int64_t)(from + count) - 1);
  if (count > length - from)
    count = length - from;
  add_bytes(&step->expected, length ? string->value.data + from : "", count);
}

/*--- Numbers ----------------------------------------------------------------*/

static void number_count(struct model *model, struct load_step *step,
                         unsigned slot) {
  int64_t delta = (int64_t)load_pick(&model->random, 2000) - 1000;
  begin_key(step, model, 3, "INCRBY", 'n', slot);
  add_number(&step->request, delta);
  expect_integer(step, model->numbers[slot] += delta);
  model->number_exists[slot] = true;
}

static void number_get(struct model *model, struct load_step *step,
                       unsigned slot) {
  begin_key(step, model, 2, "GET", 'n', slot);
  if (model->number_exists[slot])
    add_number(&step->expected, model->numbers[slot]);
  else
    expect_line(step, "$-1");
}

static void number_script(struct model *model, struct load_step *step,
                          unsigned slot) {
  static const char script[] =
      "local n = redis.call('INCRBY', KEYS[1], ARGV[1])\n"
      "local t = {}\n"
      "for i = 1, 3 do t[i] = string.format('%d:%d', n, i * ARGV[1]) end\n"
      "return {n, table.concat(t, ','), #ARGV[2]}";
  int64_t delta = load_pick(&model->random, 1000);
  unsigned length = load_pick(&model->random, 400);
  struct load_bytes text = {0}, joined = {0};
  load_append_random(&text, &model->random, length);
  begin(step, 6);
  add_word(&step->request, "EVAL");
  add_word(&step->request, script);
  add_word(&step->request, "1");
  add_key(step, model, 'n', slot);
  add_number(&step->request, delta);
  add_bytes(&step->request, text.data, text.length);
  model->numbers[slot] += delta;
  model->number_exists[slot] = true;
  int64_t number = model->numbers[slot];
  load_print(&joined,
             "%" PRId64 ":%" PRId64 ",%" PRId64 ":%" PRId64 ",%" PRId64
             ":%" PRId64,
             number, delta, number, 2 * delta, number, 3 * delta);
  expect_line(step, "*3");
  expect_integer(step, number);
  add_bytes(&step->expected, joined.data, joined.length);
  expect_integer(step, length);
  free(text.data);
  free(joined.data);
}

/*--- Lists ------------------------------------------------------------------*/

/* Takes an item out without giving its buffer away. */
static void remove_item(struct collection *collection, unsigned at) {
  struct item removed = collection->items[at];
  memmove(&collection->items[at], &collection->items[at + 1],
          (collection->count - at - 1) * sizeof removed);
  collection->items[--collection->count] = removed;
}

/* Makes room for an item, with the buffer of one that is not used. */
static struct item *insert_item(struct collection *collection, unsigned at) {
  struct item fresh = collection->items[collection->count];
  memmove(&collection->items[at + 1], &collection->items[at],
          (collection->count++ - at) * sizeof fresh);
  collection->items[at] = fresh;
  return &collection->items[at];
}

static void list_range(struct model *model, struct load_step *step,
                       unsigned slot) {
  const struct collection *list = &model->lists[slot];
  begin_key(step, model, 4, "LRANGE", 'l', slot);
  add_word(&step->request, "0");
  add_word(&step->request, "-1");
  load_print(&step->expected, "*%u\r\n", list->count);
  for (unsigned i = 0; i < list->count; i++)
    add_bytes(&step->expected, list->items[i].value.data,
              list->items[i].value.length);
}

static void list_push(struct model *model, struct load_step *step,
                      unsigned slot) {
  struct collection *list = &model->lists[slot];
  bool left = load_pick(&model->random, 2);
  if (list->count == ITEMS) {
    list_range(model, step, slot);
    return;
  }
  struct item *item = insert_item(list, left ? 0 : list->count);
  set_random(model, &item->value,
             at_most(load_pick(&model->random, 10) ? 300 : 12000));
  begin_key(step, model, 3, left ? "LPUSH" : "RPUSH", 'l', slot);
  add_bytes(&step->request, item->value.data, item->value.length);
  expect_integer(step, list->count);
}

static void list_pop(struct model *model, struct load_step *step,
                     unsigned slot) {
  struct collection *list = &model->lists[slot];
  bool left = load_pick(&model->random, 2);
  begin_key(step, model, 2, left ? "LPOP" : "RPOP", 'l', slot);
  if (list->count == 0) {
    expect_line(step, "$-1");
    return;
  }
  unsigned at = left ? 0 : list->count - 1;
  add_bytes(&step->expected, list->items[at].value.data,
            list->items[at].value.length);
  remove_item(list, at);
}

/*--- Hashes -----------------------------------------------------------------*/

static unsigned find_item(const struct collection *collection, unsigned id) {
  unsigned at = 0;
  while (at < collection->count && collection->items[at].id != id)
    at++;
  return at;
}

static void add_field(struct load_bytes *out, unsigned id) {
  char name[32];
  snprintf(name, sizeof name, "field-%u", id);
  add_word(out, name);
}

static void hash_set(struct model *model, struct load_step *step,
                     unsigned slot) {
  struct collection *hash = &model->hashes[slot];
  unsigned id = load_pick(&model->random, ITEMS);
  unsigned at = find_item(hash, id);
  bool is_new = at == hash->count;
  struct item *item = is_new ? insert_item(hash, at) : &hash->items[at];
  item->id = id;
  set_random(model, &item->value, 60);
  begin_key(step, model, 4, "HSET", 'h', slot);
  add_field(&step->request, id);
  add_bytes(&step->request, item->value.data, item->value.length);
  expect_integer(step, is_new);
}

static void hash_get_all(struct model *model, struct load_step *step,
                         unsigned slot) {
  const struct collection *hash = &model->hashes[slot];
  begin_key(step, model, 2, "HGETALL", 'h', slot);
  load_print(&step->expected, "*%u\r\n", 2 * hash->count);
  for (unsigned i = 0; i < hash->count; i++) {
    add_field(&step->expected, hash->items[i].id);
    add_bytes(&step->expected, hash->items[i].value.data,
              hash->items[i].value.length);
  }
}

static void hash_delete(struct model *model, struct load_step *step,
                        unsigned slot) {
  struct collection *hash = &model->hashes[slot];
  unsigned id = load_pick(&model->random, ITEMS);
  unsigned at = find_item(hash, id);
  begin_key(step, model, 3, "HDEL", 'h', slot);
  add_field(&step->request, id);
  expect_integer(step, at < hash->count);
  if (at < hash->count)
    remove_item(hash, at);
}

/*--- Sorted sets: by score, then by name ------------------------------------*/

static bool comes_before(const struct item *a, int64_t score, unsigned id) {
  return a->score != score ? a->score < score : a->id < id;
}

static void add_member(struct load_bytes *out, unsigned id) {
  char name[32];
  snprintf(name, sizeof name, "member-%04u", id);
  add_word(out, name);
}

static void set_add(struct model *model, struct load_step *step,
                    unsigned slot) {
  struct collection *set = &model->sets[slot];
  unsigned id = load_pick(&model->random, ITEMS), at = find_item(set, id);
  int64_t score = (int64_t)load_pick(&model->random, 10) - 5;
  bool is_new = at == set->count;
  if (!is_new)
    remove_item(set, at);
  for (at = 0; at < set->count && comes_before(&set->items[at], score, id);
       at++)
    ;
  struct item *item = insert_item(set, at);
  item->id = id;
  item->score = score;
  begin_key(step, model, 4, "ZADD", 'z', slot);
  add_number(&step->request, score);
  add_member(&step->request, id);
  expect_integer(step, is_new);
}

static void set_range(struct model *model, struct load_step *step,
                      unsigned slot) {
  const struct collection *set = &model->sets[slot];
  begin_key(step, model, 5, "ZRANGE", 'z', slot);
  add_word(&step->request, "0");
  add_word(&step->request, "-1");
  add_word(&step->request, "WITHSCORES");
  load_print(&step->expected, "*%u\r\n", 2 * set->count);
  for (unsigned i = 0; i < set->count; i++) {
    add_member(&step->expected, set->items[i].id);
    add_number(&step->expected, set->items[i].score);
  }
}

static void set_remove(struct model *model, struct load_step *step,
                       unsigned slot) {
  struct collection *set = &model->sets[slot];
  unsigned id = load_pick(&model->random, ITEMS), at = find_item(set, id);
  begin_key(step, model, 3, "ZREM", 'z', slot);
  add_member(&step->request, id);
  expect_integer(step, at < set->count);
  if (at < set->count)
    remove_item(set, at);
}

/*--- Transactions: MULTI, INCRBY 7, GET, EXEC, each a request of its own ----*/

static void transaction_next(struct model *model, struct load_step *step,
                             unsigned slot) {
  switch (model->transaction++) {
  case 0:
    model->transaction_slot = slot;
    begin(step, 1);
    add_word(&step->request, "MULTI");
    expect_line(step, "+OK");
    return;
  case 1:
    begin_key(step, model, 3, "INCRBY", 'n', model->transaction_slot);
    add_word(&step->request, "7");
    expect_line(step, "+QUEUED");
    return;
  case 2:
    begin_key(step, model, 2, "GET", 'n', model->transaction_slot);
    expect_line(step, "+QUEUED");
    return;
  default:
    slot = model->transaction_slot;
    model->transaction = 0;
    model->number_exists[slot] = true;
    model->numbers[slot] += 7;
    begin(step, 1);
    add_word(&step->request, "EXEC");
    expect_line(step, "*2");
    expect_integer(step, model->numbers[slot]);
    add_number(&step->expected, model->numbers[slot]);
  }
}

/* Changes nothing. */
static void nothing(struct model *model, struct load_step *step,
                    unsigned slot) {
  (void)slot;
  bool known = load_pick(&model->random, 2);
  begin(step, 1);
  add_word(&step->request, known ? "PING" : "NONSENSE");
  expect_line(step, known ? "+PONG"
                          : "-ERR unknown command 'NONSENSE', with args "
                            "beginning with: ");
}

typedef void step_function(struct model *, struct load_step *, unsigned);

static void next_step(void *data, struct load_step *step) {
  static const struct {
    unsigned weight;
    step_function *make;
  } steps[] = {
      {20, string_get},   {14, string_set},      {4, string_append},
      {4, string_delete}, {3, string_expire},    {3, string_ttl},
      {3, string_range},  {6, number_count},     {4, number_get},
      {5, number_script}, {8, list_push},        {5, list_pop},
      {4, list_range},    {6, hash_set},         {4, hash_get_all},
      {2, hash_delete},   {6, set_add},          {4, set_range},
      {2, set_remove},    {2, transaction_next}, {1, nothing},
  };
  struct model *model = data;
  unsigned slots = only_small ? FEW_SLOTS : SLOTS;
  unsigned slot = load_pick(&model->random, slots), total = 0;
  if (model->transaction) {
    transaction_next(model, step, slot);
    return;
  }
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
    total += steps[i].weight;
  unsigned pick = load_pick(&model->random, total);
  size_t i = 0;
  for (; pick >= steps[i].weight; i++)
    pick -= steps[i].weight;
  steps[i].make(model, step, slot);
}

static bool sweep_step(void *data, struct load_step *step) {
  static step_function *const readers[] = {string_get, number_get, list_range,
                                           hash_get_all, set_range};
  enum { KINDS = sizeof readers / sizeof *readers };
  struct model *model = data;
  /* A transaction that the end of the load cut short is finished first. */
  if (model->transaction) {
    transaction_next(model, step, 0);
    return true;
  }
  if (model->swept == SLOTS * KINDS)
    return false;
  readers[model->swept % KINDS](model, step, model->swept / KINDS);
  model->swept++;
  return true;
}

static void choose_mix(unsigned index) { only_small = index == 1; }

int main(int argc, char **argv) {
  static const char *const mixes[] = {"all", "small", NULL};
  static const struct load_protocol protocol = {.name = "redis",
                                                .default_port = 6379,
                                                .open = open_model,
                                                .next = next_step,
                                                .sweep = sweep_step,
                                                .mixes = mixes,
                                                .choose_mix = choose_mix};
  return load_main(argc, argv, &protocol);
}
