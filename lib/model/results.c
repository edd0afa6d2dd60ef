/* results.c - result rows: reading, pooling repeats, Pareto; see results.h. */
#include <dltools/results.h>

#include <math.h>
#include <string.h>
#include <xxhash.h>

#include <dltools/mem.h>
#include <dltools/text_table.h>

#include "model/results_int.h"

const struct result_info result_info[RESULT_MEASURES] = {
	{"training samples", "training samples", "training_samples",
	 "samples"},
	{"training time", "training time (s)", "training_time", "time"},
	{"training speed", "training speed (samples/s)", "training_speed",
	 "speed"},
	{"test set error", "test set error", "test_set_error", "error"},
};

void
results_release(struct results *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->runs; i++)
		result_run_release(&r->run[i]);
	for (size_t i = 0; i < r->sources; i++)
		mem_free(r->source[i]);
	mem_free(r->run);
	mem_free(r->source);
	mem_free(r->group);
	*r = (struct results){0};
}

bool
results_is_table(const struct text_table *t)
{
	if (text_table_column(t, "parameters") == TEXT_TABLE_NONE)
		return false;
	for (int m = 0; m < RESULT_MEASURES; m++)
		if (text_table_column(t, result_info[m].name) !=
		    TEXT_TABLE_NONE)
			return true;
	return false;
}

/* ---- reading -------------------------------------------------------- */

static int
find_source(struct results *r, const char *name, size_t *source,
	    struct err *e)
{
	for (*source = 0; *source < r->sources; ++*source)
		if (!strcmp(r->source[*source], name))
			return 0;
	if (mem_grow(&r->source, &r->source_room, r->sources + 1,
		     sizeof(*r->source), e) < 0)
		return -1;
	r->source[r->sources] = mem_strdup(name, e);
	if (!r->source[r->sources])
		return -1;
	r->sources++;
	return 0;
}

static int
read_row(struct results *r, const struct text_table *t, size_t row,
	 size_t source, struct err *e)
{
	size_t column = text_table_column(t, "parameters");
	struct result_run *run;

	if (mem_grow(&r->run, &r->run_room, r->runs + 1, sizeof(*run), e) < 0)
		return -1;
	run = &r->run[r->runs++];
	*run = (struct result_run){.source = source};
	if (result_run_parse(run, text_table_cell(t, row, column), e) < 0)
		return text_table_error(t, row, column, e);
	for (int m = 0; m < RESULT_MEASURES; m++)
		if (text_table_number(t, row,
				      text_table_column(t,
						result_info[m].name),
				      &run->value[m], e) < 0)
			return -1;
	return 0;
}

int
results_read(struct results *r, const char *source, const char *path,
	     struct err *e)
{
	struct text_table t = {0};
	int status = text_table_read(&t, path, e);
	size_t place;

	if (status == 0 && !results_is_table(&t))
		status = err_set(e, ERR_SCHEMA, "'%s' has no columns "
				 "'parameters' and 'training time', 'training "
				 "speed' or 'test set error'", path);
	if (status == 0 && !t.rows)
		status = err_set(e, ERR_INPUT, "'%s' has no rows after the "
				 "header", path);
	if (status == 0)
		status = find_source(r, source, &place, e);
	for (size_t i = 0; status == 0 && i < t.rows; i++)
		status = read_row(r, &t, i, place, e);
	text_table_release(&t);
	return status;
}

/* ---- pooling -------------------------------------------------------- */

/* Welford 1962. */
void
result_stat_add(struct result_stat *s, double value)
{
	double d;

	if (!isfinite(value))
		return;
	if (!s->n++)
		s->mean = s->sd = 0;
	d = value - s->mean;
	s->mean += d / (double)s->n;
	s->sd += d * (value - s->mean);
}

void
result_stat_finish(struct result_stat *s)
{
	if (!s->n)
		s->mean = NAN;
	s->sd = s->n < 2 ? NAN : sqrt(s->sd / (double)(s->n - 1));
}

/* Groups by their key: place + 1 in a hash table at most half full, 0 free. */
struct group_index {
	size_t *slot, size; /* a power of two */
};

static int
index_init(struct group_index *x, size_t runs, struct err *e)
{
	for (x->size = 16; x->size < 2 * runs;)
		x->size *= 2;
	x->slot = mem_zalloc(x->size, sizeof(*x->slot), e);
	return x->slot ? 0 : -1;
}

static size_t *
find_slot(const struct group_index *x, const struct results *r,
	  const struct result_run *run)
{
	size_t at = (size_t)XXH3_64bits_withSeed(run->key, strlen(run->key),
						 run->source);

	for (;; at++) {
		size_t *slot = &x->slot[at & (x->size - 1)];
		const struct result_group *g = *slot ? &r->group[*slot - 1]
						     : NULL;

		if (!g || (g->source == run->source &&
			   !strcmp(g->run->key, run->key)))
			return slot;
	}
}

static int
add_to_group(struct results *r, const struct group_index *x,
	     const struct result_run *run, struct err *e)
{
	size_t *slot = find_slot(x, r, run);
	struct result_group *g;

	if (!*slot) {
		if (mem_grow(&r->group, &r->group_room, r->groups + 1,
			     sizeof(*g), e) < 0)
			return -1;
		r->group[r->groups++] = (struct result_group){
			.source = run->source, .run = run};
		*slot = r->groups;
	}
	g = &r->group[*slot - 1];
	g->n++;
	for (int m = 0; m < RESULT_MEASURES; m++) {
		result_stat_add(&g->stat[m], run->value[m]);
		result_stat_add(&g->log_stat[m], log(run->value[m]));
	}
	return 0;
}

int
results_pool(struct results *r, struct err *e)
{
	struct group_index x;
	int status = index_init(&x, r->runs, e);

	r->groups = 0;
	for (size_t i = 0; status == 0 && i < r->runs; i++)
		status = add_to_group(r, &x, &r->run[i], e);
	mem_free(x.slot);
	if (status < 0)
		return -1;
	for (size_t i = 0; i < r->groups; i++)
		for (int m = 0; m < RESULT_MEASURES; m++) {
			result_stat_finish(&r->group[i].stat[m]);
			result_stat_finish(&r->group[i].log_stat[m]);
		}
	results_mark_pareto(r, 0, r->sources);
	return 0;
}

static bool
is_better(const struct result_group *a, const struct result_group *b)
{
	double ta = a->stat[RESULT_TIME].mean, tb = b->stat[RESULT_TIME].mean;
	double ea = a->stat[RESULT_ERROR].mean;
	double eb = b->stat[RESULT_ERROR].mean;

	return ta <= tb && ea <= eb && (ta < tb || ea < eb);
}

void
results_mark_pareto(struct results *r, size_t first, size_t n)
{
	for (size_t i = 0; i < r->groups; i++) {
		struct result_group *g = &r->group[i];

		if (g->source < first || g->source - first >= n)
			continue;
		g->pareto = isfinite(g->stat[RESULT_TIME].mean) &&
			    isfinite(g->stat[RESULT_ERROR].mean);
		for (size_t k = 0; g->pareto && k < r->groups; k++)
			if (r->group[k].source >= first &&
			    r->group[k].source - first < n &&
			    is_better(&r->group[k], g))
				g->pareto = false;
	}
}
