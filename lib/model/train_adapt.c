/*
 * train_adapt.c - validation and test frames that differ from the training
 * frame: what they lack, and what they have that the model does not know, is
 * counted and told, or refused where the parameters say so.
 */
#include <inttypes.h>
#include <string.h>

#include "model/train_int.h"

#define NAMED 4 /* columns in one message */

static bool
refuses_missing(const struct params *p)
{
	return p->strict || p->missing_columns == PARAM_MISSING_COLUMNS_ERROR;
}

bool
train_refuses_unseen(const struct params *p)
{
	return p->strict || p->unseen_levels == PARAM_UNSEEN_LEVELS_ERROR;
}

/* "column 'a'", "3 columns ('a', 'b', 'c')", "7 columns ('a'... and 3 more)" */
static void
name_columns(struct str *s, const struct encoder *enc, const size_t *column,
	     size_t n)
{
	size_t i, named = n > NAMED ? NAMED : n;

	if (n == 1) {
		str_addf(s, "column '%s'", enc->column[*column].name);
		return;
	}
	str_addf(s, "%zu columns (", n);
	for (i = 0; i < named; i++)
		str_addf(s, "%s'%s'", i ? ", " : "",
			 enc->column[column[i]].name);
	if (n > named)
		str_addf(s, " and %zu more", n - named);
	str_add_char(s, ')');
}

static int
miss(struct train *t, const struct frame *f, const char *what,
     const struct adapt *a, struct err *e)
{
	const size_t *missing;
	size_t n = adapt_missing(a, &missing);
	struct str s = STR_INIT;
	int rc;

	if (n == 0)
		return 0;
	name_columns(&s, &t->model.enc, missing, n);
	rc = str_check(&s, e);
	if (rc == 0 && refuses_missing(&t->model.params))
		rc = err_set(e, ERR_SCHEMA, "%s: '%s' lacks %s that the model "
			     "uses", what, frame_path(f), s.buf);
	else if (rc == 0)
		str_addf(&t->notes, "%s: '%s' lacks %s: missing in every row\n",
			 what, frame_path(f), s.buf);
	str_release(&s);
	return rc;
}

static int
miss_weights(struct train *t, const struct frame *f, const char *what,
	     const struct adapt *a, struct err *e)
{
	const char *name = t->model.enc.weights_column;

	if (!adapt_lacks_weights(a))
		return 0;
	if (t->model.params.strict)
		return err_set(e, ERR_SCHEMA, "%s: weights column '%s': no "
			       "such column in '%s'", what, name,
			       frame_path(f));
	str_addf(&t->notes, "%s: no weights column '%s' in '%s': every row "
		 "weighs 1\n", what, name, frame_path(f));
	return 0;
}

struct adapt *
train_adapt(struct train *t, const struct frame *f, const char *what,
	    struct err *e)
{
	struct adapt *a = adapt_new(&t->model.enc, f,
				    ADAPT_RESPONSE | ADAPT_WEIGHTS, e);

	if (!a) {
		err_prefix(e, "%s", what);
		return NULL;
	}
	if (miss(t, f, what, a, e) == 0 && miss_weights(t, f, what, a, e) == 0)
		return a;
	adapt_free(a);
	return NULL;
}

/* Does the model know the class of any row? */
static bool
knows_any(const struct train *t, const struct rows *r)
{
	int32_t classes = (int32_t)t->model.enc.classes.n;

	for (int64_t i = 0; i < rows_count(r); i++)
		if (rows_label(r, i) < classes)
			return true;
	return false;
}

static int
check_classes(struct train *t, const struct rows *r, const struct frame *f,
	      const char *what, struct err *e)
{
	const char *name = t->model.enc.response;
	int64_t n = rows_unknown(r);

	if (n == 0)
		return 0;
	if (!knows_any(t, r))
		return err_set(e, ERR_SCHEMA, "%s: response '%s': no level of "
			       "'%s' is known to the model", what, name,
			       frame_path(f));
	if (t->model.params.strict)
		return err_set(e, ERR_SCHEMA, "%s: response '%s': %" PRId64
			       " rows of '%s' have a class that the training "
			       "frame does not have", what, name, n,
			       frame_path(f));
	str_addf(&t->notes, "%s: response '%s': %" PRId64 " rows of '%s' have "
		 "a class that the training frame does not have\n", what, name,
		 n, frame_path(f));
	return 0;
}

int
train_adapted(struct train *t, const struct rows *r, const struct frame *f,
	      const char *what, struct err *e)
{
	const struct encoder *enc = &t->model.enc;

	if (rows_count(r) == 0)
		return err_set(e, ERR_INPUT, "%s frame '%s' has no usable row",
			       what, frame_path(f));
	for (size_t i = 0; i < enc->columns; i++) {
		int64_t n = rows_unseen(r, i);
		const char *name = enc->column[i].name;

		if (n == 0)
			continue;
		if (train_refuses_unseen(&t->model.params))
			return err_set(e, ERR_SCHEMA, "%s: column '%s': %"
				       PRId64 " cells of '%s' have levels "
				       "that the training frame does not have",
				       what, name, n, frame_path(f));
		str_addf(&t->notes, "%s: column '%s': %" PRId64 " cells of "
			 "'%s' have levels that the training frame does not "
			 "have: missing\n", what, name, n, frame_path(f));
	}
	return check_classes(t, r, f, what, e);
}

void
train_adaptations(struct train *t, struct str *out)
{
	str_add_bytes(out, t->notes.buf, t->notes.len);
	str_reset(&t->notes);
}
