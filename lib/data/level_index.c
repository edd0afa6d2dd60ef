/* level_index.c - finding a level by its bytes; see level_index.h. */
#include "data/level_index.h"

#include <string.h>
#include <xxhash.h>

#include <dltools/mem.h>

static size_t
level_length(const struct string_table *t, size_t i)
{
	return (size_t)(t->at[i + 1] - t->at[i]);
}

int
level_index_init(struct level_index *x, const struct string_table *t,
		 struct err *e)
{
	size_t room = 16, i, at;

	memset(x, 0, sizeof(*x));
	while (room < 2 * t->n)
		room *= 2;
	x->slot = mem_zalloc(room, sizeof(*x->slot), e);
	if (!x->slot)
		return -1;
	x->t = t;
	x->mask = room - 1;
	for (i = 0; i < t->n; i++) {
		at = XXH3_64bits(t->bytes + t->at[i], level_length(t, i));
		for (at &= x->mask; x->slot[at]; at = (at + 1) & x->mask)
			;
		x->slot[at] = (uint32_t)(i + 1);
	}
	return 0;
}

void
level_index_release(struct level_index *x)
{
	mem_free(x->slot);
	memset(x, 0, sizeof(*x));
}

size_t
level_index_find(const struct level_index *x, const void *bytes, size_t len)
{
	const struct string_table *t = x->t;
	size_t at, i;

	for (at = XXH3_64bits(bytes, len) & x->mask; x->slot[at];
	     at = (at + 1) & x->mask) {
		i = x->slot[at] - 1;
		if (level_length(t, i) == len &&
		    !memcmp(t->bytes + t->at[i], bytes, len))
			return i;
	}
	return t->n;
}
