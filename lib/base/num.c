/* num.c - reading numbers that people type; see num.h. */
#define _GNU_SOURCE /* strtod_l */
#include <dltools/num.h>

#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/num_int.h"

static locale_t c_locale;
static pthread_once_t c_locale_once = PTHREAD_ONCE_INIT;

static void
make_c_locale(void)
{
	c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

double
num_strtod_c(const char *text, char **end)
{
	pthread_once(&c_locale_once, make_c_locale);
	return strtod_l(text, end, c_locale);
}

/* A decimal number followed by a suffix; *rest points at the suffix. */
static int
number(const char *text, double *value, const char **rest, struct err *e)
{
	const char *p = text + (*text == '-' || *text == '+');
	char *end;

	/* strtod would take blanks, hexadecimal, "infinity" and "nan" */
	if (!(isdigit((unsigned char)*p) || *p == '.') ||
	    (p[0] == '0' && (p[1] == 'x' || p[1] == 'X')))
		return err_set(e, ERR_USAGE, "'%s': not a number", text);
	*value = num_strtod_c(text, &end);
	if (end == text)
		return err_set(e, ERR_USAGE, "'%s': not a number", text);
	*rest = end;
	return 0;
}

int
num_parse_int(const char *text, int64_t low, int64_t high, int64_t *out,
	      struct err *e)
{
	char *end;
	const char *rest;
	double value;
	long long n;

	errno = 0;
	n = strtoll(text, &end, 10);
	if (end != text && !*end && errno == 0 &&
	    (isdigit((unsigned char)*text) || *text == '-' || *text == '+')) {
		*out = n;
	} else {
		if (number(text, &value, &rest, e) < 0)
			return -1;
		value *= *rest == 'k' || *rest == 'K' ? 1e3 :
			 *rest == 'M' ? 1e6 : *rest == 'G' ? 1e9 : 1;
		if (*rest && (!strchr("kKMG", *rest) || rest[1]))
			return err_set(e, ERR_USAGE, "'%s': not a number",
				       text);
		if (value != rint(value))
			return err_set(e, ERR_USAGE,
				       "'%s': not a whole number", text);
		if (!(fabs(value) < 0x1p63))
			return err_set(e, ERR_USAGE, "'%s': beyond 64 bits",
				       text);
		*out = (int64_t)value;
	}
	if (*out < low || *out > high)
		return high == INT64_MAX
			? err_set(e, ERR_USAGE, "'%s': must be at least %lld",
				  text, (long long)low)
			: err_set(e, ERR_USAGE,
				  "'%s': must be between %lld and %lld", text,
				  (long long)low, (long long)high);
	return 0;
}

int
num_parse_real(const char *text, double low, double high, double *out,
	       struct err *e)
{
	char a[NUM_TEXT], b[NUM_TEXT];
	const char *rest = "";
	double value;

	if (!strcmp(text, "inf") || !strcmp(text, "Infinity") ||
	    !strcmp(text, "-inf"))
		value = text[0] == '-' ? -INFINITY : INFINITY;
	else if (number(text, &value, &rest, e) < 0)
		return -1;
	if (*rest)
		return err_set(e, ERR_USAGE, "'%s': not a number", text);
	if (!(value >= low && value <= high)) {
		num_print_double(a, low);
		num_print_double(b, high);
		return err_set(e, ERR_USAGE, "'%s': must be between %s and %s",
			       text, a, b);
	}
	*out = value;
	return 0;
}

int
num_parse_size(const char *text, uint64_t *bytes, struct err *e)
{
	static const char units[] = "kMGT";
	const char *rest, *unit;
	double value, scale = 1;

	if (number(text, &value, &rest, e) < 0)
		return -1;
	if (*rest) {
		unit = strchr(units, *rest == 'K' ? 'k' : *rest);
		if (unit && *unit)
			scale = ldexp(1, 10 * (int)(unit - units + 1));
		else if (*rest != 'B' || rest[1])
			goto bad;
		rest++;
		if (!strcmp(rest, "iB") || !strcmp(rest, "B"))
			rest += strlen(rest);
	}
	value *= scale;
	if (*rest || !(value >= 0 && value < 0x1p63))
		goto bad;
	*bytes = (uint64_t)value;
	return 0;
bad:
	return err_set(e, ERR_USAGE, "'%s': not a size such as 64M or 2GiB",
		       text);
}

int
num_parse_seconds(const char *text, double *seconds, struct err *e)
{
	const char *rest = text;
	double value = 0, scale = 1;

	if (number(text, &value, &rest, e) < 0)
		return -1;
	switch (*rest) {
	case 'd': scale *= 24; /* fall through */
	case 'h': scale *= 60; /* fall through */
	case 'm': scale *= 60; /* fall through */
	case 's': rest++; break;
	default: break;
	}
	value *= scale;
	if (*rest || !(value >= 0) || !isfinite(value))
		return err_set(e, ERR_USAGE,
			       "'%s': not a time such as 90s, 30m or 2h", text);
	*seconds = value;
	return 0;
}
