/* score_say.c - what dl-score says of a table that differs from the model's. */
#include <stdio.h>

#include "score_values.h"

void
score_say_report(const struct score_report *r)
{
	size_t i;

	for (i = 0; i < r->missing; i++)
		fprintf(stderr, "dl-score: no column '%s': missing everywhere\n",
			r->missing_column[i].name);
	for (i = 0; i < r->unseen; i++)
		fprintf(stderr, "dl-score: column '%s': %lld cells with levels "
			"the model has not seen\n",
			r->unseen_column[i].name,
			(long long)r->unseen_column[i].cells);
	if (r->unknown)
		fprintf(stderr, "dl-score: response: %lld rows of a class the "
			"model does not know\n", (long long)r->unknown);
	if (r->no_weights)
		fprintf(stderr, "dl-score: no weights column '%s': every row "
			"weighs 1\n", r->no_weights);
	if (r->extra)
		fprintf(stderr, "dl-score: left aside: '%s'%s, not in the "
			"training table\n", r->extra_column,
			r->extra > 1 ? " and more columns" : "");
	if (r->unterminated)
		fputs("dl-score: the last line has no line end\n", stderr);
}
