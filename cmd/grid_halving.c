/*
 * grid_halving.c - successive halving (Jamieson and Talwalkar 2016): of the
 * runs that came farthest the best 1/eta go on, each from its own model, to eta
 * times as many epochs.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <dltools/mem.h>
#include <dltools/num.h>
#include <dltools/results.h>

#include "grid.h"

struct contender {
	struct params p;
	double error, epochs;
	size_t place;
};

static bool
is_axis(const struct search *s, const struct param_info *info)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->axis[i].info == info)
			return true;
	return !s->n || !strcmp(info->name, "epochs");
}

/* The parameters of a row that belong to the search. */
static int
read_run(const struct search *s, const struct result_run *run,
	 struct contender *c, struct err *e)
{
	if (params_init(&c->p, e) < 0)
		return -1;
	for (size_t i = 0; i < run->n; i++) {
		const struct param_info *info =
			param_find(run->setting[i].name);

		if (info && !(info->flags & PARAM_ROLE) && is_axis(s, info) &&
		    params_set(&c->p, PARAM_FROM_FLAG, info->name,
			       run->setting[i].value, e) < 0)
			return -1;
	}
	c->error = run->value[RESULT_ERROR];
	c->epochs = c->p.epochs;
	return 0;
}

static int
by_rank(const void *a, const void *b)
{
	const struct contender *x = a, *y = b;

	if (x->epochs != y->epochs)
		return (x->epochs < y->epochs) - (x->epochs > y->epochs);
	if (isnan(x->error) || isnan(y->error))
		return isnan(x->error) - isnan(y->error);
	if (x->error != y->error)
		return (x->error > y->error) - (x->error < y->error);
	return (x->place > y->place) - (x->place < y->place);
}

/* "models/{}.dlm" with the id of the run before. */
static int
add_checkpoint(const struct grid_halving *h, const struct params *p,
	       struct str *extra, struct err *e)
{
	const char *hole = strstr(h->checkpoint, "{}");
	char id[SEARCH_ID];

	if (search_id(p, id, e) < 0)
		return -1;
	str_add(extra, "--checkpoint ");
	str_add_bytes(extra, h->checkpoint, (size_t)(hole - h->checkpoint));
	str_addf(extra, "%s%s", id, hole + 2);
	return str_check(extra, e);
}

static int
put_next(const struct grid_halving *h, struct contender *c,
	 struct grid_output *out, struct err *e)
{
	struct str extra = STR_INIT;
	char text[NUM_TEXT];
	double epochs = c->epochs * h->eta;
	int status = add_checkpoint(h, &c->p, &extra, e);

	if (h->max_epochs > 0 && epochs > h->max_epochs)
		epochs = h->max_epochs;
	(void)snprintf(text, sizeof(text), "%.12g", epochs); /* 0.1 * 3: 0.3 */
	if (status == 0)
		status = params_set(&c->p, PARAM_FROM_FLAG, "epochs", text,
				    e);
	if (status == 0)
		status = grid_put(out, &c->p, extra.buf, e);
	str_release(&extra);
	return status;
}

/* Sorted: those of the last rung come first.  How many go on? */
static size_t
survivors(const struct grid_halving *h, const struct contender *c, size_t n)
{
	size_t rung = 0, known = 0, go_on;

	for (; rung < n && c[rung].epochs == c[0].epochs; rung++)
		known += isnan(c[rung].error) ? 0 : 1;
	if (rung < 2 || (h->max_epochs > 0 && c[0].epochs >= h->max_epochs))
		return 0;
	go_on = (size_t)((double)rung / h->eta);
	if (go_on > known)
		return known;
	return go_on ? go_on : 1;
}

int
grid_halve(const struct grid_halving *h, const struct search *s,
	   struct grid_output *out, struct err *e)
{
	struct results r = {0};
	struct contender *c = NULL;
	size_t n = 0, go_on;
	int status = results_read(&r, "results", h->results, e);

	if (status == 0 && !(c = mem_zalloc(r.runs, sizeof(*c), e)))
		status = -1;
	for (; status == 0 && n < r.runs; n++) {
		c[n].place = n;
		status = read_run(s, &r.run[n], &c[n], e);
	}
	if (status == 0)
		qsort(c, n, sizeof(*c), by_rank);
	if (status == 0 && n > 0 && isnan(c[0].error))
		status = err_set(e, ERR_INPUT, "'%s': no run of the last rung "
				 "has a test set error", h->results);
	if (status == 0) {
		go_on = survivors(h, c, n);
		for (size_t i = 0; status == 0 && i < go_on; i++)
			status = put_next(h, &c[i], out, e);
	}
	for (size_t i = 0; c && i < r.runs; i++)
		params_release(&c[i].p);
	mem_free(c);
	results_release(&r);
	return status;
}
