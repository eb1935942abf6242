/*===- process.c - what can be known of a process from outside ----*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See process.h.
//
//===----------------------------------------------------------------------===*/

#include "process.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* How long a process that has just been started may take, and how often it is
   looked at meanwhile. */
enum { START_MS = 1000, START_LOOKS = 200 };

/* How old a process is that will hardly start another program any more. */
enum { SETTLED_MS = 100 };

static const char *const build_it =
    "build the program with dsu-cc; dsuctl list shows what can be updated";

/** Reads a small file of /proc/PID; false if the process is gone. */
static bool read_file(pid_t pid, const char *file, char *buffer, size_t size) {
  char path[64];
  snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return false;
  size_t used = 0;
  for (ssize_t got; used < size - 1; used += (size_t)got) {
    got = read(fd, buffer + used, size - 1 - used);
    if (got <= 0)
      break;
  }
  buffer[used] = 0;
  close(fd);
  return used > 0;
}

enum { FILE_PATH = 96 };

/** The name of a file in a living thread's directory: the main thread's tells
    nothing of the memory any more when that has ended. */
static const char *file_of(const struct process *process, const char *file,
                           char path[FILE_PATH]) {
  snprintf(path, FILE_PATH, "/proc/%d/task/%d/%s", (int)process->pid,
           (int)process->thread, file);
  return path;
}

/** The text after "Key:" in /proc/PID/status, or null. */
static const char *status_field(const char *status, const char *key) {
  size_t length = strlen(key);
  for (const char *line = status; line; line = strchr(line, '\n')) {
    line += *line == '\n';
    if (strncmp(line, key, length) == 0 && line[length] == ':')
      return line + length + 1;
  }
  return NULL;
}

/** The last number on a line: a pid in the innermost namespace. */
static pid_t last_number(const char *text) {
  pid_t number = 0;
  while (*text && *text != '\n') {
    char *end;
    long value = strtol(text, &end, 10);
    if (end == text)
      break;
    number = (pid_t)value;
    text = end;
  }
  return number;
}

/** Reads state and parent of the thread by which the process is looked at. */
static bool read_state(struct process *process) {
  char file[64], stat[1024];
  snprintf(file, sizeof(file), "task/%d/stat", (int)process->thread);
  if (!read_file(process->pid, file, stat, sizeof(stat)))
    return false;
  const char *after_name = strrchr(stat, ')');
  return after_name && sscanf(after_name + 1, " %c %d", &process->state,
                              &process->parent) == 2;
}

static bool has_ended(const struct process *process) {
  return process->state == 'Z' || process->state == 'X';
}

/** Chooses that thread.  If all have ended, it is the main thread. */
static bool choose_thread(struct process *process) {
  char path[64];
  process->thread = process->pid;
  if (!read_state(process))
    return false;
  snprintf(path, sizeof(path), "/proc/%d/task", (int)process->pid);
  DIR *directory = has_ended(process) ? opendir(path) : NULL;
  if (!directory)
    return true;
  for (struct dirent *entry; (entry = readdir(directory));) {
    process->thread = (pid_t)strtol(entry->d_name, NULL, 10);
    if (process->thread > 0 && read_state(process) && !has_ended(process))
      break;
    process->thread = process->pid;
  }
  closedir(directory);
  return process->thread != process->pid || read_state(process);
}

static bool read_status(struct process *process) {
  char status[8192];
  if (!choose_thread(process) ||
      !read_file(process->pid, "status", status, sizeof(status)))
    return false;
  const char *uids = status_field(status, "Uid");
  const char *caught = status_field(status, "SigCgt");
  const char *pids = status_field(status, "NSpid");
  const char *seccomp = status_field(status, "Seccomp");
  if (!uids || !caught)
    return false;
  unsigned ruid, euid;
  if (sscanf(uids, "%u %u", &ruid, &euid) != 2)
    return false;
  process->uid = euid;
  process->caught = strtoull(caught, NULL, 16);
  process->filtered = seccomp && last_number(seccomp) != 0;
  process->inner_pid = pids ? last_number(pids) : process->pid;
  const char *name = status_field(status, "Name");
  if (name)
    sscanf(name, " %63[^\n]", process->name);
  return true;
}

static bool catches(const struct process *process, uint32_t signal) {
  return signal >= 1 && signal <= 64 &&
         (process->caught >> (signal - 1) & 1) != 0;
}

/** Looks for the note in the libraries: an executable without code of its own
    can still hold the runtime. */
static bool note_in_libraries(struct process *process) {
  char path[FILE_PATH];
  FILE *maps = fopen(file_of(process, "maps", path), "re");
  if (!maps)
    return false;
  char line[PATH_MAX + 128];
  bool found = false;
  while (!found && fgets(line, sizeof(line), maps)) {
    unsigned long begin, end;
    char executable;
    int file = 0;
    if (sscanf(line, "%lx-%lx %*c%*c%c%*c %*s %*s %*s %n", &begin, &end,
               &executable, &file) != 3 ||
        executable != 'x' || !file || line[file] != '/')
      continue;
    line[strcspn(line, "\n")] = 0;
    char name[PATH_MAX + FILE_PATH + 128];
    snprintf(name, sizeof(name), "/proc/%d/map_files/%lx-%lx",
             (int)process->pid, begin, end);
    int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
      snprintf(name, sizeof(name), "%s%s", file_of(process, "root", path),
               line + file);
      fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    }
    if (fd < 0)
      continue;
    found = elf_note_read(fd, &process->note);
    close(fd);
  }
  fclose(maps);
  return found;
}

/* A line of /proc/PID/maps for code that is a patch: a memory file of the name
   that the patch had when it was sent.  Its name, or null. */
static char *patch_of_line(char *line) {
  static const char mark[] = "/memfd:", ending[] = ".so", gone[] = " (deleted)";
  char executable;
  int file = 0;
  if (sscanf(line, "%*s %*c%*c%c%*c %*s %*s %*s %n", &executable, &file) != 1 ||
      executable != 'x' || !file ||
      strncmp(line + file, mark, strlen(mark)) != 0)
    return NULL;
  char *name = line + file + strlen(mark);
  name[strcspn(name, "\n")] = 0;
  size_t length = strlen(name);
  if (length > strlen(gone) && strcmp(name + length - strlen(gone), gone) == 0)
    name[length -= strlen(gone)] = 0;
  return length > strlen(ending) &&
                 strcmp(name + length - strlen(ending), ending) == 0
             ? name
             : NULL;
}

json_t *process_patches(const struct process *process) {
  char path[FILE_PATH], line[PATH_MAX + 128];
  json_t *names = json_array();
  FILE *maps = fopen(file_of(process, "maps", path), "re");
  while (maps && fgets(line, sizeof(line), maps)) {
    char *name = patch_of_line(line);
    if (name)
      json_array_append_new(names, json_string(name));
  }
  if (maps)
    fclose(maps);
  return names;
}

/** Reads the executable's note.  0, or the errno for which it is unreadable,
    or ENODATA if there is none. */
static int read_note(struct process *process) {
  char path[FILE_PATH];
  file_of(process, "exe", path);
  ssize_t length = readlink(path, process->exe, sizeof(process->exe) - 1);
  process->exe[length > 0 ? length : 0] = 0;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    return errno;
  bool found = elf_note_read(fd, &process->note);
  close(fd);
  if (!found && catches(process, (uint32_t)SIGRTMAX - DSU_SIGNAL_FROM_MAX))
    found = note_in_libraries(process);
  return found ? 0 : ENODATA;
}

static json_t *refuse_unreadable(const struct process *process, int error) {
  pid_t pid = process->pid;
  if (error == ENODATA)
    return reply_refusal(pid, DSU_E_NOT_UPDATABLE, build_it,
                         "%s has no DSU note in it",
                         process->exe[0] ? process->exe : process->name);
  if (error == ENOENT)
    return reply_refusal(pid, DSU_E_NOT_UPDATABLE, build_it,
                         "%s is a task of the kernel", process->name);
  if (process->uid != geteuid())
    return reply_refusal(pid, DSU_E_PERMISSION,
                         "run dsuctl as that user, or as root",
                         "%s belongs to user %u, you are user %u",
                         process->name, process->uid, geteuid());
  return reply_refusal(
      pid, DSU_E_PERMISSION,
      geteuid() ? "run dsuctl as root"
                : "run dsuctl where root may trace processes (CAP_SYS_PTRACE), "
                  "outside of this container or sandbox",
      "%s cannot be inspected (%s)%s", process->name, strerror(error),
      geteuid() ? ": it is not dumpable or has changed its user" : "");
}

/* Handlers are in place as soon as the runtime's constructor has run; before
   that, also after an exec, the signal would end the process. */
static bool wait_until_ready(struct process *process) {
  const struct timespec pause = {.tv_nsec = START_MS * 1000000 / START_LOOKS};
  for (int look = 0; look < START_LOOKS; look++) {
    if (!read_status(process))
      return false;
    if (catches(process, process->note.signal))
      return true;
    nanosleep(&pause, NULL);
  }
  return false;
}

/** A child of vfork, or of posix_spawn, that has not started another program
    yet: the runtime's signal may end it, and none of its threads would be the
    program's. */
static bool shares_memory(const struct process *process) {
  return process->parent > 0 && syscall(SYS_kcmp, process->thread,
                                        process->parent, KCMP_VM, 0, 0) == 0;
}

static json_t *examine(struct process *process) {
  pid_t pid = process->pid;
  if (!read_status(process) || has_ended(process))
    return reply_refusal(pid, DSU_E_NO_PROCESS,
                         "dsuctl list shows what there is",
                         "process %d has ended", (int)pid);
  if (shares_memory(process))
    return reply_refusal(pid, DSU_E_NO_ANSWER, "give the number of that one",
                         "it shares the memory of process %d (vfork)",
                         (int)process->parent);
  int error = read_note(process);
  if (error)
    return refuse_unreadable(process, error);
  if (geteuid() != 0 && process->uid != geteuid())
    return refuse_unreadable(process, EPERM);
  if (process->note.abi != DSU_ABI_VERSION)
    return reply_refusal(pid, DSU_E_NOT_UPDATABLE,
                         "use the dsuctl of the release that built it",
                         "%s was built for ABI version %u, this dsuctl speaks "
                         "version %d",
                         process->exe, process->note.abi, DSU_ABI_VERSION);
  if (!wait_until_ready(process))
    return reply_refusal(pid, DSU_E_NOT_UPDATABLE,
                         "try again when it has started; a program must not "
                         "take the runtime's signal for itself",
                         "%s does not catch signal %u, by which the runtime is "
                         "called",
                         process->exe, process->note.signal);
  return NULL;
}

json_t *process_open(pid_t pid, struct process *process) {
  *process = (struct process){.pid = pid, .pidfd = -1};
  if (pid > 0)
    process->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
  if (process->pidfd < 0 && (pid <= 0 || errno == ESRCH))
    return reply_refusal(pid, DSU_E_NO_PROCESS,
                         "dsuctl list shows what there is",
                         "no process has number %d", (int)pid);
  if (process->pidfd < 0 && (errno == EINVAL || errno == ENOENT))
    return reply_refusal(pid, DSU_E_NO_PROCESS,
                         "give the number of the process, not of a thread",
                         "%d is a thread", (int)pid);
  if (process->pidfd < 0)
    return reply_refusal(pid, DSU_E_INTERNAL, "Linux 5.3 or newer is needed",
                         "pidfd_open: %s", strerror(errno));
  json_t *refusal = examine(process);
  if (refusal)
    process_close(process);
  return refusal;
}

void process_close(struct process *process) {
  if (process->pidfd >= 0)
    close(process->pidfd);
  process->pidfd = -1;
}

bool process_ended(const struct process *process) {
  struct pollfd poll_end = {process->pidfd, POLLIN, 0};
  return poll(&poll_end, 1, 0) > 0;
}

void process_each(bool (*each)(pid_t pid, void *context), void *context) {
  DIR *directory = opendir("/proc");
  if (!directory)
    return;
  for (struct dirent *entry; (entry = readdir(directory));)
    if (isdigit((unsigned char)entry->d_name[0]) &&
        !each((pid_t)strtol(entry->d_name, NULL, 10), context))
      break;
  closedir(directory);
}

/** Whether a thread runs and does not block a signal. */
static bool thread_takes(pid_t pid, const char *tid, uint32_t signal) {
  char file[64], status[8192];
  snprintf(file, sizeof(file), "task/%.20s/status", tid);
  if (!read_file(pid, file, status, sizeof(status)))
    return false;
  const char *state = status_field(status, "State");
  const char *blocked = status_field(status, "SigBlk");
  char letter;
  return state && blocked && sscanf(state, " %c", &letter) == 1 &&
         letter != 'Z' && letter != 'X' &&
         !(strtoull(blocked, NULL, 16) >> (signal - 1) & 1);
}

pid_t process_reachable_thread(const struct process *process) {
  char path[64];
  snprintf(path, sizeof(path), "/proc/%d/task", (int)process->pid);
  DIR *directory = opendir(path);
  if (!directory)
    return 0;
  pid_t found = 0;
  for (struct dirent *entry; !found && (entry = readdir(directory));)
    if (isdigit((unsigned char)entry->d_name[0]) &&
        thread_takes(process->pid, entry->d_name, process->note.signal))
      found = (pid_t)strtol(entry->d_name, NULL, 10);
  closedir(directory);
  return found;
}

bool process_is_served(const struct process *process) {
  char path[64], file[64], name[64];
  snprintf(path, sizeof(path), "/proc/%d/task", (int)process->pid);
  DIR *directory = opendir(path);
  if (!directory)
    return false;
  bool found = false;
  for (struct dirent *entry; !found && (entry = readdir(directory));) {
    snprintf(file, sizeof(file), "task/%.20s/comm", entry->d_name);
    found = isdigit((unsigned char)entry->d_name[0]) &&
            read_file(process->pid, file, name, sizeof(name)) &&
            strcmp(name, "dsu-agent\n") == 0;
  }
  closedir(directory);
  return found;
}

pid_t process_parent(pid_t pid) {
  struct process process = {.pid = pid, .pidfd = -1};
  return read_status(&process) ? process.parent : 0;
}

void process_settle(pid_t pid) {
  char stat[1024];
  unsigned long long start; /* in ticks since the system's */
  const char *rest =
      read_file(pid, "stat", stat, sizeof(stat)) ? strrchr(stat, ')') : NULL;
  if (!rest || sscanf(rest + 1,
                      " %*c %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d "
                      "%*d %*d %*d %*d %*d %*d %llu",
                      &start) != 1)
    return;
  struct timespec now;
  clock_gettime(CLOCK_BOOTTIME, &now);
  long long age = (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000 -
                  (long long)(start * 1000 / (unsigned)sysconf(_SC_CLK_TCK));
  if (age < 0 || age >= SETTLED_MS)
    return;
  struct timespec left = {.tv_nsec = (SETTLED_MS - age) * 1000000};
  nanosleep(&left, NULL);
}
