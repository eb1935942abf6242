// What the agent writes is JSON for every reader: strings are escaped, bytes
// that are no UTF-8 become code points, and what does not fit is left out and
// noticed.
//
// RUN: %base-cc %s -o %t && %t | FileCheck %s

#include "json.h"

#include <stdio.h>
#include <string.h>

static void show(const char *text) {
  char buffer[256];
  struct dsu_json json;
  dsu_json_init(&json, buffer, sizeof(buffer));
  dsu_json_open(&json, NULL, '[');
  dsu_json_string(&json, NULL, text);
  dsu_json_close(&json, ']');
  printf("%.*s\n", (int)json.used, buffer);
}

int main(void) {
  // CHECK: ["plain;name.c"]
  show("plain;name.c");
  // CHECK-NEXT: ["\"quoted\" back\\slash"]
  show("\"quoted\" back\\slash");
  // CHECK-NEXT: ["tab\u0009 newline\u000a delete\u007f"]
  show("tab\t newline\n delete\x7f");
  // CHECK-NEXT: ["valid ä €"]
  // CHECK-NEXT: ["broken \u00e4 overlong \u00c0\u0080 cut \u00e2\u0082"]
  // CHECK-NEXT: ["surrogate \u00ed\u00a0\u0080 above \u00f4\u0090\u0080\u0080"]
  show("valid \303\244 \342\202\254");
  show("broken \xe4 overlong \xc0\x80 cut \xe2\x82");
  show("surrogate \xed\xa0\x80 above \xf4\x90\x80\x80");

  char buffer[200];
  struct dsu_json json;
  dsu_json_init(&json, buffer, sizeof(buffer));
  dsu_json_open(&json, NULL, '{');
  dsu_json_number(&json, "n", 18446744073709551615u);
  dsu_json_micros(&json, "us", 1234567);
  dsu_json_bool(&json, "b", true);
  dsu_json_open(&json, "empty", '[');
  dsu_json_close(&json, ']');
  dsu_json_string(&json, "s", "x");
  dsu_json_close(&json, '}');
  // CHECK-NEXT: {"n":18446744073709551615,"us":1234.5,
  // CHECK-SAME: "b":true,"empty":[],"s":"x"} 0
  printf("%.*s %d\n", (int)json.used, buffer, json.overflow);

  dsu_json_init(&json, buffer, 12);
  dsu_json_open(&json, NULL, '[');
  dsu_json_string(&json, NULL, "12345");
  dsu_json_string(&json, NULL, "too long to fit");
  // CHECK-NEXT: overflow 1, not past the end: 1
  printf("overflow %d, not past the end: %d\n", json.overflow, json.used <= 12);
  return 0;
}
