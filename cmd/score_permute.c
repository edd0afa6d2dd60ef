/* score_permute.c - dl-score --permutation-importance; see score_values.h. */
#include "score_values.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <dltools/num.h>
#include <dltools/permutation.h>

static void
fill(const struct permutation *p, struct table *t)
{
	static const char *const names[] = {"variable", "importance", "sd",
					    "scaled_importance"};
	double most = p->n && p->column[0].mean > 0 ? p->column[0].mean : NAN;
	size_t i;

	table_start(t, names, 4);
	for (i = 0; i < p->n; i++) {
		const struct permutation_column *c = &p->column[i];

		table_text(t, c->name, strlen(c->name));
		table_real(t, c->mean);
		table_real(t, c->sd);
		table_real(t, c->mean / most);
	}
}

static int
write_table(const struct permutation *p, const char *path,
	    enum table_format format, struct err *e)
{
	struct outfile out = {0};
	struct str text = STR_INIT;
	struct table t = {0};
	int status = -1;

	fill(p, &t);
	t.lines = true;
	table_print(&t, format, &text);
	table_release(&t);
	if (str_check(&text, e) == 0 && outfile_open(&out, path, e) == 0 &&
	    outfile_write(&out, text.buf, text.len, e) == 0)
		status = outfile_commit(&out, e);
	outfile_discard(&out);
	str_release(&text);
	return status;
}

int
score_permutation(const struct model *m, const char *input, const char *out,
		  const struct score_permute *o, struct err *e)
{
	const struct permutation_options options = {
		.metric = o->metric, .threads = o->threads,
		.repeats = o->repeats ? (size_t)o->repeats : 5,
		.seed = o->seed < 0 ? 1 : (uint64_t)o->seed,
	};
	struct permutation p;
	char text[NUM_TEXT];
	int status;

	if (permutation_run(&p, m, input, &options, e) < 0) {
		permutation_release(&p);
		return -1;
	}
	status = write_table(&p, out ? out : "-", o->format, e);
	num_print_double(text, p.value);
	if (status == 0 && !o->quiet)
		fprintf(stderr, "dl-score: %s of %lld rows is %s; importance "
			"is by how much it gets worse\n", p.metric,
			(long long)p.rows, text);
	if (status == 0 && !o->quiet && p.left_out)
		fprintf(stderr, "dl-score: %lld more rows are left out: no "
			"response or weight, or a prediction that is not a "
			"number\n", (long long)p.left_out);
	permutation_release(&p);
	return status;
}
