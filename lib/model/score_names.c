/*
 * score_names.c - what the columns of the output are called.
 *
 * A class that is an integer has a p before it, as in H2O.  Where two columns
 * would have one name, such as those of classes 1 and p1, or that of a class
 * `actual`, every class has p. before it instead.  So has a contribution
 * contrib. where its column is carried over.
 */
#include "model/score_int.h"

#include <stdlib.h>
#include <string.h>

#include <dltools/mem.h>

static bool
is_integer_like(const char *t, size_t len)
{
	size_t i = len && *t == '-';

	if (i == len)
		return false;
	for (; i < len; i++)
		if (t[i] < '0' || t[i] > '9')
			return false;
	return true;
}

void
score_add_class_name(struct str *out, const struct string_table *t, size_t k,
		     bool dotted)
{
	const char *name = t->bytes + t->at[k];
	size_t len = (size_t)(t->at[k + 1] - t->at[k]);

	if (dotted)
		str_add(out, "p.");
	else if (is_integer_like(name, len))
		str_add_char(out, 'p');
	str_add_bytes(out, name, len);
}

/* ---- which are alike ------------------------------------------------- */

struct name {
	char *text; /* owned */
	bool kept;  /* carried over from the table */
};

struct names {
	struct name *name;
	size_t n, room;
};

static void
forget(struct names *l)
{
	for (size_t i = 0; i < l->n; i++)
		mem_free(l->name[i].text);
	mem_free(l->name);
	*l = (struct names){0};
}

static int
add(struct names *l, const char *text, size_t len, bool kept, struct err *e)
{
	if (mem_grow(&l->name, &l->room, l->n + 1, sizeof(*l->name), e) < 0)
		return -1;
	l->name[l->n] = (struct name){mem_memdup(text, len, e), kept};
	return l->name[l->n].text ? (l->n++, 0) : -1;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(((const struct name *)a)->text,
		      ((const struct name *)b)->text);
}

/* The first name of two columns, or NULL; columns of a table may be alike. */
static const char *
find_double(struct names *l, bool kept_too)
{
	if (l->n)
		qsort(l->name, l->n, sizeof(*l->name), by_text);
	for (size_t i = 1; i < l->n; i++)
		if (!by_text(&l->name[i - 1], &l->name[i]) &&
		    (kept_too || !l->name[i - 1].kept || !l->name[i].kept))
			return l->name[i].text;
	return NULL;
}

static int
list(struct names *l, const struct score_job *job,
     const struct score_cells *cells, struct err *e)
{
	struct str s = STR_INIT;
	int status = 0;

	if (job->o->actual)
		status = add(l, "actual", 6, false, e);
	for (size_t i = 0; status == 0 && i < job->keep.n; i++) {
		const char *kept = cells->name(cells->ctx, job->keep.index[i]);

		status = add(l, kept, strlen(kept), true, e);
	}
	if (status == 0 && score_has_predict(job))
		status = add(l, "predict", 7, false, e);
	for (size_t i = 0; status == 0 && i < score_numbers(job); i++) {
		str_reset(&s);
		score_add_number_name(&s, job, i);
		status = str_check(&s, e) < 0 ? -1
			: add(l, s.buf, s.len, false, e);
	}
	str_release(&s);
	return status;
}

int
score_name_columns(struct score_job *job, const struct score_cells *cells,
		   struct err *e)
{
	bool is_json = job->o->format == FRAME_TEXT_JSON;
	struct names l = {0};
	const char *name = NULL;
	int status;

	job->dotted = false;
	if (job->o->no_rows || !(is_json || score_has_header(job->o)))
		return 0;
	status = list(&l, job, cells, e);
	if (status == 0 && find_double(&l, is_json)) {
		forget(&l);
		job->dotted = true;
		status = list(&l, job, cells, e);
		name = status == 0 ? find_double(&l, is_json) : NULL;
	}
	if (name)
		status = err_set(e, ERR_USAGE, "two columns of the output "
				 "would be called '%s': see --keep, --actual "
				 "and --no-header", name);
	forget(&l);
	return status;
}

int
score_class_names_clash(const struct string_table *t, const char *const *other,
			size_t n, bool *clash, struct err *e)
{
	struct names l = {0};
	struct str s = STR_INIT;
	int status = 0;

	for (size_t i = 0; status == 0 && i < n; i++)
		status = add(&l, other[i], strlen(other[i]), false, e);
	for (size_t k = 0; status == 0 && k < t->n; k++) {
		str_reset(&s);
		score_add_class_name(&s, t, k, false);
		status = str_check(&s, e) < 0 ? -1
			: add(&l, s.buf, s.len, false, e);
	}
	*clash = status == 0 && find_double(&l, true);
	forget(&l);
	str_release(&s);
	return status;
}
