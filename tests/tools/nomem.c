/*
 * nomem.c - for LD_PRELOAD on glibc: the NOMEM_AT-th allocation fails, with
 * NOMEM_ON=1 all later ones too.  With NOMEM_COUNT=FILE it writes how many
 * there were.  open(2) for reading fails likewise by NOFILE_AT.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t align, size_t size);

static atomic_long allocations, opens;
static long memory_at, file_at;
static int on;

__attribute__((constructor)) static void
begin(void)
{
	const char *at = getenv("NOMEM_AT"), *file = getenv("NOFILE_AT");

	on = getenv("NOMEM_ON") != NULL;
	file_at = file ? atol(file) : 0;
	allocations = 0;
	memory_at = at ? atol(at) : 0;
}

__attribute__((destructor)) static void
end(void)
{
	const char *path = getenv("NOMEM_COUNT");
	FILE *f;
	long n = allocations;

	memory_at = 0;
	f = path ? fopen(path, "w") : NULL;
	if (f) {
		fprintf(f, "%ld\n", n);
		fclose(f);
	}
}

static int
fails(void)
{
	long n = atomic_fetch_add(&allocations, 1) + 1;

	if (!memory_at || (on ? n < memory_at : n != memory_at))
		return 0;
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *old, size_t size)
{
	return fails() ? NULL : __libc_realloc(old, size);
}

int
posix_memalign(void **p, size_t align, size_t size)
{
	*p = fails() ? NULL : __libc_memalign(align, size);
	return *p ? 0 : ENOMEM;
}

int
open(const char *path, int flags, ...)
{
	va_list args;
	int mode;

	va_start(args, flags);
	mode = va_arg(args, int);
	va_end(args);
	if (!(flags & (O_WRONLY | O_RDWR)) && ++opens == file_at) {
		errno = EMFILE;
		return -1;
	}
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int
open64(const char *path, int flags, ...)
	__attribute__((alias("open")));
