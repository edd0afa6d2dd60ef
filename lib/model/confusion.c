/*
 * confusion.c - counting pairs of classes; see confusion.h.
 *
 * Names and pairs are found by open addressing: a slot holds the place in
 * name[] or cell[] plus one.  Both tables double when half full.
 */
#include "model/confusion_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include <dltools/mem.h>

/* ---- finding -------------------------------------------------------- */

static uint64_t
pair_hash(size_t actual, size_t predicted)
{
	const uint64_t pair[2] = {actual, predicted};

	return XXH3_64bits(pair, sizeof(pair));
}

static uint64_t
hash_of(const struct confusion *c, bool is_pair, size_t place)
{
	if (is_pair)
		return pair_hash(c->cell[place].actual,
				 c->cell[place].predicted);
	return XXH3_64bits(c->name[place], strlen(c->name[place]));
}

/* Makes room for one more entry. */
static int
grow(struct confusion *c, bool is_pair, struct err *e)
{
	struct confusion_index *index = is_pair ? &c->pairs : &c->names;
	size_t n = is_pair ? c->cells : c->classes;
	size_t size, *slot, i, at;

	if (2 * (n + 1) <= index->size)
		return 0;
	size = index->size ? 2 * index->size : 64;
	slot = mem_zalloc(size, sizeof(*slot), e);
	if (!slot)
		return -1;
	for (i = 0; i < n; i++) {
		at = hash_of(c, is_pair, i) & (size - 1);
		while (slot[at])
			at = (at + 1) & (size - 1);
		slot[at] = i + 1;
	}
	mem_free(index->slot);
	index->slot = slot;
	index->size = size;
	return 0;
}

int
confusion_find(struct confusion *c, const char *name, size_t len,
	       size_t *class, struct err *e)
{
	size_t at, mask;
	const char *known;

	if (grow(c, false, e) < 0)
		return -1;
	mask = c->names.size - 1;
	for (at = XXH3_64bits(name, len) & mask; c->names.slot[at];
	     at = (at + 1) & mask) {
		*class = c->names.slot[at] - 1;
		known = c->name[*class];
		if (strlen(known) == len && !memcmp(known, name, len))
			return 0;
	}
	if (mem_grow(&c->name, &c->name_room, c->classes + 1,
		     sizeof(*c->name), e) < 0)
		return -1;
	c->name[c->classes] = mem_memdup(name, len, e);
	if (!c->name[c->classes])
		return -1;
	*class = c->classes++;
	c->names.slot[at] = c->classes;
	return 0;
}

static int
find_cell(struct confusion *c, size_t actual, size_t predicted,
	  struct confusion_cell **cell, struct err *e)
{
	size_t at, mask;

	if (grow(c, true, e) < 0)
		return -1;
	mask = c->pairs.size - 1;
	for (at = pair_hash(actual, predicted) & mask; c->pairs.slot[at];
	     at = (at + 1) & mask) {
		*cell = &c->cell[c->pairs.slot[at] - 1];
		if ((*cell)->actual == actual &&
		    (*cell)->predicted == predicted)
			return 0;
	}
	if (mem_grow(&c->cell, &c->cell_room, c->cells + 1, sizeof(*c->cell),
		     e) < 0)
		return -1;
	*cell = &c->cell[c->cells++];
	**cell = (struct confusion_cell){actual, predicted, 0};
	c->pairs.slot[at] = c->cells;
	return 0;
}

int
confusion_add_classes(struct confusion *c, size_t actual, size_t predicted,
		      double weight, struct err *e)
{
	struct confusion_cell *cell;

	if (find_cell(c, actual, predicted, &cell, e) < 0)
		return -1;
	cell->weight += weight;
	c->is_fractional |= weight != rint(weight);
	c->rows++;
	return 0;
}

/* ---- order ---------------------------------------------------------- */

/* 0, 7, -12, but not 007, +7 or -0; short enough for a long long. */
static bool
is_canonical_integer(const char *s)
{
	size_t digits;

	s += *s == '-' && s[1] != '0';
	digits = strspn(s, "0123456789");
	return digits && digits < 19 && !s[digits] &&
	       (s[0] != '0' || digits == 1);
}

static int
by_number(const void *a, const void *b)
{
	long long x = strtoll(*(char *const *)a, NULL, 10);
	long long y = strtoll(*(char *const *)b, NULL, 10);

	return (x > y) - (x < y);
}

static int
by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
by_place(const void *a, const void *b)
{
	const struct confusion_cell *x = a, *y = b;

	if (x->actual != y->actual)
		return x->actual < y->actual ? -1 : 1;
	return (x->predicted > y->predicted) - (x->predicted < y->predicted);
}

/* The new place of every class, by sorting a copy of the names' pointers. */
static int
sort_names(struct confusion *c, size_t *place, struct err *e)
{
	char **old = mem_zalloc(c->classes, sizeof(*old), e);
	size_t i, at;
	bool numbers = true;

	if (!old)
		return -1;
	memcpy(old, c->name, c->classes * sizeof(*old));
	for (i = 0; i < c->classes; i++)
		numbers &= is_canonical_integer(c->name[i]);
	qsort(c->name, c->classes, sizeof(*c->name),
	      numbers ? by_number : by_bytes);
	memset(c->names.slot, 0, c->names.size * sizeof(*c->names.slot));
	for (i = 0; i < c->classes; i++) {
		at = hash_of(c, false, i) & (c->names.size - 1);
		while (c->names.slot[at])
			at = (at + 1) & (c->names.size - 1);
		c->names.slot[at] = i + 1;
	}
	for (i = 0; i < c->classes; i++)
		place[i] = (size_t)confusion_class(c, old[i]);
	mem_free(old);
	return 0;
}

void
confusion_count_cell(struct confusion *c, size_t actual, size_t predicted,
		     double weight)
{
	struct confusion_totals *t = &c->total[actual];

	*(actual == predicted ? &t->right : &t->wrong) += weight;
	c->total[predicted].predicted += weight;
}

void
confusion_sum_up(struct confusion *c)
{
	size_t i;

	c->right = c->wrong = 0;
	for (i = 0; i < c->classes; i++) {
		c->total[i].actual = c->total[i].right + c->total[i].wrong;
		c->right += c->total[i].right;
		c->wrong += c->total[i].wrong;
	}
	c->weight = c->right + c->wrong;
}

int
confusion_finish(struct confusion *c, struct err *e)
{
	size_t *place, i;
	struct confusion_cell *k;

	if (!c->classes)
		return 0;
	place = mem_zalloc(c->classes, sizeof(*place), e);
	mem_free(c->total);
	c->total = mem_zalloc(c->classes, sizeof(*c->total), e);
	if (!place || !c->total || sort_names(c, place, e) < 0) {
		mem_free(place);
		return -1;
	}
	for (i = 0; i < c->cells; i++) {
		k = &c->cell[i];
		k->actual = place[k->actual];
		k->predicted = place[k->predicted];
	}
	mem_free(place);
	qsort(c->cell, c->cells, sizeof(*c->cell), by_place);
	for (i = 0; i < c->cells; i++)
		confusion_count_cell(c, c->cell[i].actual,
				     c->cell[i].predicted, c->cell[i].weight);
	confusion_sum_up(c);
	return 0;
}

void
confusion_release(struct confusion *c)
{
	size_t i;

	if (!c)
		return;
	for (i = 0; i < c->classes; i++)
		mem_free(c->name[i]);
	mem_free(c->name);
	mem_free(c->cell);
	mem_free(c->total);
	mem_free(c->names.slot);
	mem_free(c->pairs.slot);
	metrics_release(&c->scores);
	memset(c, 0, sizeof(*c));
}

/* ---- asking --------------------------------------------------------- */

int64_t
confusion_class(const struct confusion *c, const char *name)
{
	size_t at, mask = c->names.size - 1;

	if (!c->classes)
		return -1;
	for (at = XXH3_64bits(name, strlen(name)) & mask; c->names.slot[at];
	     at = (at + 1) & mask)
		if (!strcmp(c->name[c->names.slot[at] - 1], name))
			return (int64_t)c->names.slot[at] - 1;
	return -1;
}
