/* mem.c - checked allocation; see mem.h. */
#define _DEFAULT_SOURCE /* madvise */
#include <dltools/mem.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define HUGE_PAGE ((size_t)2 << 20)

int
mem_mul(size_t a, size_t b, size_t *out)
{
	if (b != 0 && a > SIZE_MAX / b)
		return -1;
	*out = a * b;
	return 0;
}

int
mem_add(size_t a, size_t b, size_t *out)
{
	if (a > SIZE_MAX - b)
		return -1;
	*out = a + b;
	return 0;
}

static int
too_large(size_t n, size_t size, struct err *e)
{
	return err_set(e, ERR_OUTPUT,
		       "out of memory: %zu elements of %zu bytes", n, size);
}

void *
mem_zalloc(size_t n, size_t size, struct err *e)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (!p)
		too_large(n, size, e);
	return p;
}

/* *bytes: how many there are, n * size rounded up. */
static void *
alloc_aligned(size_t n, size_t size, size_t *bytes, struct err *e)
{
	size_t align = MEM_ALIGN;
	void *p = NULL;

	if (mem_mul(n, size, bytes) < 0 ||
	    mem_add(*bytes, HUGE_PAGE, &(size_t){0}) < 0) {
		too_large(n, size, e);
		return NULL;
	}
	if (*bytes >= HUGE_PAGE)
		align = HUGE_PAGE;
	*bytes = (*bytes + MEM_ALIGN) / MEM_ALIGN * MEM_ALIGN;
	if (posix_memalign(&p, align, *bytes) != 0) {
		too_large(n, size, e);
		return NULL;
	}
#ifdef MADV_HUGEPAGE
	if (align == HUGE_PAGE)
		(void)madvise(p, *bytes / HUGE_PAGE * HUGE_PAGE,
			      MADV_HUGEPAGE);
#endif
	return p;
}

void *
mem_alloc_aligned(size_t n, size_t size, struct err *e)
{
	return alloc_aligned(n, size, &(size_t){0}, e);
}

void *
mem_zalloc_aligned(size_t n, size_t size, struct err *e)
{
	size_t bytes;
	void *p = alloc_aligned(n, size, &bytes, e);

	if (p)
		memset(p, 0, bytes);
	return p;
}

float *
mem_floats(size_t rows, size_t columns, struct err *e)
{
	size_t n;

	if (mem_mul(rows, columns, &n) < 0)
		n = SIZE_MAX; /* which is said to be too large */
	return mem_zalloc_aligned(n, sizeof(float), e);
}

int
mem_grow(void *array, size_t *room, size_t need, size_t size, struct err *e)
{
	size_t n = *room, bytes;
	void *old, *p;

	if (need <= n)
		return 0;
	n = n > SIZE_MAX / 2 ? need : n + n / 2 + 8;
	if (n < need)
		n = need;
	if (mem_mul(n, size, &bytes) < 0)
		return too_large(n, size, e);
	memcpy(&old, array, sizeof(old));
	p = realloc(old, bytes ? bytes : 1);
	if (!p)
		return too_large(n, size, e);
	memcpy(array, &p, sizeof(p));
	*room = n;
	return 0;
}

char *
mem_memdup(const void *bytes, size_t len, struct err *e)
{
	char *p = len == SIZE_MAX ? NULL : malloc(len + 1);

	if (!p) {
		too_large(len, 1, e);
		return NULL;
	}
	if (len)
		memcpy(p, bytes, len);
	p[len] = '\0';
	return p;
}

char *
mem_strdup(const char *s, struct err *e)
{
	return mem_memdup(s, strlen(s), e);
}

void
mem_free(void *p)
{
	free(p);
}
