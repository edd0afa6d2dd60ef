/* search.c - axes of a search space and points in it; see search.h. */
#include <dltools/search.h>

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include <dltools/mem.h>
#include <dltools/num.h>
#include <dltools/rng.h>

#define POINTS_MOST 100000 /* of a range with :N */
#define DRAWN_PARTS 100    /* of a range, for the digits of drawn values */

/* ---- axes ----------------------------------------------------------- */

static void
axis_release(struct search_axis *a)
{
	for (size_t i = 0; i < a->values; i++)
		mem_free(a->value[i]);
	mem_free(a->value);
}

void
search_release(struct search *s)
{
	for (size_t i = 0; i < s->n; i++)
		axis_release(&s->axis[i]);
	mem_free(s->axis);
	*s = (struct search){0};
}

static bool
is_number(const struct param_info *info)
{
	return info->type == PARAM_INT || info->type == PARAM_REAL ||
	       info->type == PARAM_SECONDS;
}

/* Lines of options pass through xargs and the shell as they are. */
static bool
is_plain(const char *value)
{
	return *value && !strpbrk(value, " \t\n\r\\'\"`$&;<>()*?!#~");
}

static int
check_value(const struct param_info *info, const char *value, struct err *e)
{
	struct params p = {0};
	int status;

	if (!is_plain(value))
		return err_set(e, ERR_USAGE, "'%s': values cannot be empty, "
			       "or hold blanks or what a shell expands",
			       value);
	if (params_init(&p, e) < 0)
		return -1;
	status = params_set(&p, PARAM_FROM_FLAG, info->name, value, e);
	params_release(&p);
	return status;
}

static int
add_value(struct search_axis *a, size_t *room, const char *text, size_t len,
	  struct err *e)
{
	char *own = mem_memdup(text, len, e);

	if (!own || check_value(a->info, own, e) < 0 ||
	    mem_grow(&a->value, room, a->values + 1, sizeof(*a->value),
		     e) < 0) {
		mem_free(own);
		return -1;
	}
	a->value[a->values++] = own;
	return 0;
}

static int
parse_choices(struct search_axis *a, const char *text, struct err *e)
{
	size_t room = 0;

	for (;; text++) {
		size_t len = strcspn(text, "|");

		if (add_value(a, &room, text, len, e) < 0)
			return -1;
		text += len;
		if (!*text)
			return 0;
	}
}

/* ---- ranges --------------------------------------------------------- */

/* Integers that doubles don't tell apart. */
static bool
is_wide(const struct search_axis *a)
{
	return a->info->type == PARAM_INT && !a->log &&
	       fmax(fabs(a->low), fabs(a->high)) > 0x1p52;
}

/* share in [0, 1] of the way from low to high, which are met exactly. */
static double
between(const struct search_axis *a, double share)
{
	if (share <= 0 || share >= 1)
		return share <= 0 ? a->low : a->high;
	if (a->log)
		return exp(log(a->low) + share * (log(a->high) - log(a->low)));
	return a->low + share * (a->high - a->low);
}

/* Four digits, or as many as it takes to be in the range and near v. */
static void
print_real(const struct search_axis *a, double v, double near,
	   char out[NUM_TEXT])
{
	struct err ignored;
	double read;

	if (v <= a->low || v >= a->high) {
		num_print_double(out, v);
		return;
	}
	for (int digits = 4; digits <= 17; digits++) {
		(void)snprintf(out, NUM_TEXT, "%.*g", digits, v);
		if (num_parse_real(out, a->low, a->high, &read,
				   &ignored) == 0 && fabs(read - v) <= near)
			return;
	}
}

/* The value at a share in [0, 1] of the way, within a 20th of a step of 1 /
 * parts of the way. */
static void
print_value(const struct search_axis *a, double share, double parts,
	    char out[NUM_TEXT])
{
	double v = between(a, share);
	double step = a->log ? v * (log(a->high) - log(a->low))
			     : a->high - a->low;

	v = fmin(fmax(v, a->low), a->high);
	if (a->info->type == PARAM_INT) {
		v = rint(v);
		(void)snprintf(out, NUM_TEXT, "%lld",
			       v <= (double)a->first ? (long long)a->first
			       : v >= (double)a->last ? (long long)a->last
						      : (long long)v);
		return;
	}
	print_real(a, v, step / parts / 20, out);
}

/* Point i of n from first to last, whose distance may not fit an int64_t. */
static int64_t
whole_point(const struct search_axis *a, int64_t i, int64_t n)
{
	uint64_t span = (uint64_t)a->last - (uint64_t)a->first;
	uint64_t parts = n > 1 ? (uint64_t)n - 1 : 1;
	uint64_t step = span / parts * (uint64_t)i;

	step += (span % parts * (uint64_t)i + parts / 2) / parts;
	return (int64_t)((uint64_t)a->first + step);
}

/* The one at share u of the way, u < 1: every integer has an equal share. */
static int64_t
whole_at(const struct search_axis *a, double u)
{
	uint64_t span = (uint64_t)a->last - (uint64_t)a->first;
	double step = floor(u * ((double)span + 1));

	return (int64_t)((uint64_t)a->first +
			 (step < (double)span ? (uint64_t)step : span));
}

/* N points from LOW to HIGH become choices. */
static int
spell_out(struct search_axis *a, int64_t points, struct err *e)
{
	double parts = points > 1 ? (double)(points - 1) : 1;
	size_t room = 0;
	char text[NUM_TEXT];

	for (int64_t i = 0; i < points; i++) {
		if (is_wide(a))
			(void)snprintf(text, sizeof(text), "%lld", (long long)
				       whole_point(a, i, points));
		else
			print_value(a, (double)i / parts, parts, text);
		if (a->values && !strcmp(a->value[a->values - 1], text))
			continue; /* integers that fall together */
		if (add_value(a, &room, text, strlen(text), e) < 0)
			return -1;
	}
	return 0;
}

static int
parse_bound(const struct search_axis *a, const char *text, size_t len,
	    double *value, int64_t *whole, struct err *e)
{
	char *own = mem_memdup(text, len, e);
	int status = own ? check_value(a->info, own, e) : -1;

	if (status == 0 && a->info->type == PARAM_SECONDS)
		status = num_parse_seconds(own, value, e);
	else if (status == 0)
		status = num_parse_real(own, -INFINITY, INFINITY, value, e);
	if (status == 0 && a->info->type == PARAM_INT)
		status = num_parse_int(own, INT64_MIN, INT64_MAX, whole, e);
	mem_free(own);
	return status;
}

static int
parse_range(struct search_axis *a, const char *text, struct err *e)
{
	const char *dots, *end;
	int64_t points = 0;

	a->log = !strncmp(text, "log:", 4);
	text += a->log ? 4 : 0;
	dots = strstr(text, "..");
	end = dots + 2 + strcspn(dots + 2, ":");
	if (!is_number(a->info))
		return err_set(e, ERR_USAGE, "'%s': only a number has a range, "
			       "and no list", text);
	if (parse_bound(a, text, (size_t)(dots - text), &a->low, &a->first,
			e) < 0 ||
	    parse_bound(a, dots + 2, (size_t)(end - dots - 2), &a->high,
			&a->last, e) < 0)
		return -1;
	if (a->low > a->high || a->first > a->last || (a->log && a->low <= 0))
		return err_set(e, ERR_USAGE, "'%s': must be LOW..HIGH with "
			       "LOW %s", text, a->log && a->low <= 0
			       ? "above 0" : "not above HIGH");
	if (!*end)
		return 0;
	if (num_parse_int(end + 1, 1, POINTS_MOST, &points, e) < 0)
		return -1;
	return spell_out(a, points, e);
}

/* Names no parameter, or one of data and files. */
static int
unknown(const struct param_info *info, const char *name, struct err *e)
{
	const char *names[PARAM_COUNT], *near;
	size_t n = 0;

	if (info)
		return err_set(e, ERR_USAGE, "'%s': names data or files, and "
			       "cannot be searched", name);
	for (size_t i = 0; i < PARAM_COUNT; i++)
		if (!(param_table[i].flags & PARAM_ROLE))
			names[n++] = param_table[i].name;
	near = str_nearest(name, names, n);
	return near ? err_set(e, ERR_USAGE, "'%s': no parameter: did you "
			      "mean '%s'?", name, near)
		    : err_set(e, ERR_USAGE, "'%s': no parameter; see "
			      "dl-train --help", name);
}

static int
parse_axis(struct search *s, struct search_axis *a, const char *text,
	   struct err *e)
{
	const char *equals = strchr(text, '=');
	char *name;

	if (!equals || equals == text)
		return err_set(e, ERR_USAGE, "'%s': must be NAME=VALUE|VALUE "
			       "or NAME=LOW..HIGH", text);
	name = mem_memdup(text, (size_t)(equals - text), e);
	if (!name)
		return -1;
	a->info = param_find(name);
	if (!a->info || a->info->flags & PARAM_ROLE) {
		(void)unknown(a->info, name, e);
		mem_free(name);
		return -1;
	}
	mem_free(name);
	for (size_t i = 0; i + 1 < s->n; i++)
		if (s->axis[i].info == a->info)
			return err_set(e, ERR_USAGE, "'%s': given twice",
				       a->info->name);
	text = equals + 1;
	if (!strchr(text, '|') && strstr(text, ".."))
		return parse_range(a, text, e);
	return parse_choices(a, text, e);
}

int
search_add(struct search *s, const char *text, struct err *e)
{
	if (mem_grow(&s->axis, &s->room, s->n + 1, sizeof(*s->axis), e) < 0)
		return -1;
	s->axis[s->n] = (struct search_axis){0};
	return parse_axis(s, &s->axis[s->n++], text, e);
}

/* ---- points --------------------------------------------------------- */

int64_t
search_size(const struct search *s)
{
	int64_t n = 1;

	for (size_t i = 0; i < s->n && n <= SEARCH_MOST; i++)
		n *= (int64_t)s->axis[i].values;
	return n;
}

int
search_check(const struct search *s, enum search_method method, struct err *e)
{
	if (method == SEARCH_SOBOL && s->n > SEARCH_SOBOL_MOST)
		return err_set(e, ERR_USAGE, "--sobol has at most %d axes: "
			       "use --latin", SEARCH_SOBOL_MOST);
	if (method != SEARCH_GRID)
		return 0;
	for (size_t i = 0; i < s->n; i++)
		if (!s->axis[i].value)
			return err_set(e, ERR_USAGE, "'%s': a grid needs the "
				       "number of points, LOW..HIGH:N; or "
				       "use --random N", s->axis[i].info->name);
	if (search_size(s) > SEARCH_MOST)
		return err_set(e, ERR_USAGE, "the grid has more than %d "
			       "points: use --random N", SEARCH_MOST);
	return 0;
}

/* Point i of a grid that is drawn in random order, as cards from a deck. */
static bool
is_deck(const struct search *s, enum search_method method, uint64_t seed,
	int64_t *i)
{
	int64_t size = search_size(s);

	if (method != SEARCH_RANDOM || size < 1 || size > SEARCH_MOST)
		return false;
	*i = (int64_t)rng_permute(rng_key(seed, RNG_SEARCH), 0,
				  (uint64_t)(*i % size), (uint64_t)size);
	return true;
}

/* Coordinate of axis d: [0, 1). */
static double
coordinate(enum search_method method, uint64_t seed, size_t d, int64_t i,
	   int64_t n)
{
	struct rng_key key = rng_key(seed, RNG_SEARCH);
	double u = rng_uniform(key, d, (uint64_t)i);
	uint32_t shift;

	if (method == SEARCH_LATIN)
		return ((double)rng_permute(key, d + 1, (uint64_t)i,
					    (uint64_t)n) + u) / (double)n;
	if (method != SEARCH_SOBOL)
		return u;
	shift = rng_at(key, d, UINT64_MAX).w[0];
	return ((double)(sobol_word(d, (uint32_t)i) ^ shift) + 0.5) * 0x1p-32;
}

static int
set_axis(const struct search_axis *a, double u, struct params *p,
	 struct err *e)
{
	const char *value;
	char text[NUM_TEXT];
	size_t k;

	if (a->value) {
		k = (size_t)(u * (double)a->values);
		value = a->value[k < a->values ? k : a->values - 1];
	} else {
		if (a->info->type == PARAM_INT && !a->log)
			(void)snprintf(text, sizeof(text), "%lld",
				       (long long)whole_at(a, u));
		else
			print_value(a, u, DRAWN_PARTS, text);
		value = text;
	}
	return params_set(p, PARAM_FROM_FLAG, a->info->name, value, e);
}

int
search_point(const struct search *s, enum search_method method, uint64_t seed,
	     int64_t i, int64_t n, struct params *p, struct err *e)
{
	/* a point before has set the same parameters: they are set again */
	if (!s->n || p->from[s->axis[0].info - param_table] ==
		     PARAM_FROM_DEFAULT) {
		params_release(p);
		if (params_init(p, e) < 0)
			return -1;
	}
	if (is_deck(s, method, seed, &i))
		method = SEARCH_GRID;
	for (size_t d = s->n; d-- > 0;) {
		const struct search_axis *a = &s->axis[d];
		double u;

		if (method == SEARCH_GRID) {
			int64_t k = i % (int64_t)a->values;

			u = ((double)k + 0.5) / (double)a->values;
			i /= (int64_t)a->values;
		} else {
			u = coordinate(method, seed, d, i, n);
		}
		if (set_axis(a, u, p, e) < 0)
			return -1;
	}
	return 0;
}

int
search_id(const struct params *p, char id[SEARCH_ID], struct err *e)
{
	struct str row = STR_INIT;
	int status;

	params_row(p, &row);
	status = str_check(&row, e);
	if (status == 0)
		(void)snprintf(id, SEARCH_ID, "%012llx", (unsigned long long)
			       (XXH3_64bits(row.buf, row.len) >> 16));
	str_release(&row);
	return status;
}
