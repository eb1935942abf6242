// The hash at a patch's end is SHA-256, at every length around the block size:
// so many times the letter a.  With and without the processor's own instructions.
//
// RUN: %base-cc %s -o %t && %t | FileCheck %s

#include "sha256.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print(const unsigned char digest[32]) {
  for (int i = 0; i < 32; ++i)
    printf("%02x", digest[i]);
  puts("");
}

static void hash(const char *text, size_t length) {
  unsigned char digest[32], portable[32];
  dsu_sha256(text, length, digest);
  dsu_sha256_portable(text, length, portable);
  print(digest);
  if (memcmp(digest, portable, sizeof(digest)) != 0)
    print(portable);
}

static void show(size_t length) {
  char *text = malloc(length + 1);
  memset(text, 'a', length);
  hash(text, length);
  free(text);
}

int main(void) {
  // CHECK: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
  show(0);
  // CHECK-NEXT: ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb
  show(1);
  // CHECK-NEXT: 9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318
  show(55);
  // CHECK-NEXT: b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a
  show(56);
  // CHECK-NEXT: 7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34
  show(63);
  // CHECK-NEXT: ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb
  show(64);
  // CHECK-NEXT: 635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f17eb0ae0
  show(65);
  // CHECK-NEXT: 31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb
  show(119);
  // CHECK-NEXT: 2f3d335432c70b580af0e8e1b3674a7c020d683aa5f73aaaedfdc55af904c21c
  show(120);
  // CHECK-NEXT: cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0
  show(1000000);
  // CHECK-NEXT: ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
  hash("abc", 3);
  // CHECK-NEXT: cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1
  hash("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
       "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
       112);
  // CHECK-NOT: {{.}}
  return 0;
}
