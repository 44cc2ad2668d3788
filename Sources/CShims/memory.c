#include "shims.h"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

// From the linker: where the program begins in memory, and where its code ends.
extern const char __executable_start[];
extern const char etext[];

void dockward_give_back_memory(void) {
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  uintptr_t start = ((uintptr_t)__executable_start + page - 1) & ~(page - 1);
  uintptr_t end = (uintptr_t)etext & ~(page - 1);
  // Nothing writes to code: what is needed again comes from the file.
  if (end > start) madvise((void *)start, end - start, MADV_DONTNEED);
  malloc_trim(0);
}
