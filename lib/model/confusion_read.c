/* confusion_read.c - from tables to confusion matrices; see confusion.h. */
#include "model/confusion_int.h"

#include <math.h>
#include <string.h>

#include <dltools/mem.h>
#include <dltools/str.h>
#include <dltools/text_table.h>

#include "data/cell_int.h"
#include "model/pairs.h"

/* Probability columns, and which of them belongs to which class. */
struct scorer {
	double *p;      /* [pairs.scores] */
	size_t *column; /* of a class, by place: column + 1; 0 is unknown yet */
	size_t *class;  /* [pairs.scores]: whose column it is: place + 1 */
	size_t room, n;
	bool dotted;    /* all columns are called p.CLASS */
};

#define NO_COLUMN SIZE_MAX

static void
scorer_release(struct scorer *s)
{
	mem_free(s->p);
	mem_free(s->column);
	mem_free(s->class);
}

static int
scorer_init(struct scorer *s, struct confusion *c, const struct pairs *p,
	    struct err *e)
{
	c->no_scores = p->no_scores;
	if (!p->scores)
		return 0;
	s->p = mem_zalloc(p->scores, sizeof(*s->p), e);
	s->class = mem_zalloc(p->scores, sizeof(*s->class), e);
	if (!s->p || !s->class)
		return -1;
	s->dotted = true;
	for (size_t i = 0; i < p->scores; i++)
		s->dotted &= !strncmp(p->name[pairs_score(p, i)], "p.", 2);
	c->has_scores = true;
	return metrics_init(&c->scores, p->scores == 2 ? METRICS_BINOMIAL
						       : METRICS_MULTINOMIAL,
			    p->scores, e);
}

/* How many columns are called prefix and class; *at is the last one's + 1. */
static size_t
count_columns(const struct pairs *p, const char *prefix, const char *class,
	      size_t *at)
{
	size_t i, n = 0, len = strlen(prefix);

	for (i = 0; i < p->scores; i++) {
		const char *name = p->name[pairs_score(p, i)];

		if (!strncmp(name, prefix, len) && !strcmp(name + len, class)) {
			*at = i + 1;
			n++;
		}
	}
	return n;
}

/*
 * A class's column has its name, or that with a p before it, or p. if all have.
 * Two for one class, or one for two: nobody knows what they are.
 */
static int
find_column(struct scorer *s, const struct confusion *c, const struct pairs *p,
	    size_t class, struct err *e)
{
	size_t at = NO_COLUMN, n = 0, *owner;

	if (s->dotted)
		n = count_columns(p, "p.", c->name[class], &at);
	if (!n)
		n = count_columns(p, "", c->name[class], &at);
	if (!n)
		n = count_columns(p, "p", c->name[class], &at);
	s->column[class] = at;
	if (!n)
		return 0;
	owner = &s->class[at - 1];
	if (n > 1 || *owner)
		return err_set(e, ERR_SCHEMA, "%s: %s '%s' %s '%s': give the "
			       "columns of probabilities names of their own",
			       csv_path(p->reader),
			       n > 1 ? "two columns for the class"
				     : "one column for the classes",
			       c->name[class], n > 1 ? "named" : "and",
			       n > 1 ? p->name[pairs_score(p, at - 1)]
				     : c->name[*owner - 1]);
	*owner = class + 1;
	return 0;
}

static int
add_scores(struct scorer *s, struct confusion *c, const struct pairs *p,
	   const struct pair *row, size_t actual, struct err *e)
{
	int is = pairs_read_scores(p, row->field, p->line, s->p, &c->no_scores);
	size_t i;

	if (is < 0) { /* the columns are something else */
		metrics_release(&c->scores);
		c->has_scores = false;
		return 0;
	}
	if (mem_grow(&s->column, &s->room, c->classes, sizeof(*s->column),
		     e) < 0)
		return -1;
	for (; s->n < c->classes; s->n++)
		s->column[s->n] = 0;
	if (!s->column[actual] && find_column(s, c, p, actual, e) < 0)
		return -1;
	if (is == 0)
		s->p[0] = NAN; /* metrics pass such a row over */
	i = s->column[actual];
	return metrics_add_exact(&c->scores, s->p,
				 (int32_t)(i == NO_COLUMN ? p->scores : i - 1),
				 row->weight, e);
}

static bool
counts(const struct pair *row)
{
	return row->actual_len && row->predicted_len && row->weight > 0;
}

static int
add_row(struct confusion *c, struct scorer *s, const struct pairs *p,
	const struct pair *row, struct err *e)
{
	size_t a, q;

	if (!counts(row)) {
		c->skipped++;
		return 0;
	}
	if (confusion_find(c, row->actual, row->actual_len, &a, e) < 0 ||
	    confusion_find(c, row->predicted, row->predicted_len, &q, e) < 0 ||
	    confusion_add_classes(c, a, q, row->weight, e) < 0)
		return -1;
	return c->has_scores ? add_scores(s, c, p, row, a, e) : 0;
}

/*
 * Predictions of a regression: all names are numbers, and a fraction was
 * predicted that never occurs.
 */
static int
check_classes(struct confusion *c, const struct pairs *p, struct err *e)
{
	const char *odd = NULL;
	struct cell cell;
	size_t i;

	for (i = 0; i < c->classes; i++) {
		if (text_table_is_none(c->name[i], strlen(c->name[i])))
			continue;
		if (cell_parse(c->name[i], strlen(c->name[i]), &cell) ==
		    CELL_TEXT)
			return 0;
		if (c->total[i].actual == 0 && strpbrk(c->name[i], ".eE"))
			odd = c->name[i];
	}
	if (!odd || p->scores)
		return 0;
	c->is_regression = true;
	return err_set(e, ERR_INPUT, "%s: column '%s' holds numbers such as "
		       "'%s', not classes: for regression see "
		       "dl-score --metrics", csv_path(p->reader),
		       p->name[p->predict], odd);
}

static int
finish(struct confusion *c, struct pairs *p, struct err *e)
{
	if (!c->rows)
		return err_set(e, ERR_INPUT, "%s: no row has an actual and a "
			       "predicted class%s", csv_path(p->reader),
			       p->weight == SIZE_MAX ? ""
						     : ", and a weight");
	if (confusion_finish(c, e) < 0 || check_classes(c, p, e) < 0)
		return -1;
	if (!isfinite(c->weight))
		return err_set(e, ERR_INPUT, "%s: the weights add up to more "
			       "than a number can hold", csv_path(p->reader));
	return c->has_scores ? metrics_finish(&c->scores, e) : 0;
}

int
confusion_read(struct confusion *c, const char *path,
	       const struct confusion_options *o, struct err *e)
{
	struct scorer scorer = {0};
	struct pairs p;
	struct pair row;
	int got = -1;

	if (pairs_open(&p, path, o, e) < 0)
		return -1;
	if (scorer_init(&scorer, c, &p, e) == 0)
		do {
			got = pairs_next(&p, &row, e);
			if (got > 0 && add_row(c, &scorer, &p, &row, e) < 0)
				got = -1;
		} while (got > 0);
	if (got == 0)
		got = finish(c, &p, e);
	scorer_release(&scorer);
	if (got == 0)
		return pairs_close(&p, e);
	pairs_release(&p);
	return -1;
}

/* ---- two models ----------------------------------------------------- */

struct side {
	struct pairs p;
	struct scorer s;
	struct pair row;
	struct confusion *c;
};

static bool
is_right(const struct pair *row)
{
	return row->actual_len == row->predicted_len &&
	       !memcmp(row->actual, row->predicted, row->actual_len);
}

/* Is it the same row? */
static int
check_row(const struct side *a, const struct side *b, struct err *e)
{
	const char *what = NULL;

	if (a->row.actual_len != b->row.actual_len ||
	    memcmp(a->row.actual, b->row.actual, a->row.actual_len))
		what = "actual class";
	else if (a->row.weight != b->row.weight)
		what = "weight";
	return !what ? 0 : err_set(e, ERR_INPUT,
				   "%s:%lld: %s differs from that of %s:%lld",
				   csv_path(b->p.reader), (long long)b->p.line,
				   what, csv_path(a->p.reader),
				   (long long)a->p.line);
}

/* Counts a row that both models have a prediction for. */
static int
compare_rows(struct confusion_diff *d, struct side *a, struct side *b,
	     struct err *e)
{
	bool right_a = is_right(&a->row), right_b = is_right(&b->row);

	if (check_row(a, b, e) < 0)
		return -1;
	if (!counts(&a->row) || !counts(&b->row)) {
		d->skipped++;
		return 0;
	}
	d->both_right += right_a && right_b;
	d->only_a += right_a && !right_b;
	d->only_b += !right_a && right_b;
	d->both_wrong += !right_a && !right_b;
	return add_row(a->c, &a->s, &a->p, &a->row, e) < 0 ||
	       add_row(b->c, &b->s, &b->p, &b->row, e) < 0 ? -1 : 0;
}

static int
read_both(struct confusion_diff *d, struct side *a, struct side *b,
	  struct err *e)
{
	int got_a, got_b;

	for (;;) {
		got_a = pairs_next(&a->p, &a->row, e);
		got_b = got_a < 0 ? -1 : pairs_next(&b->p, &b->row, e);
		if (got_b < 0)
			return -1;
		if (got_a != got_b)
			return err_set(e, ERR_INPUT, "%s and %s: not the same "
				       "number of rows", csv_path(a->p.reader),
				       csv_path(b->p.reader));
		if (!got_a)
			break;
		if (compare_rows(d, a, b, e) < 0)
			return -1;
	}
	if (!a->c->rows)
		return err_set(e, ERR_INPUT, "%s and %s: no row counts in "
			       "both", csv_path(a->p.reader),
			       csv_path(b->p.reader));
	if (finish(a->c, &a->p, e) < 0 || finish(b->c, &b->p, e) < 0)
		return -1;
	d->p_value = confusion_mcnemar(d->only_a, d->only_b);
	return 0;
}

int
confusion_read_two(struct confusion_diff *d, const char *path_a,
		   const char *path_b, const struct confusion_options *o,
		   struct err *e)
{
	struct side a = {.c = &d->a}, b = {.c = &d->b};
	int status = -1;

	if (pairs_open(&a.p, path_a, o, e) == 0 &&
	    pairs_open(&b.p, path_b, o, e) == 0 &&
	    scorer_init(&a.s, a.c, &a.p, e) == 0 &&
	    scorer_init(&b.s, b.c, &b.p, e) == 0)
		status = read_both(d, &a, &b, e);
	if (status == 0)
		status = pairs_close(&a.p, e);
	if (status == 0)
		status = pairs_close(&b.p, e);
	scorer_release(&a.s);
	scorer_release(&b.s);
	pairs_release(&a.p);
	pairs_release(&b.p);
	return status;
}

void
confusion_diff_release(struct confusion_diff *d)
{
	confusion_release(&d->a);
	confusion_release(&d->b);
}
