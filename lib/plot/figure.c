/* figure.c - building the description of a plot; see figure.h. */
#include <dltools/figure.h>

#include <math.h>
#include <string.h>

#include <dltools/mem.h>

static char *
copy(struct figure *f, const char *text)
{
	struct err ignored;
	char *p = text ? mem_strdup(text, &ignored) : NULL;

	f->failed |= text && !p;
	return p;
}

void
figure_init(struct figure *f, enum figure_kind kind, const char *id,
	    const char *title)
{
	*f = (struct figure){.kind = kind};
	f->x.low = f->x.high = f->y.low = f->y.high = NAN;
	f->id = copy(f, id);
	f->title = copy(f, title);
}

static void
free_series(struct figure_series *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++)
		mem_free(s->point[i].label);
	mem_free(s->point);
	mem_free(s->name);
	mem_free(s);
}

void
figure_release(struct figure *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->n; i++)
		free_series(f->series[i]);
	for (size_t i = 0; i < f->names; i++)
		mem_free(f->name[i]);
	mem_free(f->series);
	mem_free(f->name);
	mem_free(f->cell);
	mem_free(f->shade);
	mem_free(f->id);
	mem_free(f->title);
	mem_free(f->note);
	mem_free(f->y_text);
	*f = (struct figure){0};
}

void
figure_note(struct figure *f, const char *note)
{
	mem_free(f->note);
	f->note = copy(f, note);
}

void
figure_set_id(struct figure *f, const char *id)
{
	char *own = copy(f, id);

	mem_free(f->id);
	f->id = own;
}

void
figure_label_y(struct figure *f, const char *label)
{
	mem_free(f->y_text);
	f->y.label = f->y_text = copy(f, label);
}

struct figure_series *
figure_series(struct figure *f, const char *name, enum figure_mark mark)
{
	struct err ignored;
	struct figure_series *s = mem_zalloc(1, sizeof(*s), &ignored);

	if (!s || mem_grow(&f->series, &f->room, f->n + 1, sizeof(*f->series),
			   &ignored) < 0) {
		mem_free(s);
		f->failed = true;
		return NULL;
	}
	s->name = copy(f, name);
	s->mark = mark;
	s->failed = &f->failed;
	f->series[f->n++] = s;
	return s;
}

struct figure_point *
figure_point(struct figure_series *s, double x, double y, const char *label)
{
	struct err ignored;
	struct figure_point *p;

	if (!s)
		return NULL;
	if (mem_grow(&s->point, &s->room, s->n + 1, sizeof(*s->point),
		     &ignored) < 0) {
		*s->failed = true;
		return NULL;
	}
	p = &s->point[s->n++];
	*p = (struct figure_point){.x = x, .y = y, .low = NAN, .high = NAN};
	if (label && !(p->label = mem_strdup(label, &ignored)))
		*s->failed = true;
	return p;
}

void
figure_name(struct figure *f, const char *name)
{
	struct err ignored;

	if (mem_grow(&f->name, &f->names_room, f->names + 1, sizeof(*f->name),
		     &ignored) < 0)
		f->failed = true;
	else if ((f->name[f->names] = copy(f, name)))
		f->names++;
}

bool
figure_cells(struct figure *f, size_t rows, size_t columns)
{
	struct err ignored;
	size_t n;

	f->rows = rows;
	f->columns = columns;
	if (mem_mul(rows, columns, &n) < 0 ||
	    !(f->cell = mem_zalloc(n, sizeof(double), &ignored)) ||
	    !(f->shade = mem_zalloc(n, sizeof(double), &ignored))) {
		f->failed = true;
		return false;
	}
	for (size_t i = 0; i < n; i++)
		f->cell[i] = f->shade[i] = NAN;
	return true;
}

bool
figure_has_data(const struct figure *f)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct figure_series *s = f->series[i];

		if (s->mark == FIGURE_GUIDE)
			continue;
		for (size_t k = 0; k < s->n; k++)
			if (isfinite(s->point[k].x) && isfinite(s->point[k].y))
				return true;
	}
	return f->cell && f->rows && f->columns;
}
