/* report.c - the list of headings, tables and figures; see report.h. */
#include "report.h"

#include <string.h>

#include <dltools/mem.h>

static struct report_item *
add_item(struct report *r, enum report_kind kind)
{
	struct err ignored;
	struct report_item *i = mem_zalloc(1, sizeof(*i), &ignored);

	if (!i || mem_grow(&r->item, &r->room, r->n + 1, sizeof(*r->item),
			   &ignored) < 0) {
		mem_free(i);
		r->failed = true;
		return NULL;
	}
	i->kind = kind;
	str_init(&i->text);
	r->item[r->n++] = i;
	return i;
}

void
report_heading(struct report *r, const char *text)
{
	struct report_item *i = add_item(r, REPORT_HEADING);

	if (i)
		str_add(&i->text, text);
}

struct table *
report_table(struct report *r, const char *said, const char *const *names,
	     size_t n)
{
	struct report_item *i = add_item(r, REPORT_TABLE);
	struct err ignored;

	if (!i)
		return NULL;
	str_add(&i->text, said ? said : "");
	i->name = mem_zalloc(n, sizeof(*i->name), &ignored);
	for (size_t k = 0; i->name && k < n; k++) {
		i->name[k] = mem_strdup(names[k], &ignored);
		r->failed |= !i->name[k];
		i->names = k + 1;
	}
	r->failed |= !i->name;
	table_start(&i->table, (const char *const *)i->name, n);
	return i->name ? &i->table : NULL;
}

static void
free_item(struct report_item *i)
{
	for (size_t k = 0; k < i->names; k++)
		mem_free(i->name[k]);
	mem_free(i->name);
	table_release(&i->table);
	table_release(&i->narrow);
	mem_free(i->narrow_name);
	figure_release(&i->figure);
	str_release(&i->text);
	mem_free(i);
}

void
report_release(struct report *r)
{
	for (size_t i = 0; i < r->n; i++)
		free_item(r->item[i]);
	mem_free(r->item);
	*r = (struct report){0};
}

/* ---- names ----------------------------------------------------------- */

/* Ids are file names and anchors: other bytes than these become -. */
static void
make_plain(char *id)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

	for (; *id; id++)
		if (!strchr(plain, *id))
			*id = '-';
}

/* No two alike: the next gets a number. */
static void
settle_id(struct report *r, struct figure *f)
{
	struct str id = STR_INIT;
	size_t same = 0;

	make_plain(f->id);
	for (size_t n = 1;; n++) {
		str_reset(&id);
		str_add(&id, f->id);
		if (n > 1)
			str_addf(&id, "-%zu", n);
		for (same = 0; same < r->n; same++)
			if (r->item[same]->kind == REPORT_FIGURE &&
			    !strcmp(r->item[same]->figure.id, id.buf))
				break;
		if (same == r->n || id.failed)
			break;
	}
	figure_set_id(f, id.buf);
	r->failed |= id.failed;
	str_release(&id);
}

void
report_figure(struct report *r, struct figure *f)
{
	struct report_item *i = NULL;

	r->failed |= f->failed || !f->id;
	if (!r->failed && figure_has_data(f)) {
		settle_id(r, f);
		r->failed |= f->failed;
		i = r->failed ? NULL : add_item(r, REPORT_FIGURE);
	}
	if (i)
		i->figure = *f;
	else
		figure_release(f);
	*f = (struct figure){0};
}

/* ---- some of the figures -------------------------------------------- */

static bool
is_listed(const struct cli_list *plots, const char *id)
{
	for (size_t i = 0; i < plots->n; i++)
		if (!strcmp(plots->v[i], id))
			return true;
	return false;
}

static int
check_plot(const struct report *r, const char *id, struct err *e)
{
	struct str known = STR_INIT;

	for (size_t i = 0; i < r->n; i++) {
		if (r->item[i]->kind != REPORT_FIGURE)
			continue;
		if (!strcmp(r->item[i]->figure.id, id)) {
			str_release(&known);
			return 0;
		}
		str_addf(&known, "%s%s", known.len ? ", " : "",
			 r->item[i]->figure.id);
	}
	err_set(e, ERR_USAGE, "--plot: '%s': these inputs give %s", id,
		known.len ? known.buf : "no plot");
	str_release(&known);
	return -1;
}

int
report_select(struct report *r, const struct cli_list *plots, struct err *e)
{
	size_t kept = 0;

	for (size_t i = 0; i < plots->n; i++)
		if (check_plot(r, plots->v[i], e) < 0)
			return -1;
	for (size_t i = 0; i < r->n; i++) {
		struct report_item *item = r->item[i];

		if (item->kind == REPORT_FIGURE &&
		    is_listed(plots, item->figure.id))
			r->item[kept++] = item;
		else
			free_item(item);
	}
	r->n = kept;
	return 0;
}
