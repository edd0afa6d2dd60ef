/*
 * inspect_classes.c - tables of a classifier's classes: the confusion matrix,
 * scores of each class, AUC of one class against others; see inspect.h.
 */
#include "inspect.h"

#include <math.h>
#include <string.h>

#include <dltools/mem.h>
#include <dltools/metrics_record.h>

/* ---- the confusion matrix, in dl-cm's layout -------------------------- */

struct margins {
	double *column; /* [classes] */
	double all, wrong;
};

static void
add_name(struct table *t, const struct string_table *classes, size_t i)
{
	if (i >= classes->n)
		table_text(t, "(unknown)", 9);
	else
		table_text(t, classes->bytes + classes->at[i],
			   (size_t)(classes->at[i + 1] - classes->at[i]));
}

static void
add_share(struct table *t, double part, double whole)
{
	if (whole > 0)
		table_real(t, part / whole);
	else
		table_none(t);
}

static void
fill_confusion(const struct model *m, const struct metrics_record *r,
	       struct margins *sum, struct table *t)
{
	size_t n = r->classes, a, p;

	for (a = 0; a < r->confusion_rows; a++) {
		const double *row = r->confusion + a * n;
		double all = 0, right = a < n ? row[a] : 0;

		add_name(t, &m->enc.classes, a);
		for (p = 0; p < n; p++) {
			table_real(t, row[p]);
			all += row[p];
			sum->column[p] += row[p];
		}
		add_share(t, all - right, all);
		sum->all += all;
		sum->wrong += all - right;
	}
	table_text(t, "Totals", 6);
	for (p = 0; p < n; p++)
		table_real(t, sum->column[p]);
	add_share(t, sum->wrong, sum->all);
}

/* Act/Pred, the classes, Error; mem_free each class and the list. */
static char **
column_names(const struct string_table *classes, struct err *e)
{
	size_t n = classes->n, i;
	char **name = mem_zalloc(n + 2, sizeof *name, e);

	for (i = 0; name && i < n; i++) {
		name[i + 1] = mem_memdup(classes->bytes + classes->at[i],
					 (size_t)(classes->at[i + 1] -
						  classes->at[i]), e);
		if (!name[i + 1])
			break;
	}
	if (name && i == n) {
		name[0] = (char *)(uintptr_t)"Act/Pred";
		name[n + 1] = (char *)(uintptr_t)"Error";
		return name;
	}
	while (name && i > 0)
		mem_free(name[i--]);
	mem_free(name);
	return NULL;
}

static int
print_confusion(const struct model *m, const struct metrics_record *r,
		enum table_format format, struct str *out, struct err *e)
{
	struct margins sum = {0};
	struct table t = {0};
	char **name = column_names(&m->enc.classes, e);
	size_t i;

	sum.column = mem_zalloc(r->classes, sizeof *sum.column, e);
	if (name && sum.column) {
		table_start(&t, (const char *const *)(void *)name,
			    r->classes + 2);
		fill_confusion(m, r, &sum, &t);
		table_print(&t, format, out);
		table_release(&t);
	}
	for (i = 1; name && i <= m->enc.classes.n; i++)
		mem_free(name[i]);
	mem_free(sum.column);
	if (!name || !sum.column) {
		mem_free(name);
		return -1;
	}
	mem_free(name);
	return str_check(out, e);
}

/* ---- each class ------------------------------------------------------- */

static void
fill_class(const struct model *m, const struct metrics_record *r, size_t c,
	   struct table *t)
{
	const double *cell = r->confusion;
	size_t n = r->classes, i;
	double right = cell[c * n + c], actual = 0, predicted = 0;

	for (i = 0; i < r->confusion_rows; i++)
		predicted += cell[i * n + c];
	for (i = 0; i < n; i++)
		actual += cell[c * n + i];
	add_name(t, &m->enc.classes, c);
	add_share(t, right, predicted);
	add_share(t, right, actual);
	add_share(t, 2 * right, actual + predicted);
	add_share(t, actual - right, actual);
	table_real(t, actual);
}

static int
print_classes(const struct model *m, const struct metrics_record *r,
	      enum table_format format, struct str *out, struct err *e)
{
	static const char *const names[] = {"class", "precision", "recall",
					    "f1", "class_error", "support"};
	struct table t;
	size_t c;

	table_start(&t, names, 6);
	for (c = 0; c < r->classes; c++)
		fill_class(m, r, c, &t);
	table_print(&t, format, out);
	table_release(&t);
	return str_check(out, e);
}

/* ---- AUC of more than two classes ------------------------------------- */

/* Means over the classes against the rest, or over pairs: all are one or the
 * other. */
static void
fill_means(const struct metrics_record *r, struct table *t)
{
	const char *against = r->pair[0].b < r->classes ? "(pairs)" : "(rest)";
	double sum[4] = {0}, weight = 0, n = 0;
	size_t i, k;

	for (i = 0; i < r->pairs; i++) {
		const struct metrics_pair *p = &r->pair[i];

		if (isnan(p->auc))
			continue;
		sum[0] += p->auc;
		sum[1] += p->pr_auc;
		sum[2] += p->weight * p->auc;
		sum[3] += p->weight * p->pr_auc;
		weight += p->weight;
		n++;
	}
	for (k = 0; k < 2 && n > 0; k++) {
		table_text(t, k ? "(weighted mean)" : "(mean)", k ? 15 : 6);
		table_text(t, against, strlen(against));
		add_share(t, sum[2 * k], k ? weight : n);
		add_share(t, sum[2 * k + 1], k ? weight : n);
		table_none(t);
	}
}

static int
print_pairs(const struct model *m, const struct metrics_record *r,
	    enum table_format format, struct str *out, struct err *e)
{
	static const char *const names[] = {"class", "against", "auc",
					    "pr_auc", "weight"};
	struct table t;
	size_t i;

	if (!r->pairs && m->enc.classes.n == 2)
		return err_set(e, ERR_USAGE, "the model has two classes: their "
			       "AUC is in --metrics, pairs are of more");
	if (!r->pairs)
		return err_set(e, ERR_USAGE, "the model has no AUC of more "
			       "than two classes: --auc-type was not given");
	table_start(&t, names, 5);
	for (i = 0; i < r->pairs; i++) {
		const struct metrics_pair *p = &r->pair[i];

		add_name(&t, &m->enc.classes, p->a);
		if (p->b < r->classes)
			add_name(&t, &m->enc.classes, p->b);
		else
			table_text(&t, "(rest)", 6);
		table_real(&t, p->auc);
		table_real(&t, p->pr_auc);
		table_real(&t, p->weight);
	}
	fill_means(r, &t);
	table_print(&t, format, out);
	table_release(&t);
	return str_check(out, e);
}

int
inspect_classes(const struct model *m, enum inspect_what what, int set,
		enum table_format format, struct str *out, struct err *e)
{
	struct metrics_record r = {0};
	const char *json = inspect_set_json(m, set, e);
	int status = -1;

	if (!json || metrics_read(&r, json, e) < 0)
		return -1;
	if (!r.confusion || r.classes != m->enc.classes.n)
		err_set(e, ERR_USAGE, "the model has no %s", m->enc.classes.n
			? "confusion matrix: it is unfinished"
			: "classes: it is no classifier");
	else if (what == INSPECT_CONFUSION)
		status = print_confusion(m, &r, format, out, e);
	else if (what == INSPECT_PER_CLASS)
		status = print_classes(m, &r, format, out, e);
	else if (!r.pairs && !m->finished)
		err_set(e, ERR_USAGE, "the model has no AUC of its classes: it "
			"is unfinished");
	else
		status = print_pairs(m, &r, format, out, e);
	metrics_record_release(&r);
	return status;
}
