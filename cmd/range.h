/* range.h - `--rows A:B`. */
#ifndef CMD_RANGE_H
#define CMD_RANGE_H

#include <stdint.h>

#include <dltools/err.h>

/*
 * A, A:, :B or A:B, rows counted from 1, both included; as rows *first ..
 * *last - 1, counted from 0 (*last is INT64_MAX for an open end).
 */
int parse_rows(const char *text, int64_t *first, int64_t *last,
	       struct err *e) MUST_USE;

#endif
