// Which functions are lifelong, and why.  Each rule has neighbours that are not:
// loops over locals, over call results, and loops that end.  Called by a lifelong
// function, a loop over call results is one as well, a counted loop never.
//
// Debug info tells void * from other pointers.
//
// RUN: %clang -g -O1 -Xclang -disable-llvm-passes -S -emit-llvm %s -o %t.ll
// RUN: %dsu-opt -passes='print<dsu-lifelong>' -disable-output %t.ll 2>&1 \
// RUN:   | FileCheck %s --implicit-check-not='not_'
// RUN: %clang -O1 -Xclang -disable-llvm-passes -S -emit-llvm %s -o %t.ll
// RUN: %dsu-opt -passes='print<dsu-lifelong>' -disable-output %t.ll 2>&1 \
// RUN:   | FileCheck %s --check-prefix=BARE
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct loop {
  bool stop;
  struct loop *next;
  int left;
  size_t length;
  unsigned long flags;
};
extern bool done;
int work(void *);
void *next_request(void);
void serve_not_called(void);
void start(void *(*entry)(void *), void *argument);

// CHECK: forever: no-exit
void forever(void) {
  for (;;)
    work(0);
}
// CHECK: until_abort: no-exit
void until_abort(void) {
  for (;;)
    if (work(0))
      abort();
}
void not_forever(void) {
  for (;;)
    if (work(0))
      return;
}
// CHECK: by_pointer: flag
void by_pointer(struct loop *l) {
  while (!l->stop)
    work(l);
}
// CHECK: by_globals: flag
void by_globals(struct loop *l) {
  do
    work(l);
  while (!done && !l->stop);
}
// CHECK: sets_flag: flag
void sets_flag(struct loop *l) {
  while (!l->stop)
    if (work(l))
      l->stop = true;
}
void not_flag_computed(struct loop *l) {
  while (l->left > 0)
    l->left -= work(l);
}
void not_flag_pointer(struct loop *l) {
  while (l->next)
    work(l);
}
void not_flag_length(struct loop *l) {
  while (l->length)
    work(l);
}
// CHECK: one_bit: flag
void one_bit(struct loop *l) {
  while (!(l->flags & 4))
    work(l);
}
// CHECK: number: flag
void number(struct loop *l) {
  while (l->left == 0)
    work(l);
}
void not_a_walk(struct loop *l) {
  for (; l->next; l = l->next)
    work(l);
}
void not_local(void) {
  bool stop = false;
  while (!stop)
    stop = work(0);
}
void not_escaped(void) {
  int stop = 0;
  while (!stop)
    work(&stop);
}
void not_call(void) {
  while (!done && work(0))
    work(0);
}
void not_counted(int n) {
  for (int i = 0; i < n; i++)
    work(0);
}
void not_calling(struct loop *l) {
  while (!l->stop)
    ;
}
// CHECK: looping_entry: entry
void *looping_entry(void *argument) {
  for (int i = 0; i < 100; i++)
    work(argument);
  return NULL;
}
// CHECK: library_entry: entry
static void *library_entry(void *argument) {
  work(argument);
  return NULL;
}
static void *not_entry(void *argument) {
  for (int i = 0; i < 100; i++)
    work(argument);
  return NULL;
}
void not_starter(void) {
  start(library_entry, NULL);
  not_entry(NULL);
}
// CHECK: main: main
// CHECK: serve: served
// CHECK: serve_escaped: served
// CHECK: serve_serving: served
// CHECK: serve_in_loop: served
// CHECK: serve_more: served
static void serve(void) {
  while (work(0))
    work(0);
}
static void serve_escaped(void) {
  int stop = 0;
  while (!stop)
    work(&stop);
}
static void serve_more(void) {
  void *request;
  while ((request = next_request()) && !done)
    work(request);
}
static void serve_serving(void) {
  for (bool stop = false; !stop; stop = work(0))
    serve_more();
}
static void not_served_counted(int n) {
  for (int i = 0; i < n && work(0); i++)
    work(0);
}
static void not_served_walk(struct loop *l) {
  for (; l; l = l->next)
    work(l);
}
static void not_served_parser(char *text) {
  while ((text = strchr(text + 1, ',')))
    work(text);
}
static void not_served_calling(struct loop *l) {
  while (l->next)
    l = l->next;
  serve_not_called();
}
static void serve_in_loop(void) {
  while (work(0))
    work(0);
}
static void not_served_each(void) {
  while (work(0))
    work(0);
}
int main(void) {
  serve();
  serve_escaped();
  serve_serving();
  not_served_counted(3);
  not_served_walk(NULL);
  not_served_parser("a,b");
  not_served_calling(NULL);
  while (work(0)) {
    serve_in_loop();
    for (int i = 0; i < 3; i++)
      not_served_each();
  }
  return work(0);
}
// BARE: not_an_entry_by_type: entry
void not_an_entry_by_type(struct loop *l) {
  for (int i = 0; i < 100; i++)
    work(l);
}
