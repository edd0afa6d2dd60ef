/* adapt.c - matching the columns and levels of a frame; see adapt.h. */
#include <dltools/adapt.h>

#include <string.h>

#include <dltools/mem.h>

#include "data/adapt_int.h"

static void
column_release(struct adapt_column *c)
{
	mem_free(c->code);
	level_index_release(&c->index);
}

void
adapt_free(struct adapt *a)
{
	size_t i;

	if (!a)
		return;
	for (i = 0; a->column && i < a->enc->columns; i++)
		column_release(&a->column[i]);
	column_release(&a->response);
	mem_free(a->column);
	mem_free(a->missing);
	mem_free(a);
}

/* Exact names only: a column called "3" is not the third one here. */
static bool
find_exact(const struct frame *f, const char *name, size_t *column)
{
	int64_t at = frame_find(f, name);

	if (at < 0 || strcmp(frame_column(f, (size_t)at)->name, name))
		return false;
	*column = (size_t)at;
	return true;
}

/* Where level i of c stands in `levels`, levels->n if nowhere. */
static int
map_levels(struct adapt_column *a, const struct frame_column *c,
	   const struct string_table *levels, struct err *e)
{
	const struct string_table *t = &c->levels;
	struct level_index index;
	size_t i;

	a->code = mem_zalloc(t->n, sizeof(*a->code), e);
	if (!a->code || level_index_init(&index, levels, e) < 0)
		return -1;
	for (i = 0; i < t->n; i++) {
		a->code[i] = (uint32_t)level_index_find(
			&index, t->bytes + t->at[i],
			(size_t)(t->at[i + 1] - t->at[i]));
		a->unseen += a->code[i] == levels->n;
	}
	level_index_release(&index);
	return 0;
}

/* levels: NULL for a number. */
static int
match(struct adapt_column *a, const struct frame *f, const char *name,
      const struct string_table *levels, struct err *e)
{
	const struct frame_column *c;

	if (!find_exact(f, name, &a->column))
		return 0;
	c = frame_column(f, a->column);
	if (c->stats.count == 0) /* its type means nothing */
		return 0;
	if (!levels) {
		if (c->type != COLUMN_NUM && c->type != COLUMN_TIME)
			return err_set(e, ERR_SCHEMA, "column '%s' is %s in "
				       "'%s' but num in the model", name,
				       column_type_name(c->type),
				       frame_path(f));
		a->how = ADAPT_NUMBER;
		return 0;
	}
	if (c->type == COLUMN_ENUM) {
		a->how = ADAPT_CODE;
		return map_levels(a, c, levels, e);
	}
	a->how = c->type == COLUMN_TEXT ? ADAPT_STRING : ADAPT_DIGITS;
	return level_index_init(&a->index, levels, e);
}

static int
match_predictors(struct adapt *a, const struct frame *f, struct err *e)
{
	const struct encoder *enc = a->enc;
	size_t i, column;

	for (i = 0; i < enc->columns; i++) {
		const struct encoder_column *c = &enc->column[i];
		bool is_enum = c->type == COLUMN_ENUM;

		if (match(&a->column[i], f, c->name,
			  is_enum ? &c->levels : NULL, e) < 0)
			return -1;
		if (!find_exact(f, c->name, &column))
			a->missing[a->missing_n++] = i;
	}
	if (a->missing_n == enc->columns)
		return err_set(e, ERR_SCHEMA,
			       "'%s' has no column in common "
			       "with the model's %zu predictors ('%s'...)",
			       frame_path(f), enc->columns,
			       enc->column[0].name);
	return 0;
}

static int
match_response(struct adapt *a, const struct frame *f, unsigned flags,
	       struct err *e)
{
	const struct encoder *enc = a->enc;
	const struct adapt_column *r = &a->response;
	size_t column;

	if (!enc->response)
		return 0;
	if (!find_exact(f, enc->response, &column)) {
		if (flags & ADAPT_RESPONSE)
			return err_set(e, ERR_SCHEMA, "response '%s': no such "
				       "column in '%s'", enc->response,
				       frame_path(f));
		return 0;
	}
	if ((flags & ADAPT_RESPONSE) && frame_rows(f) > 0 &&
	    frame_column(f, column)->stats.count == 0)
		return err_set(e, ERR_INPUT, "response '%s': missing in all "
			       "%lld rows of '%s'", enc->response,
			       (long long)frame_rows(f), frame_path(f));
	if (match(&a->response, f, enc->response,
		  encoder_is_classifier(enc) ? &enc->classes : NULL, e) < 0)
		return -1;
	if ((flags & ADAPT_RESPONSE) && r->how == ADAPT_CODE &&
	    r->unseen == frame_column(f, column)->levels.n)
		return err_set(e, ERR_SCHEMA, "response '%s': no level of "
			       "'%s' is known to the model", enc->response,
			       frame_path(f));
	return 0;
}

static int
match_weights(struct adapt *a, const struct frame *f, unsigned flags,
	      struct err *e)
{
	const struct encoder *enc = a->enc;
	const struct column_stats *s;

	if (enc->weights_column &&
	    match(&a->weights, f, enc->weights_column, NULL, e) < 0)
		return -1;
	if (a->weights.how == ADAPT_ABSENT)
		return 0;
	s = &frame_column(f, a->weights.column)->stats;
	if (s->min < 0)
		return err_set(e, ERR_SCHEMA, "weights column '%s': values are "
			       "negative in '%s'", enc->weights_column,
			       frame_path(f));
	if ((flags & ADAPT_WEIGHTS) && s->missing)
		return err_set(e, ERR_SCHEMA, "weights column '%s': %lld "
			       "values are missing in '%s'",
			       enc->weights_column, (long long)s->missing,
			       frame_path(f));
	return 0;
}

static int
match_offset(struct adapt *a, const struct frame *f, struct err *e)
{
	const struct encoder *enc = a->enc;
	int64_t missing;

	if (!enc->offset_column)
		return 0;
	if (match(&a->offset, f, enc->offset_column, NULL, e) < 0)
		return -1;
	if (a->offset.how == ADAPT_ABSENT)
		return err_set(e, ERR_SCHEMA, "offset column '%s': no such "
			       "column in '%s'", enc->offset_column,
			       frame_path(f));
	missing = frame_column(f, a->offset.column)->stats.missing;
	if (missing)
		return err_set(e, ERR_SCHEMA, "offset column '%s': %lld values "
			       "are missing in '%s'", enc->offset_column,
			       (long long)missing, frame_path(f));
	return 0;
}

struct adapt *
adapt_new(const struct encoder *enc, const struct frame *f, unsigned flags,
	  struct err *e)
{
	struct adapt *a = mem_zalloc(1, sizeof(*a), e);

	if (!a)
		return NULL;
	a->enc = enc;
	a->column = mem_zalloc(enc->columns, sizeof(*a->column), e);
	a->missing = mem_zalloc(enc->columns, sizeof(*a->missing), e);
	if (!a->column || !a->missing || match_predictors(a, f, e) < 0 ||
	    match_response(a, f, flags, e) < 0 ||
	    match_weights(a, f, flags, e) < 0 || match_offset(a, f, e) < 0) {
		adapt_free(a);
		return NULL;
	}
	return a;
}

bool
adapt_lacks_weights(const struct adapt *a)
{
	return a->enc->weights_column && a->weights.how == ADAPT_ABSENT;
}

bool
adapt_may_be_empty(const struct adapt *a, const struct frame *f)
{
	int64_t n = 0;

	if (a->response.how != ADAPT_ABSENT)
		n += frame_column(f, a->response.column)->stats.missing;
	if (a->weights.how != ADAPT_ABSENT)
		n += frame_column(f, a->weights.column)->stats.zeros;
	return n >= frame_rows(f);
}

size_t
adapt_missing(const struct adapt *a, const size_t **predictor)
{
	*predictor = a->missing;
	return a->missing_n;
}
