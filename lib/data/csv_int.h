/*
 * csv_int.h - finding bytes quickly, and the pieces that csv.c (cutting blocks)
 * and csv_scan.c (finding fields) share.
 */
#ifndef DATA_CSV_INT_H
#define DATA_CSV_INT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <dltools/csv.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* Bytes before and after the text that may be read, never used. */
#define CSV_MARGIN 64

/* Bit i of the result: t[i] == c, i < 64. */
static inline uint64_t
csv_mask(const char *t, char c)
{
	uint64_t m = 0;
	int i;
#if defined(__SSE2__)
	const __m128i *v = (const void *)t;
	const __m128i k = _mm_set1_epi8(c);

	for (i = 0; i < 4; i++)
		m |= (uint64_t)(uint16_t)_mm_movemask_epi8(
			_mm_cmpeq_epi8(_mm_loadu_si128(v + i), k)) << 16 * i;
#else
	for (i = 0; i < 64; i++)
		m |= (uint64_t)(t[i] == c) << i;
#endif
	return m;
}

/* The number of the lowest bit set, m != 0. */
static inline unsigned
csv_lowest(uint64_t m)
{
	return (unsigned)__builtin_ctzll(m);
}

/* Offset of the next delimiter or line end in t[i..n), n if there is none. */
static inline size_t
csv_find_end(const char *t, size_t i, size_t n, char delimiter)
{
	uint64_t m;

	for (; i < n; i += 64) {
		m = csv_mask(t + i, delimiter) | csv_mask(t + i, '\n') |
		    csv_mask(t + i, '\r');
		if (m) {
			i += csv_lowest(m);
			break;
		}
	}
	return i < n ? i : n;
}

/* The same for line ends alone. */
static inline size_t
csv_find_line_end(const char *t, size_t i, size_t n)
{
	return csv_find_end(t, i, n, '\n');
}

/*
 * A quoted field that begins at t[i]: the offset behind its closing quote, or
 * 0 if t ends before that is known (a quote as the last byte counts as known
 * when the text is whole).  *doubled: it holds escaped bytes.
 */
size_t csv_quoted_end(const struct csv_dialect *d, const char *t, size_t i,
		      size_t n, bool whole, bool *doubled);

bool csv_is_comment(const struct csv_dialect *d, const char *t, size_t i,
		    size_t n);

/* Physical lines in t[0..n), which ends at a line end or the text's end. */
int64_t csv_count_lines(const char *t, size_t n);

/* "tab", "space" or the quoted character, in text if need be. */
const char *csv_delimiter_name(char c, char text[8]);

/* Field i of the block's first record as a name: blanks around it go. */
char *csv_field_name(const struct csv_block *b, size_t i,
		     struct err *e) MUST_USE;

/*
 * Which of column[n] each field of a header is: place[fields], SIZE_MAX: none.
 * A header has the columns' names or, as a whole, those that the text of d had
 * for some of them: whichever more fields are among.  ERR_SCHEMA if as many are
 * and they mean others.
 */
int csv_match_header(const char *const *field, size_t fields,
		     const char *const *column, size_t n,
		     const struct csv_dialect *d, size_t *place,
		     struct err *e) MUST_USE;

/* Makes room for n bytes of text and side more; keeps len bytes. */
int csv_block_room(struct csv_block *b, size_t n, size_t side,
		   struct err *e) MUST_USE;

#endif
