/* data.c - the numbers behind a figure, as tab-separated rows. */
#include <math.h>
#include <string.h>

#include <dltools/figure.h>
#include <dltools/num.h>

static void
add_number(struct str *out, double value)
{
	char text[NUM_TEXT];

	str_add_char(out, '\t');
	if (!isfinite(value))
		return;
	num_print_double(text, value);
	str_add(out, text);
}

/* Tabs and line ends would be taken for the table's own. */
static void
add_name(struct str *out, const char *text)
{
	str_add_char(out, '\t');
	for (; text && *text; text++)
		str_add_char(out, (unsigned char)*text < ' ' ? ' ' : *text);
}

static void
series_data(const struct figure *f, struct str *out)
{
	bool is_bars = f->kind == FIGURE_BARS;

	str_add(out, is_bars ? "series\tplace\tvalue\tlow\thigh\tname\tlabel\n"
			     : "series\tx\ty\tlow\thigh\tname\tlabel\n");
	for (size_t i = 0; i < f->n; i++)
		for (size_t k = 0; k < f->series[i]->n; k++) {
			const struct figure_point *p = &f->series[i]->point[k];

			str_addf(out, "%zu", i);
			add_number(out, is_bars ? (double)k : p->x);
			add_number(out, p->y);
			add_number(out, p->low);
			add_number(out, p->high);
			add_name(out, f->series[i]->name);
			add_name(out, !is_bars ? p->label
				 : k < f->names ? f->name[k] : "");
			str_add_char(out, '\n');
		}
}

static void
grid_data(const struct figure *f, struct str *out)
{
	str_add(out, "row\tcolumn\tvalue\tshade\trow name\tcolumn name\n");
	for (size_t i = 0; i < f->rows * f->columns; i++) {
		size_t row = i / f->columns, column = i % f->columns;

		str_addf(out, "%zu\t%zu", row, column);
		add_number(out, f->cell[i]);
		add_number(out, f->shade[i]);
		add_name(out, row < f->names ? f->name[row] : "");
		add_name(out, f->rows + column < f->names
			 ? f->name[f->rows + column] : "");
		str_add_char(out, '\n');
	}
}

/* shade: the value over the largest of its picture. */
static void
image_data(const struct figure *f, struct str *out)
{
	size_t w = f->image_width ? f->image_width : 1;

	str_add(out, "image\trow\tcolumn\tvalue\tshade\tname\n");
	for (size_t i = 0; i < f->rows; i++) {
		const double *v = f->cell + i * f->columns;
		double most = 0;

		for (size_t k = 0; k < f->columns; k++)
			most = fmax(most, isfinite(v[k]) ? fabs(v[k]) : 0);
		for (size_t k = 0; k < f->columns; k++) {
			double value = isfinite(v[k]) ? v[k] : 0;

			str_addf(out, "%zu\t%zu\t%zu", i, k / w, k % w);
			add_number(out, v[k]);
			add_number(out, most > 0 ? value / most : 0);
			add_name(out, i < f->names ? f->name[i] : "");
			str_add_char(out, '\n');
		}
	}
}

void
figure_data(const struct figure *f, struct str *out)
{
	if (f->kind == FIGURE_GRID)
		grid_data(f, out);
	else if (f->kind == FIGURE_IMAGES)
		image_data(f, out);
	else
		series_data(f, out);
}
