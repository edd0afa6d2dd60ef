/*
 * cell_int.h - what the text of one cell is.
 *
 * A number is kept as (value, shape) so that both its double and its exact text
 * can be had later: a canonical integer has shape 0 and its value; any other
 * number of up to 19 digits has the digits as an unsigned value and all else
 * that was written in its shape.
 */
#ifndef DATA_CELL_INT_H
#define DATA_CELL_INT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <dltools/csv.h>

enum cell_kind {
	CELL_NUMBER = 1, /* value and shape say it all */
	CELL_LONG,       /* a number, but only its text says it all */
	CELL_TEXT,       /* no number */
	CELL_BIG,        /* an integer beyond 64 bits */
	CELL_RANGE,      /* a number beyond a double */
};

/* What a number's text is like, by bits. */
enum cell_trait {
	CELL_PADDED = 1,     /* digits only, with a leading zero */
	CELL_NOT_DIGITS = 2, /* a sign, a point, an exponent */
	CELL_REAL = 4,       /* not written as an integer, or minus zero */
	CELL_INEXACT = 8,    /* an integer that no double holds */
};

struct cell {
	int64_t value;
	uint32_t shape;
	uint32_t traits;
};

/*
 * Blanks around a number are allowed.  A CELL_LONG that is an integer (without
 * the trait CELL_REAL) has its value and sign in *c too.
 */
enum cell_kind cell_parse(const char *t, size_t n, struct cell *c);

/* The double of a number. */
double cell_double(int64_t value, uint32_t shape);
/* Is it an integer that fits (minus zero does not)? */
bool cell_integer(int64_t value, uint32_t shape, int64_t *out);

/* The text of a number as it was; returns its length. */
#define CELL_TEXT_ROOM 128
size_t cell_print(char out[CELL_TEXT_ROOM], int64_t value, uint32_t shape);

/* Text of any number, CELL_LONG too; -1 if it is none or out of range. */
int cell_text_double(const char *t, size_t n, double *out);

/*
 * Milliseconds since 1970 from text: format NULL is ISO 8601 (a date, or date
 * and time with T or blank, fraction, Z or +hh:mm); else %Y %m %d %H %M %S %f
 * (fraction) %b %y %I %p %j %z %s %%.  -1 if it does not fit, or lies outside
 * the years 0000 to 9999.
 */
int cell_time(const char *t, size_t n, const char *format, int64_t *out);

/* Is it made of what cell_time() knows, and is anything read by it? */
bool cell_is_time_format(const char *format);

/* NA tokens, with a quick test for cells that are none. */
struct na_set {
	const struct csv_dialect *dialect; /* may be NULL */
	char **more; /* tokens of the column */
	size_t more_n;
	bool begins[256];
	bool digits; /* some token begins with a digit */
};

void na_set_init(struct na_set *na, const struct csv_dialect *d, char **more,
		 size_t more_n);
bool na_set_has_slow(const struct na_set *na, const char *t, size_t n);

static inline bool
na_set_has(const struct na_set *na, const char *t, size_t n)
{
	return !n || (na->begins[(unsigned char)*t] &&
		      na_set_has_slow(na, t, n));
}

#endif
