/*
 * cells_int.h - the cells of a column before its type is known.
 *
 * As long as every cell is missing or a number that (value, shape) describes
 * (cell_int.h), the values stand in an array as narrow as they allow, the
 * shapes in another that exists only if one is not 0.  With the first other
 * cell all become text, end to end.  Both forms give back the exact text.
 */
#ifndef DATA_CELLS_INT_H
#define DATA_CELLS_INT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dltools/chunk.h>
#include <dltools/err.h>

#include "cell_int.h"

/* Zeroed means empty. */
struct cells {
	size_t n;
	bool is_text;
	unsigned width;    /* bytes per value: 1 (0..255), 2, 4, 8; 0: none */
	void *value;       /* u8[], i16[], i32[] or i64[] */
	uint32_t *shape;   /* NULL: all 0 */
	uint64_t *missing; /* bit i of missing[i / 64]; none behind its room */
	char *bytes;       /* text i ends at end[i] */
	uint32_t *end;
	size_t value_room; /* bytes */
	size_t shape_room, missing_room, bytes_room, end_room;
};

void cells_release(struct cells *c);
/* Empties it, memory kept. */
void cells_reset(struct cells *c);
size_t cells_bytes(const struct cells *c);

/* One cell behind the others. */
int cells_put_number(struct cells *c, int64_t value, uint32_t shape,
		     struct err *e) MUST_USE;
int cells_put_text(struct cells *c, const char *t, size_t len,
		   struct err *e) MUST_USE;
int cells_put_missing(struct cells *c, struct err *e) MUST_USE;

/*
 * The array of an int32 column that holds n cells and will hold `most`, for
 * code that stores there itself and then sets c->n.
 */
int32_t *cells_int32(struct cells *c, size_t most, struct err *e) MUST_USE;

/* Cells first .. first + n - 1 of `from` behind those of c. */
int cells_append(struct cells *c, const struct cells *from, size_t first,
		 size_t n, struct err *e) MUST_USE;

int64_t cells_value(const struct cells *c, size_t i);
static inline uint32_t
cells_shape(const struct cells *c, size_t i)
{
	return c->shape ? c->shape[i] : 0;
}
static inline bool
cells_missing(const struct cells *c, size_t i)
{
	return i / 64 < c->missing_room &&
	       (c->missing[i / 64] >> (i % 64) & 1);
}
/* The text of cell i, not missing; scratch is used where needed. */
const char *cells_text(const struct cells *c, size_t i,
		       char scratch[CELL_TEXT_ROOM], size_t *len);

/* Into chunks: numbers of shape 0; text with a dictionary. */
int cells_to_int(struct chunk *to, const struct cells *c,
		 struct err *e) MUST_USE;
int cells_to_dictionary(struct chunk *to, const struct cells *c,
			struct err *e) MUST_USE;
int cells_copy_missing(struct chunk *to, const struct cells *c,
		       struct err *e) MUST_USE;

/*
 * Cells as encoded chunks (chunk.h) and back: value, and shape (NULL if all
 * are 0) of numbers; text.  Unpacking appends.
 */
struct cells_packed {
	struct encoded_chunk *value, *shape;
	bool is_text;
	size_t n;
};

int cells_pack(const struct cells *c, struct cells_packed *p,
	       struct chunk *scratch, struct err *e) MUST_USE;
void cells_packed_release(struct cells_packed *p);
int cells_unpack(struct cells *c, const struct chunk *value,
		 const struct chunk *shape, struct err *e) MUST_USE;

#endif
