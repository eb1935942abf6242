// A stand-in for the runtime: prints what registers itself.
#include "dsu/dsu_abi.h"
#include <stdio.h>
#include <string.h>

void __dsu_register_image(const struct dsu_image *image) {
  void **slots = (void **)dsu_rel(&image->slots);
  const struct dsu_func *funcs = dsu_rel(&image->funcs);
  const struct dsu_data *data = dsu_rel(&image->data);
  const struct dsu_ext_name *names = dsu_rel(&image->ext_names);
  const struct dsu_ext_addr *addrs = dsu_rel(&image->ext_addrs);
  void *(*tls_addr)(uint32_t) = (void *(*)(uint32_t))dsu_rel(&image->tls_addr);
  printf("magic %d abi %u kind %u name %s producer %.4s\n",
         image->magic == DSU_IMAGE_MAGIC, image->abi_version, image->kind,
         (const char *)dsu_rel(&image->name),
         (const char *)dsu_rel(&image->producer));
  printf("slots aligned %d\n", (uintptr_t)slots % DSU_SLOT_ALIGN == 0);
  for (unsigned i = 0; i < image->func_count; i++) {
    const struct dsu_func *f = &funcs[i];
    printf("func %s line %u flags %u slot ok %d address %d hashed %d\n",
           (const char *)dsu_rel(&f->name), f->line, f->flags,
           slots[f->slot] == dsu_rel(&f->body),
           f->addr != 0, f->hash != 0);
    if (i > 0 && strcmp(dsu_rel(&funcs[i - 1].name), dsu_rel(&f->name)) >= 0)
      printf("not sorted\n");
  }
  for (unsigned i = 0; i < image->data_count; i++) {
    const struct dsu_data *d = &data[i];
    const int *address = d->flags & DSU_DATA_TLS ? tls_addr(d->tls)
                                                 : dsu_rel(&d->addr);
    printf("data %s size %u align %u flags %u first %d\n",
           (const char *)dsu_rel(&d->name), (unsigned)d->size, d->align,
           d->flags, *address);
    if (i > 0 && strcmp(dsu_rel(&data[i - 1].name), dsu_rel(&d->name)) >= 0)
      printf("not sorted\n");
  }
  for (unsigned i = 0; i < image->ext_count; i++)
    printf("ext %s %s\n", (const char *)dsu_rel(&names[i].name),
           addrs[i].addr ? "found" : "null");
}
