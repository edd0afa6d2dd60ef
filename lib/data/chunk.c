/*
 * chunk.c - chunks and string tables in memory.
 */
#include <dltools/chunk.h>

#include <string.h>

#include <dltools/mem.h>

const char *
column_type_name(enum column_type type)
{
	switch (type) {
	case COLUMN_NUM:
		return "num";
	case COLUMN_ENUM:
		return "enum";
	case COLUMN_TEXT:
		return "text";
	case COLUMN_TIME:
		return "time";
	}
	return "unknown";
}

/* ---- string tables --------------------------------------------------- */

void
string_table_release(struct string_table *t)
{
	if (!t)
		return;
	mem_free(t->bytes);
	mem_free(t->at);
	*t = (struct string_table){0};
}

int
string_table_add(struct string_table *t, const void *bytes, size_t len,
		 struct err *e)
{
	size_t used = t->n ? (size_t)t->at[t->n] : 0, need, entries;

	if (mem_add(used, len, &need) < 0 || mem_add(t->n, 2, &entries) < 0)
		return err_nomem(e, "strings");
	if (mem_grow(&t->bytes, &t->bytes_room, need ? need : 1, 1, e) < 0 ||
	    mem_grow(&t->at, &t->at_room, entries, sizeof *t->at, e) < 0)
		return -1;
	if (len)
		memcpy(t->bytes + used, bytes, len);
	t->at[0] = 0;
	t->at[++t->n] = need;
	return 0;
}

/* <0, 0, >0 as string i stands to the given one, in byte order. */
static int
compare_at(const struct string_table *t, size_t i, const void *bytes,
	   size_t len)
{
	size_t own = (size_t)(t->at[i + 1] - t->at[i]);
	size_t least = own < len ? own : len;
	int order = least ? memcmp(t->bytes + t->at[i], bytes, least) : 0;

	return order ? order : (own > len) - (own < len);
}

int
string_table_copy(struct string_table *to, const struct string_table *from,
		  struct err *e)
{
	size_t i;

	for (i = 0; i < from->n; i++)
		if (string_table_add(to, from->bytes + from->at[i],
				     (size_t)(from->at[i + 1] - from->at[i]),
				     e) < 0)
			return -1;
	return 0;
}

/*
 * Level tables are nearly always sorted: halve first, and walk only when that
 * did not find it.
 */
int64_t
string_table_find(const struct string_table *t, const void *bytes, size_t len)
{
	size_t low = 0, high = t->n, i;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare_at(t, middle, bytes, len);

		if (order == 0)
			return (int64_t)middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (i = 0; i < t->n; i++)
		if (t->at[i + 1] - t->at[i] == len &&
		    compare_at(t, i, bytes, len) == 0)
			return (int64_t)i;
	return -1;
}

/* ---- chunks ---------------------------------------------------------- */

/* Brings one array to `need` elements if it exists or is wanted. */
static int
grow_array(void *array, size_t had, size_t need, size_t size, struct err *e)
{
	return mem_grow(array, &had, need, size, e);
}

static int
grow_missing(struct chunk *c, size_t had, size_t need, struct err *e)
{
	size_t old = (had + 63) / 64, words = (need + 63) / 64, room = old;

	if (mem_grow(&c->missing, &room, words, sizeof *c->missing, e) < 0)
		return -1;
	memset(c->missing + old, 0, (words - old) * sizeof *c->missing);
	return 0;
}

/* Every array that exists gets room for n values; room never shrinks. */
static int
grow_all(struct chunk *c, size_t n, struct err *e)
{
	size_t had = c->room;

	if (n <= had)
		return 0;
	if ((c->i64 && grow_array(&c->i64, had, n, sizeof *c->i64, e) < 0) ||
	    (c->f64 && grow_array(&c->f64, had, n, sizeof *c->f64, e) < 0) ||
	    (c->code && grow_array(&c->code, had, n, sizeof *c->code, e) < 0) ||
	    (c->missing && grow_missing(c, had, n, e) < 0))
		return -1;
	c->room = n;
	return 0;
}

int
chunk_reserve(struct chunk *c, enum chunk_form form, size_t n, struct err *e)
{
	if (n == 0)
		n = 1;
	if (grow_all(c, n, e) < 0)
		return -1;
	if (form == CHUNK_INT && !c->i64 &&
	    grow_array(&c->i64, 0, c->room, sizeof *c->i64, e) < 0)
		return -1;
	if (form == CHUNK_REAL && !c->f64 &&
	    grow_array(&c->f64, 0, c->room, sizeof *c->f64, e) < 0)
		return -1;
	if ((form == CHUNK_CODE || form == CHUNK_TEXT) && !c->code &&
	    grow_array(&c->code, 0, c->room, sizeof *c->code, e) < 0)
		return -1;
	c->form = form;
	return 0;
}

int
chunk_reserve_missing(struct chunk *c, struct err *e)
{
	return c->missing ? 0 : grow_missing(c, 0, c->room ? c->room : 1, e);
}

void
chunk_release(struct chunk *c)
{
	if (!c)
		return;
	mem_free(c->i64);
	mem_free(c->f64);
	mem_free(c->code);
	mem_free(c->missing);
	string_table_release(&c->dict);
	*c = (struct chunk){0};
}
