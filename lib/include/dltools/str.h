/*
 * str.h - a growing byte string.
 *
 *	struct str s = STR_INIT;
 *
 *	str_addf(&s, "%zu rows", n);
 *	puts(s.buf);
 *	str_release(&s);
 *
 * buf is always NUL-terminated (a zeroed struct counts as empty, but its buf is
 * NULL: use STR_INIT).  Additions cannot fail one by one: when memory runs out
 * `failed` is set, later additions do nothing, and str_check() reports it; only
 * str_release() forgets it, so that one check after a loop sees every round.
 */
#ifndef DLTOOLS_STR_H
#define DLTOOLS_STR_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

struct str {
	char *buf;
	size_t len;
	size_t room;
	bool failed;
};

extern char str_empty[1];
#define STR_INIT { str_empty, 0, 0, false }

void str_init(struct str *s);
void str_release(struct str *s);
void str_reset(struct str *s); /* length 0, memory kept */

void str_add(struct str *s, const char *text);
void str_add_bytes(struct str *s, const void *bytes, size_t len);
void str_add_char(struct str *s, char c);
void str_addf(struct str *s, const char *fmt, ...) PRINTF_LIKE(2, 3);

/*
 * Adds bytes for people to read: control bytes and bytes that are not UTF-8
 * become \n, \t, \xNN; longer than max bytes is cut with "...".
 */
void str_add_quoted(struct str *s, const void *bytes, size_t len, size_t max);

/* Adds a CSV field (RFC 4180), quoted only where it must be. */
void str_add_csv(struct str *s, const void *bytes, size_t len, char delimiter);

/* -1 with ERR_OUTPUT if an addition failed for lack of memory. */
int str_check(const struct str *s, struct err *e) MUST_USE;

/* Takes the buffer (caller frees with mem_free) and leaves s empty. */
char *str_take(struct str *s, struct err *e) MUST_USE;

/* The candidate nearest to word by edit distance, or NULL if none is near. */
const char *str_nearest(const char *word, const char *const *candidates,
			size_t n);

/* Length of the valid UTF-8 prefix of bytes[len]. */
size_t str_utf8_valid(const void *bytes, size_t len);

#endif
