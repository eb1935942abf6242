// The hash at a patch's end is SHA-256, at every length around the block size:
// so many times the letter a.
//
// RUN: %base-cc %s -o %t && %t | FileCheck %s

#include "sha256.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void show(size_t length) {
  unsigned char digest[32];
  char *text = malloc(length + 1);
  memset(text, 'a', length);
  dsu_sha256(text, length, digest);
  for (int i = 0; i < 32; ++i)
    printf("%02x", digest[i]);
  puts("");
  free(text);
}

int main(void) {
  // CHECK: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
  show(0);
  // CHECK: ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb
  show(1);
  // CHECK: 9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318
  show(55);
  // CHECK: b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a
  show(56);
  // CHECK: 7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34
  show(63);
  // CHECK: ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb
  show(64);
  // CHECK: 635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f17eb0ae0
  show(65);
  // CHECK: 31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb
  show(119);
  // CHECK: 2f3d335432c70b580af0e8e1b3674a7c020d683aa5f73aaaedfdc55af904c21c
  show(120);
  // CHECK: cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0
  show(1000000);
  return 0;
}
