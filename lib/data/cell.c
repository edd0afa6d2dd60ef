/* cell.c - numbers in the text of a cell; see cell_int.h. */
#include "cell_int.h"

#include <math.h>
#include <stdlib.h>

#include <base/decimal_int.h>
#include <base/num_int.h>

/*
 *  bits of a shape
 *	0-4	digits behind the point
 *	5	a point
 *	6	no digit before the point
 *	7, 8	plus, minus
 *	9-13	superfluous leading zeros
 *	14, 15	exponent, written E
 *	16-17	sign of the exponent: 0 none, 1 plus, 2 minus
 *	18-19	its digits - 1
 *	20-29	its magnitude
 *	30, 31	a blank before, behind
 */
#define FRACTION(s) ((s) & 31)
#define POINT 32u
#define NO_INTEGER 64u
#define PLUS 128u
#define MINUS 256u
#define PADDING(s) ((s) >> 9 & 31)
#define EXPONENT (1u << 14)
#define UPPER_E (1u << 15)
#define EXPONENT_SIGN(s) ((s) >> 16 & 3)
#define EXPONENT_DIGITS(s) (((s) >> 18 & 3) + 1)
#define EXPONENT_VALUE(s) ((s) >> 20 & 1023)
#define BLANK_BEFORE (1u << 30)
#define BLANK_BEHIND (1u << 31)

#define DIGITS_MAX 19 /* any 19 digits fit in 64 bits */

/* The parts of a number's text. */
struct number {
	uint64_t digits;     /* the first 19 significant ones */
	size_t significant;  /* without leading zeros */
	size_t integer, fraction, zeros; /* digits; leading zeros of integer */
	uint32_t shape;
	size_t exponent, exponent_digits;
	bool loose; /* the shape can't say it */
};

static inline bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static inline bool
is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

static const char *
read_digits(const char *t, const char *end, struct number *x, size_t *count)
{
	const char *start = t;

	for (; t < end && is_digit(*t); t++) {
		if (!x->significant && *t == '0')
			continue;
		if (x->significant++ < DIGITS_MAX)
			x->digits = x->digits * 10 + (uint64_t)(*t - '0');
	}
	*count = (size_t)(t - start);
	return t;
}

/* Behind the e; NULL if no exponent stands there. */
static const char *
read_exponent(const char *t, const char *end, struct number *x)
{
	const char *start;

	if (t < end && (*t == '+' || *t == '-'))
		x->shape |= (*t++ == '+' ? 1u : 2u) << 16;
	for (start = t; t < end && is_digit(*t); t++)
		if (x->exponent < 100000)
			x->exponent = x->exponent * 10 + (size_t)(*t - '0');
	x->exponent_digits = (size_t)(t - start);
	return t == start ? NULL : t;
}

/* Takes the whole of t or says no. */
static bool
read_number(const char *t, const char *end, struct number *x)
{
	const char *start;

	if (t < end && (*t == '+' || *t == '-'))
		x->shape |= *t++ == '+' ? PLUS : MINUS;
	start = t;
	t = read_digits(t, end, x, &x->integer);
	while (x->zeros + 1 < x->integer && start[x->zeros] == '0')
		x->zeros++;
	if (t < end && *t == '.') {
		x->shape |= POINT | (x->integer ? 0 : NO_INTEGER);
		t = read_digits(t + 1, end, x, &x->fraction);
	}
	if (!x->integer && !x->fraction)
		return false;
	if (t < end && (*t == 'e' || *t == 'E')) {
		x->shape |= EXPONENT | (*t == 'E' ? UPPER_E : 0);
		t = read_exponent(t + 1, end, x);
	}
	return t == end;
}

/* Blanks around; more than one on a side do not fit in the shape. */
static void
trim(const char **t, const char **end, struct number *x)
{
	const char *first = *t, *last = *end;

	while (*t < *end && is_blank(**t))
		++*t;
	while (*end > *t && is_blank((*end)[-1]))
		--*end;
	x->loose = *t - first > 1 || last - *end > 1 ||
		   (*t > first && *first != ' ') || (last > *end &&
						     **end != ' ');
	x->shape |= (*t > first ? BLANK_BEFORE : 0) |
		    (last > *end ? BLANK_BEHIND : 0);
}

static void
set_traits(const struct number *x, struct cell *c)
{
	bool integer = !(x->shape & (POINT | EXPONENT));

	c->traits = 0;
	if (!integer || x->shape & (PLUS | MINUS))
		c->traits |= CELL_NOT_DIGITS;
	else if (x->zeros)
		c->traits |= CELL_PADDED;
	if (!integer || (!x->digits && x->shape & MINUS))
		c->traits |= CELL_REAL;
	else if (x->digits >> 53 &&
		 (x->digits > (uint64_t)1 << 63 ||
		  (uint64_t)(double)x->digits != x->digits))
		c->traits |= CELL_INEXACT;
}

static enum cell_kind
finish_long(const char *t, const char *end, const struct number *x)
{
	double d;

	if (!(x->shape & (POINT | EXPONENT)) && x->significant > DIGITS_MAX)
		return CELL_BIG;
	if (cell_text_double(t, (size_t)(end - t), &d) < 0)
		return CELL_RANGE;
	return CELL_LONG;
}

enum cell_kind
cell_parse(const char *t, size_t n, struct cell *c)
{
	const char *end = t + n, *whole = t;
	struct number x = {0};
	bool integer;

	trim(&t, &end, &x);
	if (!read_number(t, end, &x))
		return CELL_TEXT;
	set_traits(&x, c);
	integer = !(x.shape & (POINT | EXPONENT));
	if (integer && x.significant <= DIGITS_MAX &&
	    x.digits > (uint64_t)INT64_MAX + !!(x.shape & MINUS))
		return CELL_BIG;
	c->value = (int64_t)x.digits;
	c->shape = x.shape & MINUS;
	if (x.loose || x.significant > DIGITS_MAX || x.fraction > 31 ||
	    x.zeros > 31 || x.exponent > 250 || x.exponent_digits > 4)
		return finish_long(whole, whole + n, &x);
	if (integer && !x.zeros &&
	    !(x.shape & ~(x.digits ? MINUS : 0))) {
		c->shape = 0;
		if (x.shape & MINUS)
			c->value = (int64_t)-x.digits;
		return CELL_NUMBER;
	}
	c->shape = x.shape | (uint32_t)x.fraction | (uint32_t)x.zeros << 9;
	if (x.shape & EXPONENT)
		c->shape |= (uint32_t)(x.exponent_digits - 1) << 18 |
			    (uint32_t)x.exponent << 20;
	return CELL_NUMBER;
}

double
cell_double(int64_t value, uint32_t shape)
{
	int q;
	double d;

	if (!shape)
		return (double)value;
	q = (int)EXPONENT_VALUE(shape);
	if (EXPONENT_SIGN(shape) == 2)
		q = -q;
	d = decimal_value((uint64_t)value, q - (int)FRACTION(shape));
	return shape & MINUS ? -d : d;
}

bool
cell_integer(int64_t value, uint32_t shape, int64_t *out)
{
	double d;

	if (!(shape & (POINT | EXPONENT))) {
		*out = (int64_t)(shape & MINUS ? -(uint64_t)value
					       : (uint64_t)value);
		return value || !(shape & MINUS);
	}
	d = cell_double(value, shape);
	if (!(fabs(d) <= 0x1p53) || (d == 0 && signbit(d)))
		return false;
	*out = (int64_t)d;
	return (double)*out == d;
}

/* Digits of v, at least `least`; returns the end. */
static char *
put_digits(char *p, uint64_t v, size_t least)
{
	char text[24];
	size_t n = 0;

	for (; v || n < least; v /= 10) {
		if (n < sizeof(text)) {
			text[n] = (char)('0' + v % 10);
		}
		n++;
		if (n == sizeof(text)) /* the rest is zeros */
			break;
	}
	for (; n < least; least--)
		*p++ = '0';
	while (n)
		*p++ = text[--n];
	return p;
}

static char *
put_exponent(char *p, uint32_t shape)
{
	uint32_t sign = EXPONENT_SIGN(shape);

	*p++ = shape & UPPER_E ? 'E' : 'e';
	if (sign)
		*p++ = sign == 1 ? '+' : '-';
	return put_digits(p, EXPONENT_VALUE(shape), EXPONENT_DIGITS(shape));
}

size_t
cell_print(char out[CELL_TEXT_ROOM], int64_t value, uint32_t shape)
{
	char *p = out, *end;
	uint64_t v = (uint64_t)value;
	size_t i, fraction = FRACTION(shape);

	if (!shape && value < 0) {
		*p++ = '-';
		v = -v;
	}
	if (shape & BLANK_BEFORE)
		*p++ = ' ';
	if (shape & (PLUS | MINUS))
		*p++ = shape & PLUS ? '+' : '-';
	for (i = 0; i < PADDING(shape); i++)
		*p++ = '0';
	end = put_digits(p, v, fraction + !(shape & NO_INTEGER));
	if (shape & POINT) {
		memmove(end - fraction + 1, end - fraction, fraction);
		end[-(ptrdiff_t)fraction] = '.';
		end++;
	}
	if (shape & EXPONENT)
		end = put_exponent(end, shape);
	if (shape & BLANK_BEHIND)
		*end++ = ' ';
	return (size_t)(end - out);
}

int
cell_text_double(const char *t, size_t n, double *out)
{
	struct number x = {0};
	const char *end = t + n;
	char small[256], *text = small;

	trim(&t, &end, &x);
	if (!read_number(t, end, &x))
		return -1;
	n = (size_t)(end - t);
	if (n >= sizeof(small) && !(text = malloc(n + 1)))
		return -1;
	memcpy(text, t, n);
	text[n] = '\0';
	*out = num_strtod_c(text, NULL);
	if (text != small)
		free(text);
	return isfinite(*out) ? 0 : -1;
}

void
na_set_init(struct na_set *na, const struct csv_dialect *d, char **more,
	    size_t more_n)
{
	size_t i;

	memset(na, 0, sizeof(*na));
	na->dialect = d;
	na->more = more;
	na->more_n = more_n;
	for (i = 0; d && i < d->na_n; i++)
		na->begins[(unsigned char)*d->na[i]] = true;
	for (i = 0; i < more_n; i++)
		na->begins[(unsigned char)*more[i]] = true;
	for (i = '0'; i <= '9'; i++)
		na->digits = na->digits || na->begins[i];
	na->begins[' '] = na->begins['\t'] = true;
}

bool
na_set_has_slow(const struct na_set *na, const char *t, size_t n)
{
	struct csv_dialect more = { .na = na->more, .na_n = na->more_n };

	return (na->dialect && csv_is_na(na->dialect, t, n)) ||
	       csv_is_na(&more, t, n);
}
