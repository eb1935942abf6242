/*===- client.c - dsuctl's side of a request, from inside -----------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The client is a process made by clone that shares the program's memory but
// neither its threads, its descriptors nor its signals: the runtime sees the
// program exactly as it would be.  It shares the thread pointer, too, so it
// calls the kernel directly and nothing of libc that has state.
//
//===----------------------------------------------------------------------===*/

#include "inject.h"

#include "dsu/dsu_abi.h"
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

enum {
  STACK_SIZE = 128 << 10,
  CONNECT_MS = 3000,
  ANSWER_MS = 10000,
  RETRY_NS = 100 * 1000
};

static struct {
  const char *patch;
  struct answer *answer;
  pid_t target;
  uid_t uid;
} request;

static _Alignas(64) char stack[STACK_SIZE];
static char copy_buffer[65536];

static long call3(long number, long a, long b, long c) {
  return dsu_sys6(number, a, b, c, 0, 0, 0);
}

/* The patch as a sealed file in memory, as dsuctl hands it over; -1 fails. */
static int sealed_patch(void) {
  int from = (int)dsu_sys6(SYS_openat, AT_FDCWD, (long)request.patch,
                           O_RDONLY | O_CLOEXEC, 0, 0, 0);
  int to = (int)call3(SYS_memfd_create, (long)"patch",
                      MFD_CLOEXEC | MFD_ALLOW_SEALING, 0);
  if (from < 0 || to < 0)
    return -1;
  for (;;) {
    long got = call3(SYS_read, from, (long)copy_buffer, sizeof copy_buffer);
    if (got == 0)
      break;
    if (got < 0 || call3(SYS_write, to, (long)copy_buffer, got) != got)
      return -1;
  }
  call3(SYS_close, from, 0, 0);
  int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
  return call3(SYS_fcntl, to, F_ADD_SEALS, seals) == 0 ? to : -1;
}

static char *put_decimal(char *out, uint32_t value) {
  char reversed[16];
  size_t digits = 0;
  do
    reversed[digits++] = (char)('0' + value % 10);
  while (value /= 10);
  while (digits)
    *out++ = reversed[--digits];
  return out;
}

/* DSU_SOCKET_FORMAT without stdio. */
static socklen_t socket_address(struct sockaddr_un *address, uint32_t nonce) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  char *out = address->sun_path + 1;
  memcpy(out, "dsu/", 4);
  out = put_decimal(out + 4, (uint32_t)request.target);
  *out++ = '/';
  for (int shift = 28; shift >= 0; shift -= 4)
    *out++ = "0123456789abcdef"[nonce >> shift & 15];
  return (socklen_t)(out - (char *)address);
}

/* Asks for an agent and connects to it; -1 if none comes. */
static int call_agent(void) {
  uint32_t nonce;
  call3(SYS_getrandom, (long)&nonce, sizeof nonce, 0);
  nonce = (nonce & 0x7fffffff) | 1;
  siginfo_t info;
  memset(&info, 0, sizeof info);
  info.si_signo = SIGRTMAX - DSU_SIGNAL_FROM_MAX;
  info.si_code = SI_QUEUE;
  info.si_pid = dsu_sys_getpid();
  info.si_uid = request.uid;
  info.si_value.sival_int = (int)nonce;
  if (call3(SYS_rt_sigqueueinfo, request.target, info.si_signo, (long)&info))
    return -1;
  struct sockaddr_un address;
  socklen_t size = socket_address(&address, nonce);
  uint64_t until = dsu_now_ns() + CONNECT_MS * 1000000ull;
  int fd = (int)call3(SYS_socket, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  while (call3(SYS_connect, fd, (long)&address, size) != 0) {
    if (dsu_now_ns() > until)
      return -1;
    struct timespec pause = {.tv_nsec = RETRY_NS};
    call3(SYS_nanosleep, (long)&pause, 0, 0);
  }
  return fd;
}

static bool send_request(int fd, int patch) {
  static const char name[] = "injected";
  bool apply = patch >= 0;
  struct {
    struct dsu_request header;
    char body[sizeof name - 1];
  } message = {.header = {.magic = DSU_REQUEST_MAGIC,
                          .abi_version = DSU_ABI_VERSION,
                          .op = apply ? DSU_OP_APPLY : DSU_OP_REVERT,
                          .timeout_ms = 0, /* one attempt */
                          .length = apply ? sizeof name - 1 : 0}};
  memcpy(message.body, name, sizeof message.body);
  struct iovec part = {&message, sizeof message.header + message.header.length};
  union {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
  } control;
  struct msghdr envelope = {.msg_iov = &part, .msg_iovlen = 1};
  if (apply) {
    envelope.msg_control = &control;
    envelope.msg_controllen = sizeof control;
    struct cmsghdr *c = CMSG_FIRSTHDR(&envelope);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(c), &patch, sizeof patch);
  }
  return call3(SYS_sendmsg, fd, (long)&envelope, MSG_NOSIGNAL) ==
         (long)part.iov_len;
}

static bool receive(int fd, void *buffer, size_t size, uint64_t until_ns) {
  for (char *next = buffer; size;) {
    uint64_t now = dsu_now_ns();
    struct pollfd poll = {fd, POLLIN, 0};
    if (now >= until_ns || call3(SYS_poll, (long)&poll, 1,
                                 (long)((until_ns - now) / 1000000)) <= 0)
      return false;
    long got = call3(SYS_read, fd, (long)next, (long)size);
    if (got <= 0)
      return false;
    next += got;
    size -= (size_t)got;
  }
  return true;
}

__attribute__((used)) static int client_main(void) {
  struct answer *answer = request.answer;
  int patch = request.patch ? sealed_patch() : -1;
  if (request.patch && patch < 0) {
    answer->reason = DSU_E_PATCH_UNREADABLE;
    return 1;
  }
  int fd = call_agent();
  if (fd < 0 || !send_request(fd, patch))
    return 1;
  struct dsu_reply reply;
  uint64_t until = dsu_now_ns() + ANSWER_MS * 1000000ull;
  if (!receive(fd, &reply, sizeof reply, until) ||
      reply.length >= sizeof answer->json ||
      !receive(fd, answer->json, reply.length, until))
    return 1;
  answer->json[reply.length] = 0;
  answer->length = reply.length;
  answer->reason = reply.reason;
  return 0;
}

/* clone, but never inside of libc: the runtime starts no agent while the thread
   that it asks is in some function of libc. */
static long start_client(void) {
  long result;
  register long r10 __asm__("r10") = 0;
  register long r8 __asm__("r8") = 0;
  __asm__ volatile("syscall\n\t"
                   "testq %%rax, %%rax\n\t"
                   "jnz 1f\n\t"
                   "xorl %%ebp, %%ebp\n\t"
                   "callq *%[main]\n\t"
                   "movl %%eax, %%edi\n\t"
                   "movl %[exit], %%eax\n\t"
                   "syscall\n"
                   "1:"
                   : "=a"(result)
                   : "a"((long)SYS_clone), "D"((long)CLONE_VM),
                     "S"(stack + STACK_SIZE), "d"(0l), "r"(r10),
                     "r"(r8), [main] "r"(client_main), [exit] "i"(SYS_exit)
                   : "rcx", "r11", "memory");
  return result;
}

void client_request(const char *patch, struct answer *answer) {
  answer->reason = DSU_E_NO_ANSWER;
  answer->length = 0;
  request.patch = patch;
  request.answer = answer;
  request.target = dsu_sys_getpid();
  request.uid = (uid_t)dsu_sys6(SYS_getuid, 0, 0, 0, 0, 0, 0);
  long pid = start_client();
  if (pid < 0)
    return;
  while (dsu_sys6(SYS_wait4, pid, 0, __WALL, 0, 0, 0) == -EINTR)
    ;
}
