/*
 * train_sets.c - which rows are trained on and which are scored.  Samples are
 * drawn once, by counter-based random numbers of their row number.
 */
#include <math.h>
#include <string.h>

#include "dltools/adapt.h"
#include "dltools/mem.h"
#include "model/train_int.h"

/* ---- --valid-fraction ----------------------------------------------- */

struct split {
	int64_t *count; /* rows per class */
	int64_t *seen;
	size_t classes;
	struct rng_key key;
	double fraction;
};

static size_t
class_of(const struct train *t, int64_t row)
{
	int32_t label;

	if (!encoder_is_classifier(&t->model.enc))
		return 0;
	label = rows_label(t->rows, row);
	return label < 0 ? 0 : (size_t)label;
}

/* In each class, the rows whose place in a permutation is below the share. */
static bool
is_valid_row(struct split *s, size_t class)
{
	double share = s->fraction * (double)s->count[class];
	uint64_t place = rng_permute(s->key, class,
				     (uint64_t)s->seen[class]++,
				     (uint64_t)s->count[class]);

	return (double)place < nearbyint(share);
}

static int
divide(struct train *t, struct split *s, struct err *e)
{
	int64_t rows = rows_count(t->rows), trained = 0;
	struct score_set *v = &t->validation;

	t->subset = mem_zalloc((size_t)rows, sizeof(int64_t), e);
	v->index = mem_zalloc((size_t)rows, sizeof(int64_t), e);
	if (!t->subset || !v->index)
		return -1;
	for (int64_t i = 0; i < rows; i++)
		s->count[class_of(t, i)]++;
	for (int64_t i = 0; i < rows; i++) {
		if (is_valid_row(s, class_of(t, i)))
			v->index[v->n++] = i;
		else
			t->subset[trained++] = i;
	}
	v->rows = t->rows;
	t->model.training_rows = trained;
	if (!v->n || !trained)
		return err_set(e, ERR_USAGE, "--valid-fraction %g of %lld rows "
			       "leaves no row for %s", s->fraction,
			       (long long)rows, v->n ? "training" :
			       "validation");
	return 0;
}

static int
split_rows(struct train *t, struct err *e)
{
	struct split s = {.fraction = t->model.params.valid_fraction};
	int rc = -1;

	s.classes = encoder_is_classifier(&t->model.enc) ?
		t->model.enc.classes.n : 1;
	s.key = rng_key((uint64_t)t->model.params.seed, RNG_SPLIT);
	s.count = mem_zalloc(s.classes, sizeof(int64_t), e);
	s.seen = mem_zalloc(s.classes, sizeof(int64_t), e);
	if (s.count && s.seen)
		rc = divide(t, &s, e);
	mem_free(s.count);
	mem_free(s.seen);
	return rc;
}

/* ---- scored rows ---------------------------------------------------- */

/* asked = 0: all of them. */
static int
draw(struct score_set *set, const struct rows *rows, int64_t asked,
     struct rng_key key, struct err *e)
{
	int64_t all = rows_count(rows);

	set->rows = rows;
	return schedule_sample(all, asked ? asked : all, key, &set->index,
			       &set->n, e);
}

static int
draw_subset(struct score_set *set, const int64_t *subset, int64_t n,
	    int64_t asked, struct rng_key key, struct err *e)
{
	int64_t *picked;

	if (schedule_sample(n, asked ? asked : n, key, &picked, &set->n, e) < 0)
		return -1;
	for (int64_t i = 0; i < set->n; i++)
		picked[i] = subset[picked[i]];
	set->index = picked;
	return 0;
}

static int
load_set(struct train *t, const struct frame *f, const char *what,
	 struct rows **rows, struct err *e)
{
	struct adapt *a = train_adapt(t, f, what, e);

	if (!a)
		return -1;
	*rows = rows_load(f, &t->model.enc, a, ROWS_VALID, t->pool, e);
	adapt_free(a);
	return *rows ? train_adapted(t, *rows, f, what, e) : -1;
}

int
train_load_scored(struct train *t, const struct frame *f, const char *what,
		  struct rows **rows, struct score_set *set, struct err *e)
{
	struct rng_key key = rng_key((uint64_t)t->model.params.seed,
				     RNG_VALID_SAMPLE);

	return load_set(t, f, what, rows, e) < 0 ? -1 :
		draw(set, *rows, t->model.params.score_validation_samples, key,
		     e);
}

static int
load_validation(struct train *t, struct rng_key key, struct err *e)
{
	return load_set(t, t->rq.validation, "validation", &t->valid_rows,
			e) < 0 ? -1 :
		draw(&t->validation, t->valid_rows, 0, key, e);
}

/* Classes keep their shares; none that is there is left out. */
static void
pick_by_class(struct score_set *v, struct split *s)
{
	int64_t n = 0;

	for (int64_t i = 0; i < v->n; i++)
		s->count[rows_label(v->rows, v->index[i])]++;
	for (int64_t i = 0; i < v->n; i++) {
		size_t c = (size_t)rows_label(v->rows, v->index[i]);
		double want = fmax(1, nearbyint(s->fraction *
						(double)s->count[c]));
		uint64_t place = rng_permute(s->key, c,
					     (uint64_t)s->seen[c]++,
					     (uint64_t)s->count[c]);

		if ((double)place < want)
			v->index[n++] = v->index[i];
	}
	v->n = n;
}

/* A class of its own for levels that the model has not seen. */
static int
thin_by_class(struct train *t, int64_t asked, struct rng_key key,
	      struct err *e)
{
	struct split s = {.classes = t->model.enc.classes.n + 1, .key = key};
	int rc = -1;

	s.fraction = (double)asked / (double)t->validation.n;
	s.count = mem_zalloc(s.classes, sizeof(int64_t), e);
	s.seen = mem_zalloc(s.classes, sizeof(int64_t), e);
	if (s.count && s.seen) {
		pick_by_class(&t->validation, &s);
		rc = 0;
	}
	mem_free(s.count);
	mem_free(s.seen);
	return rc;
}

/* Of all rows that could be scored, those that are. */
static int
thin_validation(struct train *t, struct rng_key key, struct err *e)
{
	struct score_set *v = &t->validation;
	int64_t asked = t->model.params.score_validation_samples;
	int64_t *all = v->index;
	int rc;

	if (!asked || asked >= v->n)
		return 0;
	if (t->model.params.score_validation_sampling ==
	    PARAM_SCORE_VALIDATION_SAMPLING_STRATIFIED)
		return thin_by_class(t, asked, key, e);
	rc = draw_subset(v, all, v->n, asked, key, e);
	mem_free(all);
	if (rc < 0)
		v->index = NULL;
	return rc;
}

/* Left are the rows with a weight, a response and, in skip mode, all else. */
static int
check_rows(const struct train *t, struct err *e)
{
	const struct rows *r = t->rows;
	int64_t n = rows_count(r), i;

	if (n == 0)
		return err_set(e, ERR_INPUT, "frame '%s' has no usable row",
			       frame_path(t->rq.training));
	if (!t->model.enc.response)
		return 0;
	if (rows_unknown(r)) /* going on from a checkpoint */
		return err_set(e, ERR_SCHEMA, "response '%s': %lld rows of "
			       "'%s' have a class that the checkpoint does "
			       "not know", t->model.enc.response,
			       (long long)rows_unknown(r),
			       frame_path(t->rq.training));
	for (i = 1; i < n; i++)
		if (rows_label(r, i) != rows_label(r, 0) ||
		    rows_actual(r, i) < rows_actual(r, 0) ||
		    rows_actual(r, i) > rows_actual(r, 0))
			return 0;
	return err_set(e, ERR_SCHEMA, "response '%s': the same in all %lld "
		       "rows of '%s' that can be trained on",
		       t->model.enc.response, (long long)n,
		       frame_path(t->rq.training));
}

int
train_sets_init(struct train *t, struct err *e)
{
	const struct params *p = &t->model.params;
	uint64_t seed = (uint64_t)p->seed;
	struct rng_key key = rng_key(seed, RNG_SCORE_SAMPLE);
	struct rng_key valid_key = rng_key(seed, RNG_VALID_SAMPLE);

	t->model.training_rows = rows_count(t->rows);
	if (check_rows(t, e) < 0)
		return -1;
	if (t->model.params.valid_fraction > 0) {
		if (split_rows(t, e) < 0)
			return -1;
	} else if (t->rq.validation && load_validation(t, valid_key, e) < 0) {
		return -1;
	}
	if (thin_validation(t, valid_key, e) < 0 || train_balance(t, e) < 0 ||
	    train_others_load(t, e) < 0)
		return -1;
	if (!t->subset)
		return draw(&t->training, t->rows, p->score_training_samples,
			    key, e);
	t->training.rows = t->rows;
	return draw_subset(&t->training, t->subset, t->model.training_rows,
			   p->score_training_samples, key, e);
}
