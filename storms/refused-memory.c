/*
 * Refuses the addon memory: the REFUSE-th request of at least REFUSE_FROM bytes that comes from its code fails, alone. Says
 * so on descriptor 3. Preloaded into a process; built by refused-memory.js.
 */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static atomic_long requests;
static long refuse_at;
static size_t refuse_from;
static _Atomic uintptr_t addon_begin, addon_end;

__attribute__((constructor)) static void read_settings(void) {
  const char *at = getenv("REFUSE"), *from = getenv("REFUSE_FROM");
  refuse_at = at ? atol(at) : 0;
  refuse_from = from ? (size_t)atol(from) : SIZE_MAX;
}

/* Keeps where the addon's code lies. */
static int find_addon(struct dl_phdr_info *info, size_t size, void *data) {
  (void)size, (void)data;
  const char *name = strrchr(info->dlpi_name, '/');
  if (!name || strncmp(name, "/sluice.", 8) != 0) return 0;
  for (int n = 0; n < info->dlpi_phnum; n++) {
    const ElfW(Phdr) *part = &info->dlpi_phdr[n];
    if (part->p_type != PT_LOAD || !(part->p_flags & PF_X)) continue;
    addon_end = info->dlpi_addr + part->p_vaddr + part->p_memsz;
    addon_begin = info->dlpi_addr + part->p_vaddr;
  }
  return 1;
}

/* Whether this request, which `caller` makes, is the one. */
static int is_refused(size_t size, void *caller) {
  if (size < refuse_from || refuse_at == 0) return 0;
  if (addon_begin == 0) dl_iterate_phdr(find_addon, NULL);
  uintptr_t from = (uintptr_t)caller;
  if (addon_begin == 0 || from < addon_begin || from >= addon_end) return 0;
  if (atomic_fetch_add(&requests, 1) + 1 != refuse_at) return 0;
  char text[64];
  int length = snprintf(text, sizeof text, "%zu bytes", size);
  if (write(3, text, length) < 0) abort();
  errno = ENOMEM;
  return 1;
}

void *malloc(size_t size) {
  return is_refused(size, __builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  return is_refused(count * size, __builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
  return is_refused(size, __builtin_return_address(0)) ? NULL : __libc_realloc(memory, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  if (is_refused(size, __builtin_return_address(0))) return ENOMEM;
  *memory = __libc_memalign(alignment, size);
  return *memory ? 0 : ENOMEM;
}
