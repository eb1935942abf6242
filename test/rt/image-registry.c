// Registration: foreign descriptors and those of other ABI versions are ignored
// with a line in the log, one that comes twice counts once, more come than the
// static pool holds, slots are read-only from then on.  Lookups find what each
// image defines, and nothing of another.
//
// RUN: %base-cc -DNO_MAIN %s %inputs/server.c -o %t && %t | FileCheck %s

#include "../../rt/src/image.h"
#include "log.h"

#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static void print_line(const char *line, void *context) {
  (void)context;
  printf("log: %s\n", strchr(line, ']') + 2);
}

static sigjmp_buf recover;
static void on_fault(int number) {
  (void)number;
  siglongjmp(recover, 1);
}

static const char *can_write(void **slot) {
  if (sigsetjmp(recover, 1))
    return "no";
  *(void *volatile *)slot = *slot;
  return "yes";
}

static struct dsu_image many[100];

int main(void) {
  struct dsu_image_state *server = dsu_images();
  // CHECK: images 1, name server.c
  printf("images %d, name %s\n", server && !server->next,
         (const char *)dsu_rel(&server->image->name));

  struct dsu_image foreign = {.magic = 1};
  struct dsu_image old = *server->image;
  old.abi_version = 7;
  old.name = 0;
  __dsu_register_image(&foreign);
  __dsu_register_image(&old);
  __dsu_register_image(server->image);
  __dsu_register_image(NULL);
  // CHECK-NEXT: log: ignored an image at {{.*}}: not a DSU descriptor
  // CHECK-NEXT: log: ignored image (unnamed): built for ABI version 7, this is
  // 3 CHECK-NEXT: log: ignored an image at {{.*}}: not a DSU descriptor
  // CHECK-NEXT: still 1
  dsu_log_each(print_line, NULL);
  printf("still %d\n", !dsu_images()->next);

  void **slot = dsu_find_slot(server, "value");
  // CHECK-NEXT: value: slot 1 body 1 address 1
  printf("value: slot %d body %d address %d\n",
         slot == dsu_image_slots(server->image),
         dsu_find_body((uintptr_t)*slot) == dsu_find_function(server, "value"),
         dsu_find_function_address(server, "value") != NULL);
  // CHECK-NEXT: other: slot 1 address 0
  printf("other: slot %d address %d\n", dsu_find_slot(server, "other") != NULL,
         dsu_find_function_address(server, "other") != NULL);
  const struct dsu_image *owner;
  // CHECK-NEXT: data 1 missing 0 0 0
  printf("data %d missing %d %d %d\n",
         dsu_find_data(server, "counter", &owner) != NULL,
         dsu_find_data(server, "count", &owner) != NULL,
         dsu_find_slot(server, "values") != NULL,
         dsu_find_body((uintptr_t)*slot + 1) != NULL);
  dsu_index_bodies();
  // CHECK-NEXT: indexed 1 0
  printf("indexed %d %d\n",
         dsu_find_body((uintptr_t)*slot) == dsu_find_function(server, "value"),
         dsu_find_body((uintptr_t)*slot + 1) != NULL);

  struct sigaction action = {.sa_handler = on_fault};
  sigaction(SIGSEGV, &action, NULL);
  // CHECK-NEXT: writable: no yes no
  printf("writable: %s", can_write(slot));
  dsu_slots_protect(true);
  printf(" %s", can_write(slot));
  dsu_slots_protect(false);
  printf(" %s\n", can_write(slot));

  for (int i = 0; i < 100; ++i) {
    many[i] = (struct dsu_image){.magic = DSU_IMAGE_MAGIC,
                                 .abi_version = DSU_ABI_VERSION,
                                 .kind = DSU_IMAGE_BASE};
    many[i].identity.bytes[0] = (unsigned char)i;
    __dsu_register_image(&many[i]);
  }
  int found = 0, elsewhere = 0;
  for (int i = 0; i < 100; ++i) {
    struct dsu_image_state *state = dsu_find_base(&many[i].identity);
    found += state && state->image == &many[i];
    elsewhere += state && dsu_find_slot(state, "value") != NULL;
  }
  // CHECK-NEXT: found 100, with a function of another image 0
  printf("found %d, with a function of another image %d\n", found, elsewhere);
  return 0;
}
