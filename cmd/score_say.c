/* score_say.c - what dl-score tells on standard error; see score_values.h. */
#include "score_values.h"

#include <stdio.h>

#include <dltools/num.h>

/* Where the label of two classes changes. */
static void
say_threshold(const struct model *m, const struct score_options *o,
	      const struct score_report *r)
{
	const struct string_table *t = &m->enc.classes;
	char text[NUM_TEXT];

	if (!encoder_is_classifier(&m->enc) || t->n != 2 || o->layer ||
	    o->no_rows)
		return;
	num_print_float(text, (float)r->threshold);
	fprintf(stderr, "dl-score: label '%.*s' from probability %s\n",
		(int)(t->at[2] - t->at[1]), t->bytes + t->at[1], text);
}

#define NAMED 4 /* columns that are named */

static void
say_missing(const struct score_report *r)
{
	size_t i, named = r->missing > NAMED ? NAMED : r->missing;

	if (r->missing == 0)
		return;
	if (r->missing == 1) {
		fprintf(stderr, "dl-score: no column '%s': missing "
			"everywhere\n", r->missing_column[0].name);
		return;
	}
	fprintf(stderr, "dl-score: %zu columns are not there (", r->missing);
	for (i = 0; i < named; i++)
		fprintf(stderr, "%s'%s'", i ? ", " : "",
			r->missing_column[i].name);
	if (r->missing > named)
		fprintf(stderr, " and %zu more", r->missing - named);
	fputs("): missing everywhere\n", stderr);
}

static void
say_unseen(const struct score_report *r)
{
	size_t i, named = r->unseen > NAMED ? NAMED : r->unseen;
	long long cells = 0;

	for (i = 0; i < named; i++)
		fprintf(stderr, "dl-score: column '%s': %lld cells with levels "
			"the model has not seen\n",
			r->unseen_column[i].name,
			(long long)r->unseen_column[i].cells);
	for (; i < r->unseen; i++)
		cells += r->unseen_column[i].cells;
	if (r->unseen > named)
		fprintf(stderr, "dl-score: %zu more columns: %lld cells with "
			"levels the model has not seen\n", r->unseen - named,
			cells);
}

/* Rows that the metrics, or whoever reads the scores, must do without. */
static void
say_left_out(const struct score_report *r)
{
	if (r->not_numbers)
		fprintf(stderr, "dl-score: %lld of %lld rows: the prediction "
			"is not a number%s\n", (long long)r->not_numbers,
			(long long)r->rows, r->has_metrics
			? ": left out of the metrics" : "");
	if (r->has_metrics && r->metrics.no_response)
		fprintf(stderr, "dl-score: %lld of %lld rows: no response: "
			"left out of the metrics\n",
			(long long)r->metrics.no_response, (long long)r->rows);
}

void
score_say(const struct model *m, const struct score_options *o,
	  const struct score_report *r)
{
	say_threshold(m, o, r);
	if (o->contrib == SCORE_INTEGRATED)
		fprintf(stderr, "dl-score: contributions add up to the score "
			"within %.2g\n", r->contrib_error);
	say_missing(r);
	say_unseen(r);
	if (r->unknown)
		fprintf(stderr, "dl-score: response: %lld rows of a class the "
			"model does not know\n", (long long)r->unknown);
	say_left_out(r);
	if (r->no_weights)
		fprintf(stderr, "dl-score: no weights column '%s': every row "
			"weighs 1\n", r->no_weights);
	if (r->extra)
		fprintf(stderr, "dl-score: left aside: '%s'%s, not in the "
			"training table\n", r->extra_column,
			r->extra > 1 ? " and more columns" : "");
	if (r->no_features)
		fputs("dl-score: no row has a feature that is not 0 "
		      "(another --format?)\n", stderr);
	if (r->unterminated)
		fputs("dl-score: the last line has no line end\n", stderr);
}
