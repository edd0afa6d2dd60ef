/*
 * encoder_build.c - deciding from a training frame which columns are used and
 * how; see encoder_build.h.
 */
#include <dltools/encoder.h>

#include <math.h>
#include <string.h>

#include <dltools/mem.h>

#include "data/encoder_int.h"

#define MAX_CLASSES (1 << 20)

static int
give_role(struct encoder *enc, const struct frame *f, const char *name,
	  const char *what, enum column_role role, struct err *e)
{
	size_t i;

	if (!name)
		return 0;
	if (frame_require(f, what, name, &i, e) < 0)
		return -1;
	if (enc->source[i].role != ROLE_PREDICTOR) {
		/* ignoring a column that has a role is harmless */
		if (role == ROLE_IGNORED)
			return 0;
		return err_set(e, ERR_SCHEMA,
			       "%s '%s': the column already has another role",
			       what, name);
	}
	enc->source[i].role = role;
	return 0;
}

static int
copy_sources(struct encoder *enc, const struct frame *f, struct err *e)
{
	size_t n = frame_columns(f), i;

	enc->source = mem_zalloc(n, sizeof(*enc->source), e);
	if (!enc->source)
		return -1;
	enc->sources = n;
	for (i = 0; i < n; i++) {
		const struct frame_column *c = frame_column(f, i);

		enc->source[i].name = mem_strdup(c->name, e);
		if (!enc->source[i].name)
			return -1;
		enc->source[i].type = c->type;
		enc->source[i].role = ROLE_PREDICTOR;
		enc->source[i].predictor = -1;
	}
	return 0;
}

static int
give_roles(struct encoder *enc, const struct frame *f,
	   const struct encoder_options *o, struct err *e)
{
	size_t i, at;

	if ((!o->autoencoder &&
	     give_role(enc, f, o->response, "response", ROLE_RESPONSE, e)) ||
	    give_role(enc, f, o->weights_column, "weights column",
		      ROLE_WEIGHTS, e) ||
	    give_role(enc, f, o->offset_column, "offset column", ROLE_OFFSET,
		      e) ||
	    give_role(enc, f, o->fold_column, "fold column", ROLE_FOLD, e))
		return -1;
	for (i = 0; i < o->ignored_n; i++)
		if (give_role(enc, f, o->ignored[i], "ignored column",
			      ROLE_IGNORED, e))
			return -1;
	if (!o->used)
		return 0;
	/* mark what is used with 0 for a moment, so the rest stands out */
	for (i = 0; i < o->used_n; i++) {
		if (frame_require(f, "predictor", o->used[i], &at, e) < 0)
			return -1;
		if (enc->source[at].role == ROLE_PREDICTOR)
			enc->source[at].role = 0;
	}
	for (i = 0; i < enc->sources; i++)
		if (enc->source[i].role == ROLE_PREDICTOR)
			enc->source[i].role = ROLE_IGNORED;
		else if (!enc->source[i].role)
			enc->source[i].role = ROLE_PREDICTOR;
	return 0;
}

static size_t
levels_seen(const struct frame_column *c)
{
	size_t n = 0, i;

	for (i = 0; i < c->levels.n; i++)
		n += c->level_counts[i] > 0;
	return n;
}

static bool
is_constant(const struct frame_column *c)
{
	if (c->type == COLUMN_ENUM)
		return levels_seen(c) <= 1;
	return !(c->stats.min < c->stats.max);
}

static void
drop_columns(struct encoder *enc, const struct frame *f,
	     const struct encoder_options *o)
{
	size_t i;

	for (i = 0; i < enc->sources; i++) {
		const struct frame_column *c = frame_column(f, i);
		struct encoder_source *s = &enc->source[i];

		if (s->role != ROLE_PREDICTOR)
			continue;
		if (c->type == COLUMN_TEXT)
			s->role = ROLE_UNUSABLE;
		else if (c->stats.count == 0 ||
			 (o->ignore_const_cols && is_constant(c)))
			s->role = ROLE_CONSTANT;
	}
}

/* Levels that get units of their own, or nearly so. */
static size_t
size_of(const struct frame_column *c, const struct encoder_options *o)
{
	if (o->encoding == ENCODING_ENUM_LIMITED && c->levels.n > o->max_levels)
		return o->max_levels + 1;
	return c->levels.n;
}

/* By size, descending, by an exchange sort: equal ones may change places. */
static void
exchange_sort(const struct frame *f, const struct encoder_options *o,
	      size_t *order, size_t n)
{
	size_t i, j, t;

	for (i = 0; i < n; i++)
		for (j = i + 1; j < n; j++)
			if (size_of(frame_column(f, order[i]), o) <
			    size_of(frame_column(f, order[j]), o)) {
				t = order[i];
				order[i] = order[j];
				order[j] = t;
			}
}

/*
 * H2O's order: categoricals by number of levels, then numbers, those that are
 * made of levels among them; the bits of Binary are appended.  *enums: how many
 * have units per level.
 */
static size_t
order_columns(const struct encoder *enc, const struct frame *f,
	      const struct encoder_options *o, size_t *order, size_t *enums)
{
	bool one_hot = encoder_is_one_hot(o->encoding), is_enum;
	bool bits = o->encoding == ENCODING_BINARY;
	size_t n = 0, i;
	int turn;

	for (turn = 0; turn < 3; turn++) {
		for (i = 0; i < enc->sources; i++) {
			if (enc->source[i].role != ROLE_PREDICTOR)
				continue;
			is_enum = frame_column(f, i)->type == COLUMN_ENUM;
			if (turn == (!is_enum ? 1 : one_hot ? 0 : bits ? 2 : 1))
				order[n++] = i;
		}
		if (turn > 0)
			continue;
		*enums = n;
		exchange_sort(f, o, order, n);
	}
	return n;
}

static void
set_transform(struct encoder_column *c, const struct column_stats *s,
	      const struct encoder_options *o)
{
	double width = o->autoencoder ? s->max - s->min : s->sd;

	c->sub = 0;
	c->mul = 1;
	c->fill = s->mean;
	switch (o->scaling) {
	case ENCODER_NONE:
		return;
	case ENCODER_MIN_MAX:
		c->sub = o->uncentred ? 0 : s->min;
		width = s->max - s->min;
		break;
	case ENCODER_MAX_ABS:
		width = fmax(fabs(s->min), fabs(s->max));
		break;
	case ENCODER_STANDARD:
		if (!o->standardize)
			return;
		c->sub = o->uncentred ? 0 : s->mean;
		break;
	}
	if (width > 0 && isfinite(width))
		c->mul = 1 / width;
}

static int
fill_column(struct encoder_column *c, const struct frame_column *from,
	    const struct encoder_options *o, struct err *e)
{
	c->name = mem_strdup(from->name, e);
	if (!c->name)
		return -1;
	c->type = from->type == COLUMN_ENUM ? COLUMN_ENUM : COLUMN_NUM;
	c->is_integer = from->is_integer || from->type == COLUMN_TIME;
	c->stats = from->stats;
	c->had_missing = from->stats.missing > 0;
	c->mul = 1;
	if (c->type == COLUMN_ENUM) {
		c->one_hot = encoder_is_one_hot(o->encoding);
		c->kept = from->levels.n;
		return string_table_copy(&c->levels, &from->levels, e);
	}
	set_transform(c, &from->stats, o);
	return 0;
}

static int
make_columns(struct encoder *enc, const struct frame *f,
	     const struct encoder_options *o, struct err *e)
{
	size_t *order, n, enums = 0, sparse, i;
	int status = -1;

	order = mem_zalloc(2 * enc->sources, sizeof(*order), e);
	if (!order)
		return -1;
	n = order_columns(enc, f, o, order, &enums);
	sparse = encoder_sparse_first(f, o, order + enums, n - enums,
				      order + enc->sources);
	if (n == 0) {
		err_set(e, ERR_SCHEMA, "no usable predictor in '%s': of its "
			"%zu columns %zu are constant or empty, %zu are text, "
			"%zu are ignored or not chosen, the others have a role",
			frame_path(f), enc->sources,
			encoder_dropped(enc, ROLE_CONSTANT),
			encoder_dropped(enc, ROLE_UNUSABLE),
			encoder_dropped(enc, ROLE_IGNORED));
		goto out;
	}
	enc->column = mem_zalloc(n, sizeof(*enc->column), e);
	if (!enc->column)
		goto out;
	enc->columns = n;
	for (i = 0; i < n; i++) {
		if (fill_column(&enc->column[i], frame_column(f, order[i]), o,
				e) < 0)
			goto out;
		enc->column[i].is_sparse = i >= enums && i < enums + sparse;
		enc->source[order[i]].predictor = (int64_t)i;
	}
	status = 0;
out:
	mem_free(order);
	return status;
}

static int
set_classes(struct encoder *enc, const struct frame *f,
	    const struct frame_column *c, struct err *e)
{
	size_t i;

	if (levels_seen(c) < 2)
		return err_set(e, ERR_SCHEMA, "response '%s': only %zu level "
			       "in '%s', a classifier needs two", c->name,
			       levels_seen(c), frame_path(f));
	if (c->levels.n > MAX_CLASSES)
		return err_set(e, ERR_SCHEMA, "response '%s': %zu levels, at "
			       "most %d are possible", c->name, c->levels.n,
			       MAX_CLASSES);
	enc->priors = mem_zalloc(c->levels.n, sizeof(*enc->priors), e);
	if (!enc->priors || string_table_copy(&enc->classes, &c->levels, e) < 0)
		return -1;
	for (i = 0; i < c->levels.n; i++)
		enc->priors[i] = (double)c->level_counts[i] /
				 (double)c->stats.count;
	return 0;
}

static int
set_response(struct encoder *enc, const struct frame *f,
	     const struct encoder_options *o, struct err *e)
{
	const struct frame_column *c;
	size_t at;

	if (o->autoencoder)
		return 0;
	if (!o->response)
		return err_set(e, ERR_USAGE, "a response column is required");
	if (frame_require(f, "response", o->response, &at, e) < 0)
		return -1;
	c = frame_column(f, at);
	enc->response = mem_strdup(c->name, e);
	if (!enc->response)
		return -1;
	enc->response_type = c->type == COLUMN_TIME ? COLUMN_NUM : c->type;
	enc->response_mul = 1;
	if (c->type == COLUMN_TEXT)
		return err_set(e, ERR_SCHEMA, "response '%s': the column is "
			       "text; a class needs type enum (dl-import "
			       "--type %s=enum)", c->name, c->name);
	if (c->stats.count == 0)
		return err_set(e, ERR_SCHEMA, "response '%s': every value in "
			       "'%s' is missing", c->name, frame_path(f));
	if (c->type == COLUMN_ENUM)
		return set_classes(enc, f, c, e);
	if (is_constant(c))
		return err_set(e, ERR_SCHEMA, "response '%s': constant in "
			       "'%s'", c->name, frame_path(f));
	enc->response_mean = c->stats.mean;
	if (o->standardize && !o->raw_response) {
		double sd = c->stats.sd, mean = c->stats.mean;

		/* its square has lost digits, or all of them */
		if (!isnormal(sd * sd) || !isnormal(1 / sd) || !isfinite(mean))
			return err_set(e, ERR_NUMERIC, "response '%s': cannot "
				       "be scaled, its standard deviation is "
				       "%g", c->name, sd);
		enc->response_sub = c->stats.mean;
		enc->response_mul = 1 / c->stats.sd;
	}
	return 0;
}

/* Weights and offsets: numbers, none missing; weights not negative. */
static int
check_number_role(const struct frame *f, const char *name, const char *what,
		  bool weights, char **copy, struct err *e)
{
	const struct frame_column *c;
	size_t at;

	if (!name)
		return 0;
	if (frame_require(f, what, name, &at, e) < 0)
		return -1;
	c = frame_column(f, at);
	if (c->type != COLUMN_NUM)
		return err_set(e, ERR_SCHEMA, "%s '%s': type is %s, not num",
			       what, c->name, column_type_name(c->type));
	if (c->stats.missing)
		return err_set(e, ERR_SCHEMA, "%s '%s': %lld values are "
			       "missing", what, c->name,
			       (long long)c->stats.missing);
	if (weights && !(c->stats.min >= 0))
		return err_set(e, ERR_SCHEMA, "%s '%s': values must not be "
			       "negative, the smallest in '%s' is %g", what,
			       c->name, frame_path(f), c->stats.min);
	if (weights && !(c->stats.max > 0))
		return err_set(e, ERR_SCHEMA, "%s '%s': values must not be "
			       "all zero: no row would be left", what, c->name);
	*copy = mem_strdup(c->name, e);
	return *copy ? 0 : -1;
}

int
encoder_build(struct encoder *enc, const struct frame *f,
	      const struct encoder_options *o, struct err *e)
{
	memset(enc, 0, sizeof(*enc));
	enc->use_all_factor_levels = o->use_all_factor_levels || o->autoencoder;
	enc->standardize = o->standardize &&
			   o->scaling == ENCODER_STANDARD;
	enc->uncentred = o->uncentred;
	enc->missing = o->missing;
	enc->encoding = o->encoding;
	enc->hash_seed = o->hash_seed;
	if (frame_rows(f) == 0) {
		err_set(e, ERR_INPUT, "'%s' has no rows", frame_path(f));
		goto fail;
	}
	if (set_response(enc, f, o, e) < 0 || copy_sources(enc, f, e) < 0 ||
	    give_roles(enc, f, o, e) < 0 ||
	    check_number_role(f, o->weights_column, "weights column", true,
			      &enc->weights_column, e) < 0 ||
	    check_number_role(f, o->offset_column, "offset column", false,
			      &enc->offset_column, e) < 0)
		goto fail;
	drop_columns(enc, f, o);
	if (make_columns(enc, f, o, e) < 0 ||
	    encoder_encode_levels(enc, f, o->max_levels, e) < 0)
		goto fail;
	encoder_number_units(enc, o->max_features);
	if (enc->weights_column && encoder_weigh(enc, f, e) < 0)
		goto fail;
	if (encoder_check_range(enc, f, e) < 0)
		goto fail;
	return 0;
fail:
	encoder_release(enc);
	return -1;
}
