/*
 * kern.c - which table of kernels this process uses.
 */
#include "kern/kern.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct kern kern_plain;

#if defined(__x86_64__)
extern const struct kern kern_avx512bf16, kern_avx512, kern_avx2;

static const struct kern *const tables[] = {
	&kern_avx512bf16, &kern_avx512, &kern_avx2, &kern_plain, NULL,
};

static bool
has_avx512(void)
{
	return __builtin_cpu_supports("avx512f") &&
	       __builtin_cpu_supports("avx512bw") &&
	       __builtin_cpu_supports("avx512dq") &&
	       __builtin_cpu_supports("avx512vl") &&
	       __builtin_cpu_supports("fma");
}

static bool
is_usable(const struct kern *k)
{
	__builtin_cpu_init();
	if (k == &kern_avx512bf16)
		return has_avx512() && __builtin_cpu_supports("avx512bf16");
	if (k == &kern_avx512)
		return has_avx512();
	if (k == &kern_avx2)
		return __builtin_cpu_supports("avx2") &&
		       __builtin_cpu_supports("fma");
	return true;
}
#else
#if defined(__aarch64__)
extern const struct kern kern_neon;

static const struct kern *const tables[] = { &kern_neon, &kern_plain, NULL };
#else
static const struct kern *const tables[] = { &kern_plain, NULL };
#endif

static bool
is_usable(const struct kern *k)
{
	return k != NULL;
}
#endif

const struct kern *const *
kern_all(void)
{
	return tables;
}

const struct kern *
kern_find(const char *isa)
{
	for (size_t i = 0; tables[i] != NULL; i++)
		if (strcmp(tables[i]->isa, isa) == 0)
			return is_usable(tables[i]) ? tables[i] : NULL;
	return NULL;
}

int
kern_check(struct err *e)
{
	const char *forced = getenv("DLTOOLS_ISA");
	char names[64] = "";
	size_t i, used = 0;

	if (forced == NULL || *forced == '\0' || kern_find(forced) != NULL)
		return 0;
	for (i = 0; tables[i] != NULL; i++)
		if (is_usable(tables[i]) && used < sizeof(names))
			used += (size_t)snprintf(names + used,
						 sizeof(names) - used, "%s%s",
						 used > 0 ? ", " : "",
						 tables[i]->isa);
	return err_set(e, ERR_USAGE, "DLTOOLS_ISA: '%s' is not an instruction "
		       "set of this processor and build: %s", forced, names);
}

static const struct kern *
choose(void)
{
	const char *forced = getenv("DLTOOLS_ISA");
	const struct kern *k = forced != NULL ? kern_find(forced) : NULL;

	for (size_t i = 0; k == NULL; i++)
		if (is_usable(tables[i]))
			k = tables[i];
	return k;
}

/*
 * Chosen at the first call; threads that race here store the same pointer, and
 * the store is atomic.
 */
const struct kern *
kern_get(void)
{
	static const struct kern *chosen;
	const struct kern *k = __atomic_load_n(&chosen, __ATOMIC_ACQUIRE);

	if (k == NULL) {
		k = choose();
		__atomic_store_n(&chosen, k, __ATOMIC_RELEASE);
	}
	return k;
}

bool
kern_has_pairs(void)
{
#if defined(__x86_64__)
	__builtin_cpu_init();
	return kern_get() == &kern_avx512bf16 &&
	       !__builtin_cpu_is("intel");
#else
	return false;
#endif
}
