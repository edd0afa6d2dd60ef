/*
 * cm_matrix.c - the matrix itself: H2O's layout in the formats that have rows
 * and columns, `long` with one line per cell, and JSON.
 */
#include "cm_int.h"

#include <math.h>
#include <string.h>

#include <dltools/json.h>
#include <dltools/mem.h>
#include <dltools/num.h>

/* Corner of the matrix: it says which way round it is. */
static const char corner[] = "Act/Pred";

struct matrix {
	const struct confusion *c;
	const struct cm_style *style;
	struct sheet sheet;
	const char **name;       /* of columns */
	struct sheet_cell *cell;
	char (*text)[CM_TEXT];   /* of cells */
	size_t next;             /* of confusion.cell */
};

double
cm_scaled(const struct confusion *c, int normalize, double count,
	  size_t actual, size_t predicted)
{
	switch (normalize) {
	case CM_BY_ROW:
		return count / c->total[actual].actual;
	case CM_BY_COLUMN:
		return count / c->total[predicted].predicted;
	case CM_BY_ALL:
		return count / c->weight;
	default:
		return count;
	}
}

static double
scaled(const struct matrix *m, double count, size_t actual, size_t predicted)
{
	return cm_scaled(m->c, m->style->normalize, count, actual, predicted);
}

static const char *
value_text(const struct matrix *m, char text[CM_TEXT], double value)
{
	if (m->style->normalize == CM_COUNTS)
		return cm_count(text, value);
	return cm_fixed(text, value, 4, (enum cm_format)m->style->format);
}

/* ---- layout --------------------------------------------------------- */

/* All counts of a table are as wide as the widest of them. */
static size_t
count_width(const struct matrix *m)
{
	char text[CM_TEXT];
	size_t i, width, most = 1;

	if (m->style->normalize != CM_COUNTS)
		most = strlen("0.0000");
	for (i = 0; i < m->c->cells && m->style->normalize == CM_COUNTS; i++) {
		width = strlen(cm_count(text, m->c->cell[i].weight));
		most = width > most ? width : most;
	}
	for (i = 0; i < m->c->classes && m->style->normalize == CM_COUNTS;
	     i++) {
		width = strlen(cm_count(text, m->c->total[i].predicted));
		most = width > most ? width : most;
	}
	return most;
}

static void
rate_text(char text[CM_TEXT], double wrong, double all)
{
	char a[CM_TEXT], b[CM_TEXT];

	(void)snprintf(text, CM_TEXT, "%.20s / %.20s", cm_count(a, wrong),
		       cm_count(b, all));
}

static void
lay_out(struct matrix *m)
{
	const struct confusion *c = m->c;
	size_t i, width, narrow = count_width(m), *w = m->sheet.width;
	char rate[CM_TEXT];

	m->name[0] = corner;
	w[0] = strlen(corner);
	for (i = 0; i < c->classes; i++) {
		m->name[i + 1] = c->name[i];
		width = sheet_width(c->name[i]);
		w[0] = width > w[0] ? width : w[0];
		w[i + 1] = width > narrow ? width : narrow;
	}
	m->name[i + 1] = "Error";
	w[i + 1] = strlen("0.00000");
	if (m->style->rate) {
		m->name[i + 2] = "Rate";
		rate_text(rate, c->wrong, c->weight);
		w[i + 2] = strlen(rate);
	}
}

static void
release(struct matrix *m)
{
	mem_free(m->sheet.width);
	mem_free(m->name);
	mem_free(m->cell);
	mem_free(m->text);
}

static int
init(struct matrix *m, const struct confusion *c,
     const struct cm_style *style, struct err *e)
{
	size_t n = c->classes + 2 + style->rate;

	memset(m, 0, sizeof(*m));
	m->c = c;
	m->style = style;
	m->sheet.format = cm_sheet_format((enum cm_format)style->format);
	m->sheet.columns = n;
	m->sheet.color = style->color;
	m->sheet.out = stdout;
	m->sheet.width = mem_zalloc(n, sizeof(*m->sheet.width), e);
	m->name = mem_zalloc(n, sizeof(*m->name), e);
	m->cell = mem_zalloc(n, sizeof(*m->cell), e);
	m->text = mem_zalloc(n, sizeof(*m->text), e);
	if (m->sheet.width && m->name && m->cell && m->text) {
		lay_out(m);
		return 0;
	}
	release(m);
	return -1;
}

/* ---- rows ----------------------------------------------------------- */

/* Error and rate behind the last class. */
static void
put_error(struct matrix *m, double wrong, double all)
{
	size_t i = m->c->classes + 1;
	enum cm_format format = (enum cm_format)m->style->format;

	m->cell[i].text = cm_fixed(m->text[i], all > 0 ? wrong / all : NAN, 5,
				   format);
	if (!m->style->rate)
		return;
	rate_text(m->text[i + 1], wrong, all);
	m->cell[i + 1].text = m->text[i + 1];
}

static void
print_row(struct matrix *m, size_t actual)
{
	const struct confusion *c = m->c;
	const struct confusion_totals *t = &c->total[actual];
	size_t i;
	double count;

	m->cell[0].text = c->name[actual];
	for (i = 0; i < c->classes; i++) {
		count = 0;
		if (m->next < c->cells && c->cell[m->next].actual == actual &&
		    c->cell[m->next].predicted == i)
			count = c->cell[m->next++].weight;
		m->cell[i + 1].text = value_text(m, m->text[i + 1],
						 scaled(m, count, actual, i));
		m->cell[i + 1].heat = count == 0 ? 0 : i == actual ? -1 :
				      count / t->actual;
	}
	put_error(m, t->wrong, t->actual);
	sheet_row(&m->sheet, m->cell);
}

static void
print_totals(struct matrix *m)
{
	const struct confusion *c = m->c;
	size_t i;
	double count;

	m->cell[0].text = "Totals";
	for (i = 0; i < c->classes; i++) {
		count = c->total[i].predicted;
		if (m->style->normalize == CM_BY_COLUMN)
			count /= count;
		else if (m->style->normalize != CM_COUNTS)
			count /= c->weight;
		m->cell[i + 1].text = value_text(m, m->text[i + 1], count);
		m->cell[i + 1].heat = 0;
	}
	put_error(m, c->wrong, c->weight);
	sheet_row(&m->sheet, m->cell);
}

/* actual,predicted,count: what is not 0. */
static void
print_long(struct matrix *m)
{
	static const char *const name[] = {"actual", "predicted", "count"};
	const struct confusion_cell *k = m->c->cell;
	size_t i;

	if (m->style->normalize != CM_COUNTS)
		m->sheet.format = SHEET_CSV;
	m->sheet.columns = 3;
	sheet_head(&m->sheet, name);
	for (i = 0; i < m->c->cells; i++, k++) {
		m->cell[0].text = m->c->name[k->actual];
		m->cell[1].text = m->c->name[k->predicted];
		m->cell[2].text = cm_number(m->text[2],
					    scaled(m, k->weight, k->actual,
						   k->predicted), CM_CSV);
		sheet_row(&m->sheet, m->cell);
	}
}

int
cm_print_matrix(const struct confusion *c, const struct cm_style *style,
		struct err *e)
{
	struct matrix m;
	size_t i;

	if (init(&m, c, style, e) < 0)
		return -1;
	if (style->format == CM_LONG) {
		print_long(&m);
	} else {
		sheet_head(&m.sheet, m.name);
		for (i = 0; i < c->classes; i++)
			print_row(&m, i);
		print_totals(&m);
	}
	release(&m);
	return sheet_end(&m.sheet, e);
}

/* ---- worst confusions ----------------------------------------------- */

/* Orders cell numbers: right ones last, then by weight, then by place. */
static int
is_worse(const struct confusion *c, size_t a, size_t b)
{
	return c->cell[a].weight > c->cell[b].weight ||
	       (c->cell[a].weight == c->cell[b].weight && a < b);
}

static int
add_worst(struct cm_grid *g, const struct confusion *c, size_t k,
	  enum cm_format format, struct err *e)
{
	const struct confusion_cell *x = &c->cell[k];
	char a[CM_TEXT], b[CM_TEXT];

	return cm_grid_add(g, c->name[x->actual], e) < 0 ||
	       cm_grid_add(g, c->name[x->predicted], e) < 0 ||
	       cm_grid_add(g, cm_count(a, x->weight), e) < 0 ||
	       cm_grid_add(g, cm_fixed(b, x->weight /
				       c->total[x->actual].actual, 5, format),
			   e) < 0 ? -1 : 0;
}

int
cm_print_top(const struct confusion *c, const struct cm_style *style,
	     struct err *e)
{
	static const char *const name[] = {"Actual", "Predicted", "Count",
					   "Share"};
	struct cm_grid g = {.name = name, .columns = 4, .texts = 2};
	size_t n = (size_t)style->top < c->cells ? (size_t)style->top
						 : c->cells;
	size_t *worst = mem_zalloc(n + 1, sizeof(*worst), e), have = 0, i, k;
	int status = worst ? 0 : -1;

	for (i = 0; worst && i < c->cells; i++) {
		if (c->cell[i].actual == c->cell[i].predicted)
			continue;
		for (k = have; k > 0 && is_worse(c, i, worst[k - 1]); k--)
			worst[k] = worst[k - 1];
		worst[k] = i;
		have += have < n;
	}
	for (i = 0; i < have && status == 0; i++)
		status = add_worst(&g, c, worst[i],
				   (enum cm_format)style->format, e);
	if (status == 0)
		status = cm_grid_print(&g, (enum cm_format)style->format, e);
	cm_grid_release(&g);
	mem_free(worst);
	return status;
}
