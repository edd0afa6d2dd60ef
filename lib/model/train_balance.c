/*
 * train_balance.c - how often the rows of an epoch are presented: classes in
 * balance (balance_classes), rows in proportion to their weights
 * (weights_column, class_weights), or all alike and their errors in that
 * proportion (weighting).  Rows are named, never copied.
 *
 * H2O draws every copy by itself; here the number of rows of a class is exact
 * and only which of them get one copy more is drawn, so that no class can
 * vanish and the number of rows does not hang on the seed.
 */
#include <math.h>
#include <string.h>

#include "dltools/mem.h"
#include "dltools/num.h"
#include "model/train_int.h"

/* ---- what was asked for, against the classes of the response ---------- */

static const char *
level_text(const struct string_table *t, size_t i, size_t *len)
{
	*len = (size_t)(t->at[i + 1] - t->at[i]);
	return t->bytes + t->at[i];
}

static bool
is_any(const struct param_reals *factors)
{
	for (size_t i = 0; i < factors->n; i++)
		if (factors->v[i] > 0)
			return true;
	return false;
}

static int
check_factors(const struct train *t, struct err *e)
{
	const struct param_reals *f = &t->model.params.class_sampling_factors;
	const struct encoder *enc = &t->model.enc;
	size_t len;
	const char *name;

	if (f->n && f->n != enc->classes.n)
		return err_set(e, ERR_USAGE, "--class-sampling-factors: %zu "
			       "factors for the %zu classes of '%s'", f->n,
			       enc->classes.n, enc->response);
	for (size_t i = 0; is_any(f) && i < f->n; i++) {
		name = level_text(&enc->classes, i, &len);
		if (!(f->v[i] > 0))
			return err_set(e, ERR_USAGE,
				       "--class-sampling-factors: '0': would "
				       "leave out class '%.*s'", (int)len,
				       name);
	}
	return 0;
}

static int
check_weights(const struct train *t, struct err *e)
{
	const char *name = t->model.enc.weights_column;
	const struct frame_column *c;
	int64_t at = name ? frame_find(t->rq.training, name) : -1;

	/* one that a checkpoint had and the frame lacks weighs 1 */
	if (!t->model.params.balance_classes || at < 0)
		return 0;
	c = frame_column(t->rq.training, (size_t)at);
	if (c->is_integer && c->stats.max <= 1)
		return 0;
	return err_set(e, ERR_USAGE, "--balance-classes and --weights-column: "
		       "'%s' has weights other than 0 and 1", name);
}

/* The class that a text names, -1 if there is none. */
static int64_t
find_class(const struct encoder *enc, const char *text, size_t n)
{
	for (size_t i = 0; i < enc->classes.n; i++) {
		size_t len;
		const char *name = level_text(&enc->classes, i, &len);

		if (len == n && memcmp(name, text, n) == 0)
			return (int64_t)i;
	}
	return -1;
}

static int
no_class(const struct encoder *enc, const char *item, struct err *e)
{
	size_t len, last;
	const char *name = level_text(&enc->classes, 0, &len);
	const char *end = level_text(&enc->classes, enc->classes.n - 1, &last);

	return err_set(e, ERR_USAGE, "--class-weights: '%s': no such class of "
		       "'%s' ('%.*s' to '%.*s')", item, enc->response,
		       (int)len, name, (int)last, end);
}

/* LEVEL=WEIGHT: a level may have an equals sign in its name. */
static int
take_weight(const struct encoder *enc, const char *item, double *weight,
	    struct err *e)
{
	const char *is = strrchr(item, '=');
	int64_t class;
	double w;

	if (!is)
		return err_set(e, ERR_USAGE, "--class-weights: '%s' is not "
			       "LEVEL=WEIGHT", item);
	class = find_class(enc, item, (size_t)(is - item));
	if (class < 0)
		return no_class(enc, item, e);
	if (num_parse_real(is + 1, 0, 1e15, &w, e) < 0 || !(w > 0))
		return err_set(e, ERR_USAGE, "--class-weights: '%s': the "
			       "weight must be a number > 0, at most 1e15",
			       item);
	if (!isnan(weight[class]))
		return err_set(e, ERR_USAGE, "--class-weights: '%s': the class "
			       "has a weight already", item);
	weight[class] = w;
	return 0;
}

/* weight[classes], 1 for those that are not named; NULL: failed. */
static double *
class_weights(const struct train *t, struct err *e)
{
	const struct param_texts *list = &t->model.params.class_weights;
	const struct encoder *enc = &t->model.enc;
	double *weight = mem_zalloc(enc->classes.n, sizeof(*weight), e);
	int rc = 0;

	if (!weight)
		return NULL;
	for (size_t i = 0; i < enc->classes.n; i++)
		weight[i] = (double)NAN;
	for (size_t i = 0; rc == 0 && i < list->n; i++)
		rc = take_weight(enc, list->v[i], weight, e);
	for (size_t i = 0; i < enc->classes.n; i++)
		if (isnan(weight[i]))
			weight[i] = 1;
	if (rc == 0)
		return weight;
	mem_free(weight);
	return NULL;
}

int
train_check_balance(const struct train *t, struct err *e)
{
	double *weight;

	if (!encoder_is_classifier(&t->model.enc))
		return 0;
	if (check_factors(t, e) < 0 || check_weights(t, e) < 0)
		return -1;
	if (!t->model.params.class_weights.n)
		return 0;
	weight = class_weights(t, e);
	mem_free(weight);
	return weight ? 0 : -1;
}

/* ---- balance_classes -------------------------------------------------- */

#define ROWS_MOST 1e15 /* of an epoch: exact as a double, sums don't wrap */

struct balance {
	double *factor;  /* [classes] */
	int64_t *count;  /* [classes] rows there are */
	int64_t *want;   /* [classes] rows there shall be */
	int64_t *seen;   /* [classes] */
	size_t classes;
	int64_t rows;    /* balanced */
	struct rng_key key;
};

static int64_t
row_at(const struct train *t, int64_t i)
{
	return t->subset ? t->subset[i] : i;
}

static void
set_factors(const struct train *t, struct balance *b)
{
	const struct param_reals *f = &t->model.params.class_sampling_factors;
	int64_t most = 0;

	for (size_t c = 0; c < b->classes; c++)
		most = b->count[c] > most ? b->count[c] : most;
	for (size_t c = 0; c < b->classes; c++)
		b->factor[c] = is_any(f) ? f->v[c] : b->count[c] ?
			(double)most / (double)b->count[c] : 0;
}

/* Rows of the frame that were not set aside for validation. */
static double
rows_before(const struct train *t)
{
	return (double)(frame_rows(t->rq.training) - rows_count(t->rows) +
			t->model.training_rows);
}

/* As in H2O: f *= min(cap, sum f n) / sum f n; whole rows in each class. */
static int
set_wanted(const struct train *t, struct balance *b, struct err *e)
{
	double cap = floor(t->model.params.max_after_balance_size *
			   rows_before(t));
	double expected = 0, scale;

	for (size_t c = 0; c < b->classes; c++)
		expected += b->factor[c] * (double)b->count[c];
	cap = fmax(cap, (double)b->classes);
	cap = fmin(cap, nearbyint(expected));
	if (!isfinite(expected) || cap > ROWS_MOST)
		return err_set(e, ERR_USAGE, "--balance-classes: an epoch "
			       "would have %g rows: lower "
			       "--class-sampling-factors or "
			       "--max-after-balance-size", cap);
	scale = cap / expected;
	for (size_t c = 0; c < b->classes; c++) {
		double want = b->factor[c] * scale * (double)b->count[c];

		if (b->count[c])
			b->want[c] = want < 1 ? 1 : (int64_t)nearbyint(want);
		b->rows += b->want[c];
	}
	return 0;
}

/* Row number k of class c: each as often as the others, or once more. */
static int64_t
copies(struct balance *b, size_t c)
{
	uint64_t n = (uint64_t)b->count[c], want = (uint64_t)b->want[c];
	uint64_t place = rng_permute(b->key, c, (uint64_t)b->seen[c]++, n);

	return (int64_t)(want / n + (place < want % n));
}

static int
name_rows(struct train *t, struct balance *b, struct err *e)
{
	int64_t *list = mem_zalloc((size_t)b->rows, sizeof(*list), e), n = 0;

	if (!list)
		return -1;
	for (int64_t i = 0; i < t->model.training_rows; i++) {
		int64_t row = row_at(t, i), k;

		k = copies(b, (size_t)rows_label(t->rows, row));
		while (k-- > 0)
			list[n++] = row;
	}
	mem_free(t->subset);
	t->subset = list;
	t->model.training_rows = n;
	return 0;
}

static int
count_classes(const struct train *t, struct balance *b, struct err *e)
{
	const struct encoder *enc = &t->model.enc;
	size_t len;
	const char *name;

	for (int64_t i = 0; i < t->model.training_rows; i++)
		b->count[rows_label(t->rows, row_at(t, i))]++;
	for (size_t c = 0; c < b->classes; c++) {
		name = level_text(&enc->classes, c, &len);
		/* the rows of a rare class may all be in one fold */
		if (!b->count[c] && !t->rq.folds &&
		    !is_any(&t->model.params.class_sampling_factors))
			return err_set(e, ERR_SCHEMA, "--balance-classes: "
				       "class '%.*s' of '%s' has no training "
				       "row", (int)len, name, enc->response);
	}
	return 0;
}

/* The shares that the net learns; predictions are put back to the priors. */
static int
tell_encoder(struct train *t, const struct balance *b, struct err *e)
{
	struct encoder *enc = &t->model.enc;

	if (!enc->balanced)
		enc->balanced = mem_zalloc(b->classes, sizeof(double), e);
	if (!enc->balanced)
		return -1;
	for (size_t c = 0; c < b->classes; c++)
		enc->balanced[c] = (double)b->want[c] / (double)b->rows;
	return 0;
}

static int
balance(struct train *t, struct err *e)
{
	struct balance b = {.classes = t->model.enc.classes.n};
	int rc = -1;

	b.key = rng_key((uint64_t)t->model.params.seed, RNG_BALANCE);
	b.factor = mem_zalloc(b.classes, sizeof(double), e);
	b.count = mem_zalloc(b.classes, sizeof(int64_t), e);
	b.want = mem_zalloc(b.classes, sizeof(int64_t), e);
	b.seen = mem_zalloc(b.classes, sizeof(int64_t), e);
	if (!b.factor || !b.count || !b.want || !b.seen ||
	    count_classes(t, &b, e) < 0)
		goto out;
	set_factors(t, &b);
	if (set_wanted(t, &b, e) == 0 && tell_encoder(t, &b, e) == 0)
		rc = name_rows(t, &b, e);
out:
	mem_free(b.factor);
	mem_free(b.count);
	mem_free(b.want);
	mem_free(b.seen);
	return rc;
}

/* ---- weights ---------------------------------------------------------- */

static double
row_weight(const struct train *t, int64_t row)
{
	double w = rows_weight(t->rows, row);

	return t->class_weight ? w * t->class_weight[rows_label(t->rows, row)]
			       : w;
}

static double
weight_of(const struct train *t, int64_t i)
{
	return row_weight(t, row_at(t, i));
}

/* Running sums of the weights of the rows of an epoch. */
static int
share_presentations(struct train *t, struct err *e)
{
	double sum = 0, first = 0;
	bool differ = false;

	t->share = mem_zalloc((size_t)t->model.training_rows,
			      sizeof(*t->share), e);
	if (!t->share)
		return -1;
	for (int64_t i = 0; i < t->model.training_rows; i++) {
		double w = weight_of(t, i);

		first = i ? first : w;
		differ |= w < first || w > first;
		sum += w;
		t->share[i] = sum;
	}
	if (!differ) { /* each row once: no need to look them up */
		mem_free(t->share);
		t->share = NULL;
	}
	return 0;
}

static void
scale_gradients(struct train *t)
{
	double sum = 0;

	for (int64_t i = 0; i < t->model.training_rows; i++)
		sum += weight_of(t, i);
	t->weight_scale = (double)t->model.training_rows / sum;
}

static int
weigh(struct train *t, struct err *e)
{
	if (t->model.params.class_weights.n) {
		t->class_weight = class_weights(t, e);
		if (!t->class_weight)
			return -1;
	}
	if (t->model.params.weighting == PARAM_WEIGHTING_SAMPLING)
		return share_presentations(t, e);
	scale_gradients(t);
	return 0;
}

void
train_weigh_errors(const struct train *t, const int64_t *row, size_t n,
		   float *weight)
{
	/* a weight by itself may be beyond a float, its proportion is not */
	for (size_t i = 0; i < n; i++)
		weight[i] = (float)(row_weight(t, row[i]) * t->weight_scale);
}

int
train_balance(struct train *t, struct err *e)
{
	const struct params *p = &t->model.params;

	if (p->balance_classes)
		return balance(t, e);
	if (t->model.enc.weights_column || p->class_weights.n)
		return weigh(t, e);
	return 0;
}
