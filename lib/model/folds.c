/* folds.c - the folds of cross-validation; see folds.h. */
#include "model/folds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/split_int.h"
#include "dltools/mem.h"
#include "dltools/rng.h"

void
folds_release(struct folds *f)
{
	mem_free(f->fold);
	mem_free(f->count);
	memset(f, 0, sizeof(*f));
}

/* For a column read group by group; first: its first row. */
typedef int group_fn(void *ctx, int64_t first, const struct chunk *c,
		     struct err *e);

static int
for_groups(const struct frame *frame, size_t column, group_fn *fn, void *ctx,
	   struct err *e)
{
	struct chunk c = {0};
	int rc = 0;

	for (size_t g = 0; g < frame_groups(frame) && rc == 0; g++) {
		rc = frame_read(frame, g, column, &c, e);
		if (rc == 0)
			rc = fn(ctx, (int64_t)(g * FRAME_GROUP_ROWS), &c, e);
	}
	chunk_release(&c);
	return rc;
}

/* ---- by a column ----------------------------------------------------- */

struct by_column {
	struct folds *f;
	const struct frame_column *c;
	uint32_t *number; /* of a level, or of value - min */
};

static int
number_levels(struct by_column *b, struct err *e)
{
	const struct frame_column *c = b->c;

	b->number = mem_zalloc(c->levels.n, sizeof(*b->number), e);
	if (!b->number)
		return -1;
	for (size_t i = 0; i < c->levels.n; i++)
		if (c->level_counts[i] > 0)
			b->number[i] = (uint32_t)b->f->n++;
	return 0;
}

/* Integers must be 0 .. N-1 or 1 .. N: every one occurs. */
static int
check_integers(struct by_column *b, struct err *e)
{
	const struct column_stats *s = &b->c->stats;

	if (!b->c->is_integer || s->min < 0)
		return err_set(e, ERR_SCHEMA, "fold column '%s': values must "
			       "be levels or integers >= 0", b->c->name);
	if ((s->min != 0 && s->min != 1) || s->distinct < 0 ||
	    s->max - s->min + 1 != (double)s->distinct)
		return err_set(e, ERR_SCHEMA, "fold column '%s': integers must "
			       "be 0..N-1 or 1..N without a hole, they are "
			       "%lld values from %g to %g", b->c->name,
			       (long long)llabs(s->distinct), s->min, s->max);
	b->f->n = (size_t)s->distinct;
	return 0;
}

static int
take_column(void *ctx, int64_t first, const struct chunk *c, struct err *e)
{
	struct by_column *b = ctx;
	uint32_t *to = b->f->fold + first;

	(void)e;
	for (size_t i = 0; i < c->n; i++)
		to[i] = c->form == CHUNK_CODE ? b->number[c->code[i]] :
			(uint32_t)((c->form == CHUNK_INT ?
				    (double)c->i64[i] : c->f64[i]) -
				   b->c->stats.min);
	return 0;
}

static int
by_column(struct folds *f, const struct frame *frame, const char *name,
	  struct err *e)
{
	struct by_column b = {.f = f};
	size_t column;
	int rc;

	if (frame_require(frame, "fold column", name, &column, e) < 0)
		return -1;
	b.c = frame_column(frame, column);
	if (b.c->type != COLUMN_ENUM && b.c->type != COLUMN_NUM)
		return err_set(e, ERR_SCHEMA, "fold column '%s': type is %s, "
			       "not num or enum", b.c->name,
			       column_type_name(b.c->type));
	if (b.c->stats.missing)
		return err_set(e, ERR_SCHEMA, "fold column '%s': %lld values "
			       "are missing", b.c->name,
			       (long long)b.c->stats.missing);
	rc = b.c->type == COLUMN_ENUM ? number_levels(&b, e) :
		check_integers(&b, e);
	if (rc == 0 && f->n < 2)
		rc = err_set(e, ERR_SCHEMA, "fold column '%s': constant in "
			     "'%s'", b.c->name, frame_path(frame));
	if (rc == 0)
		rc = for_groups(frame, column, take_column, &b, e);
	mem_free(b.number);
	return rc;
}

/* ---- by class -------------------------------------------------------- */

struct by_class {
	struct folds *f;
	size_t classes;  /* the last one: response missing */
	int64_t *count, *seen, *until;
	struct rng_key key;
};

static size_t
class_of(const struct by_class *b, const struct chunk *c, size_t i)
{
	return chunk_is_missing(c, i) ? b->classes - 1 : c->code[i];
}

static int
take_class(void *ctx, int64_t first, const struct chunk *c, struct err *e)
{
	struct by_class *b = ctx;

	(void)e;
	for (size_t i = 0; i < c->n; i++) {
		size_t k = class_of(b, c, i);
		const int64_t *until = b->until + k * b->f->n;
		int64_t place = (int64_t)rng_permute(
			b->key, k, (uint64_t)b->seen[k]++,
			(uint64_t)b->count[k]);
		uint32_t fold = 0;

		while (place >= until[fold])
			fold++;
		b->f->fold[first + (int64_t)i] = fold;
	}
	return 0;
}

/* How many of each class go to each fold, then the running sums. */
static int
divide_classes(struct by_class *b, const struct frame_column *c, struct err *e)
{
	double share[SPLIT_MAX];
	int64_t total[SPLIT_MAX];
	size_t n = b->f->n;

	for (size_t k = 0; k < c->levels.n; k++)
		b->count[k] = c->level_counts[k];
	b->count[b->classes - 1] = c->stats.missing;
	for (size_t k = 0; k < n; k++)
		share[k] = 1.0 / (double)n;
	split_quota(b->f->rows, share, n, total);
	if (split_quotas(b->until, b->count, b->classes, share, n, total, e) <
	    0)
		return -1;
	for (size_t i = 0; i < b->classes * n; i++)
		if (i % n)
			b->until[i] += b->until[i - 1];
	return 0;
}

static int
by_class(struct folds *f, const struct frame *frame, const char *response,
	 uint64_t seed, struct err *e)
{
	struct by_class b = {.f = f, .key = rng_key(seed, RNG_FOLD)};
	const struct frame_column *c;
	size_t column;
	int rc = -1;

	if (frame_require(frame, "response", response, &column, e) < 0)
		return -1;
	c = frame_column(frame, column);
	if (c->type != COLUMN_ENUM)
		return err_set(e, ERR_USAGE, "--fold-assignment Stratified: "
			       "response '%s' has no classes", c->name);
	if (f->n > SPLIT_MAX)
		return err_set(e, ERR_USAGE, "--fold-assignment Stratified: at "
			       "most %d folds", SPLIT_MAX);
	b.classes = c->levels.n + 1;
	b.count = mem_zalloc(b.classes, sizeof(int64_t), e);
	b.seen = mem_zalloc(b.classes, sizeof(int64_t), e);
	b.until = mem_zalloc(b.classes, f->n * sizeof(int64_t), e);
	if (b.count && b.seen && b.until && divide_classes(&b, c, e) == 0)
		rc = for_groups(frame, column, take_class, &b, e);
	mem_free(b.count);
	mem_free(b.seen);
	mem_free(b.until);
	return rc;
}

/* ---- all ways -------------------------------------------------------- */

static int
by_number(struct folds *f, const struct params *p, uint64_t seed)
{
	struct rng_key key = rng_key(seed, RNG_FOLD);
	bool modulo = p->fold_assignment == PARAM_FOLD_ASSIGNMENT_MODULO;

	for (int64_t i = 0; i < f->rows; i++)
		f->fold[i] = modulo ? (uint32_t)(i % (int64_t)f->n) :
			(uint32_t)(rng_uniform(key, (uint64_t)i, 0) *
				   (double)f->n);
	return 0;
}

static int
count_rows(struct folds *f, struct err *e)
{
	f->count = mem_zalloc(f->n, sizeof(int64_t), e);
	if (!f->count)
		return -1;
	for (int64_t i = 0; i < f->rows; i++)
		f->count[f->fold[i]]++;
	for (size_t k = 0; k < f->n; k++)
		if (f->count[k] == 0)
			return err_set(e, ERR_USAGE, "cross-validation: fold "
				       "%zu of %zu has none of the %lld rows "
				       "(--fold-assignment Modulo divides "
				       "evenly)", k + 1, f->n,
				       (long long)f->rows);
	return 0;
}

int
folds_assign(struct folds *f, const struct frame *frame,
	     const struct params *p, uint64_t seed, struct err *e)
{
	int rc;

	memset(f, 0, sizeof(*f));
	f->rows = frame_rows(frame);
	f->n = (size_t)p->nfolds;
	if (p->nfolds > f->rows)
		return err_set(e, ERR_USAGE, "--nfolds %lld: '%s' has only "
			       "%lld rows", (long long)p->nfolds,
			       frame_path(frame), (long long)f->rows);
	f->fold = mem_zalloc((size_t)f->rows, sizeof(*f->fold), e);
	if (!f->fold)
		return -1;
	if (p->fold_column)
		rc = by_column(f, frame, p->fold_column, e);
	else if (p->fold_assignment == PARAM_FOLD_ASSIGNMENT_STRATIFIED)
		rc = by_class(f, frame, p->response_column, seed, e);
	else
		rc = by_number(f, p, seed);
	return rc < 0 ? -1 : count_rows(f, e);
}

int64_t *
folds_rows(const struct folds *f, size_t k, bool inside, int64_t *n,
	   struct err *e)
{
	int64_t rows = inside ? f->count[k] : f->rows - f->count[k];
	int64_t *row = mem_zalloc((size_t)rows, sizeof(*row), e);

	*n = 0;
	for (int64_t i = 0; row && i < f->rows; i++)
		if ((f->fold[i] == k) == inside)
			row[(*n)++] = i;
	return row;
}

/* ---- before training ------------------------------------------------- */

/* What a fold holds of the response. */
struct range {
	int64_t rows;
	double low, high;
};

struct check {
	const struct folds *f;
	struct range *in; /* [folds] */
};

static int
look(void *ctx, int64_t first, const struct chunk *c, struct err *e)
{
	struct check *k = ctx;

	(void)e;
	for (size_t i = 0; i < c->n; i++) {
		struct range *r = &k->in[k->f->fold[first + (int64_t)i]];
		double v;

		if (chunk_is_missing(c, i))
			continue;
		v = c->form == CHUNK_INT ? (double)c->i64[i] :
			c->form == CHUNK_REAL ? c->f64[i] : (double)c->code[i];
		if (r->rows++ == 0)
			r->low = r->high = v;
		r->low = fmin(r->low, v);
		r->high = fmax(r->high, v);
	}
	return 0;
}

static int
judge(const struct check *k, const char *response, struct err *e)
{
	for (size_t out = 0; out < k->f->n; out++) {
		double low = INFINITY, high = -INFINITY;

		for (size_t i = 0; i < k->f->n; i++) {
			if (i == out || k->in[i].rows == 0)
				continue;
			low = fmin(low, k->in[i].low);
			high = fmax(high, k->in[i].high);
		}
		if (k->in[out].rows == 0)
			return err_set(e, ERR_USAGE, "cross-validation: "
				       "response '%s' is missing in every row "
				       "of fold %zu of %zu", response, out + 1,
				       k->f->n);
		if (!(low < high))
			return err_set(e, ERR_USAGE, "cross-validation: "
				       "response '%s' is constant in the rows "
				       "outside fold %zu of %zu", response,
				       out + 1, k->f->n);
	}
	return 0;
}

int
folds_check(const struct folds *f, const struct frame *frame,
	    const char *response, struct err *e)
{
	struct check k = {.f = f};
	size_t column;
	int rc = -1;

	if (frame_require(frame, "response", response, &column, e) < 0)
		return -1;
	k.in = mem_zalloc(f->n, sizeof(*k.in), e);
	if (k.in && for_groups(frame, column, look, &k, e) == 0)
		rc = judge(&k, response, e);
	mem_free(k.in);
	return rc;
}
