/* cm_gate.c - the gates of dl-cm; see cm_gate.h. */
#include "cm_gate.h"

#include <math.h>
#include <string.h>

#include <dltools/mem.h>
#include <dltools/num.h>
#include <dltools/str.h>

static int
find_measure(const struct gate *g, enum confusion_measure *m, struct err *e)
{
	const char *near;
	int i;

	for (i = 0; i < CONFUSION_MEASURES; i++)
		if (!strcmp(confusion_measures[i], g->name)) {
			*m = (enum confusion_measure)i;
			break;
		}
	if (i < CONFUSION_MEASURES) {
		if ((confusion_domain(*m) == MEASURE_OF_ALL) != !*g->of)
			return err_set(e, ERR_USAGE, "--fail-if: '%s': %s %s",
				       g->text, g->name, *g->of
				       ? "is not of one class"
				       : "needs a class or rank: (...)");
		return 0;
	}
	near = str_nearest(g->name, confusion_measures, CONFUSION_MEASURES);
	return err_set(e, ERR_USAGE, "--fail-if: unknown measure '%s'%s%s%s",
		       g->name, near ? ": did you mean '" : "",
		       near ? near : "", near ? "'?" : "");
}

/* The K of hit_ratio(K). */
static int
find_rank(const struct gate *g, int64_t *rank, struct err *e)
{
	if (num_parse_int(g->of, 1, METRICS_HITS, rank, e) == 0)
		return 0;
	return err_prefix(e, "--fail-if: %s", g->name);
}

int
cm_parse_gates(struct cm_gates *g, const struct cli_list *text, struct err *e)
{
	enum confusion_measure m;
	int64_t rank;
	size_t i;

	g->gate = mem_zalloc(text->n, sizeof(*g->gate), e);
	if (!g->gate)
		return -1;
	g->n = text->n;
	for (i = 0; i < g->n; i++) {
		if (gate_parse(&g->gate[i], text->v[i], e) < 0)
			return err_prefix(e, "--fail-if");
		if (find_measure(&g->gate[i], &m, e) < 0 ||
		    (confusion_domain(m) == MEASURE_OF_RANK &&
		     find_rank(&g->gate[i], &rank, e) < 0))
			return -1;
	}
	return 0;
}

void
cm_gates_release(struct cm_gates *g)
{
	mem_free(g->gate);
	*g = (struct cm_gates){0};
}

static int
check_gate(const struct gate *g, const struct confusion *c,
	   struct str *broken, struct err *e)
{
	enum confusion_measure m;
	char text[NUM_TEXT];
	int64_t of = 0;
	double value;

	if (find_measure(g, &m, e) < 0)
		return -1;
	if (confusion_domain(m) == MEASURE_OF_RANK &&
	    find_rank(g, &of, e) < 0)
		return -1;
	if (confusion_domain(m) == MEASURE_OF_CLASS) {
		of = confusion_class(c, g->of);
		if (of < 0)
			return err_set(e, ERR_SCHEMA, "--fail-if: '%s': no "
				       "class '%s'", g->text, g->of);
	}
	value = confusion_value(c, m, (size_t)of);
	if (!gate_holds(g, value))
		return 0;
	str_addf(broken, "%s'%s': ", broken->len ? ", " : "", g->text);
	if (isnan(value)) {
		str_add(broken, "there is none");
		return 0;
	}
	num_print_double(text, value);
	str_addf(broken, "it is %s", text);
	return 0;
}

int
cm_check_gates(const struct cm_gates *g, const struct confusion *c,
	       struct err *e)
{
	struct str broken = STR_INIT;
	size_t i;
	int status = 0;

	for (i = 0; i < g->n && status == 0; i++)
		status = check_gate(&g->gate[i], c, &broken, e);
	if (status == 0)
		status = str_check(&broken, e);
	if (status == 0 && broken.len)
		status = err_set(e, ERR_GATE, "failed: %s", broken.buf);
	str_release(&broken);
	return status;
}
