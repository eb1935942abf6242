/*===- sha256.c - SHA-256 -----------------------------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// FIPS 180-4, on data that is in memory as a whole.
//
//===----------------------------------------------------------------------===*/

#include "sha256.h"

#include <cpuid.h>
#include <immintrin.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate(uint32_t x, unsigned n) {
  return (x >> n) | (x << (32 - n));
}

static void compress(uint32_t state[8], const unsigned char *block) {
  uint32_t w[64];
  for (size_t i = 0; i < 16; ++i)
    w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
           (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
  for (unsigned i = 16; i < 64; ++i) {
    uint32_t a = w[i - 15], b = w[i - 2];
    w[i] = w[i - 16] + w[i - 7] + (rotate(a, 7) ^ rotate(a, 18) ^ (a >> 3)) +
           (rotate(b, 17) ^ rotate(b, 19) ^ (b >> 10));
  }
  uint32_t s[8];
  memcpy(s, state, sizeof(s));
  for (unsigned i = 0; i < 64; ++i) {
    uint32_t e = s[4], a = s[0];
    uint32_t t1 = s[7] + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +
                  ((e & s[5]) ^ (~e & s[6])) + round_constants[i] + w[i];
    uint32_t t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) +
                  ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
    memmove(s + 1, s, 7 * sizeof(s[0]));
    s[4] += t1;
    s[0] = t1 + t2;
  }
  for (unsigned i = 0; i < 8; ++i)
    state[i] += s[i];
}

static void compress_all(uint32_t state[8], const unsigned char *blocks,
                         size_t count) {
  for (; count; --count, blocks += 64)
    compress(state, blocks);
}

/*--- By the processor's own instructions, ten times as fast -----------------*/

static bool has_instructions(void) {
  enum { SSSE3_SSE41 = 1 << 9 | 1 << 19, SHA = 1 << 29 };
  unsigned a, b, c, d;
  return __get_cpuid(1, &a, &b, &c, &d) && (c & SSSE3_SSE41) == SSSE3_SSE41 &&
         __get_cpuid_count(7, 0, &a, &b, &c, &d) && b & SHA;
}

#define WITH_SHA __attribute__((target("sha,ssse3,sse4.1")))

/** The next four words of the schedule, from the last sixteen. */
WITH_SHA static __m128i extend(const __m128i w[4], size_t i) {
  const __m128i last = w[(i + 3) & 3];
  const __m128i middle = _mm_alignr_epi8(last, w[(i + 2) & 3], 4);
  const __m128i first = _mm_sha256msg1_epu32(w[i & 3], w[(i + 1) & 3]);
  return _mm_sha256msg2_epu32(_mm_add_epi32(first, middle), last);
}

/** The state is kept as the instructions want it: a, b, e, f and c, d, g, h. */
WITH_SHA static void compress_fast(__m128i state[2],
                                   const unsigned char *block) {
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  __m128i abef = state[0], cdgh = state[1], w[4];
  for (size_t i = 0; i < 16; ++i) {
    const __m128i *next = (const __m128i *)(block + 16 * i);
    w[i & 3] =
        i < 4 ? _mm_shuffle_epi8(_mm_loadu_si128(next), swap) : extend(w, i);
    const __m128i *constants = (const __m128i *)(round_constants + 4 * i);
    __m128i sum = _mm_add_epi32(w[i & 3], _mm_loadu_si128(constants));
    cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
    abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
  }
  state[0] = _mm_add_epi32(state[0], abef);
  state[1] = _mm_add_epi32(state[1], cdgh);
}

WITH_SHA static void compress_all_fast(uint32_t state[8],
                                       const unsigned char *blocks,
                                       size_t count) {
  const __m128i *in = (const __m128i *)state;
  __m128i cdab = _mm_shuffle_epi32(_mm_loadu_si128(in), 0xb1);
  __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128(in + 1), 0x1b);
  __m128i s[2] = {_mm_alignr_epi8(cdab, efgh, 8),
                  _mm_blend_epi16(efgh, cdab, 0xf0)};
  for (; count; --count, blocks += 64)
    compress_fast(s, blocks);
  __m128i feba = _mm_shuffle_epi32(s[0], 0x1b);
  __m128i dchg = _mm_shuffle_epi32(s[1], 0xb1);
  __m128i *out = (__m128i *)state;
  _mm_storeu_si128(out, _mm_blend_epi16(feba, dchg, 0xf0));
  _mm_storeu_si128(out + 1, _mm_alignr_epi8(dchg, feba, 8));
}

/*--- The whole --------------------------------------------------------------*/

typedef void compress_fn(uint32_t[8], const unsigned char *, size_t);

static void digest_by(compress_fn *compress_blocks, const void *data,
                      size_t size, unsigned char digest[32]) {
  uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  const unsigned char *bytes = data;
  const size_t left = size % 64;
  compress_blocks(state, bytes, size / 64);
  unsigned char tail[128] = {0};
  memcpy(tail, bytes + size - left, left);
  tail[left] = 0x80;
  size_t padded = left < 56 ? 64 : 128;
  uint64_t bits = (uint64_t)size * 8;
  for (unsigned i = 0; i < 8; ++i)
    tail[padded - 1 - i] = (unsigned char)(bits >> (8 * i));
  compress_blocks(state, tail, padded / 64);
  for (unsigned i = 0; i < 32; ++i)
    digest[i] = (unsigned char)(state[i / 4] >> (24 - 8 * (i % 4)));
}

void dsu_sha256_portable(const void *data, size_t size,
                         unsigned char digest[32]) {
  digest_by(compress_all, data, size, digest);
}

void dsu_sha256(const void *data, size_t size, unsigned char digest[32]) {
  digest_by(has_instructions() ? compress_all_fast : compress_all, data, size,
            digest);
}
