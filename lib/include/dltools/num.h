/*
 * num.h - numbers from text and to text, never by the process locale.
 *
 * Parsers take the whole string or fail with ERR_USAGE and a message that shows
 * the value and the legal range; the caller prefixes the option's name.
 */
#ifndef DLTOOLS_NUM_H
#define DLTOOLS_NUM_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

/* Decimal integer, also 10k, 2M, 1e6 if exact. */
int num_parse_int(const char *text, int64_t low, int64_t high, int64_t *out,
		  struct err *e) MUST_USE;

/* Decimal or scientific; inf and nan are refused unless within [low, high]. */
int num_parse_real(const char *text, double low, double high, double *out,
		   struct err *e) MUST_USE;

/* 4096, 64k, 64M, 2GiB: bytes, powers of 1024. */
int num_parse_size(const char *text, uint64_t *bytes, struct err *e) MUST_USE;

/* 90, 90s, 30m, 2h, 1d: seconds. */
int num_parse_seconds(const char *text, double *seconds,
		      struct err *e) MUST_USE;

/* Room for any number printed below, with its NUL. */
#define NUM_TEXT 32

/*
 * The shortest decimal that reads back as the same value; "nan", "inf",
 * "-inf".  Returns the length.  Exponents only outside 1e-5 .. 1e16 (1e8 for
 * float).  Integers print without a point.
 */
size_t num_print_double(char out[NUM_TEXT], double value);
size_t num_print_float(char out[NUM_TEXT], float value);
size_t num_print_int(char out[NUM_TEXT], int64_t value);

#endif
