/* report_write.c - a report as text, tables, SVG, or handed to others. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <dltools/file.h>

#include "report.h"

const char *const report_formats[] = {"text", "svg", "png", "pdf", "html",
				      "md", "tsv", "csv", "json", NULL};

/* ---- text ----------------------------------------------------------- */

/* In Markdown a figure is a block of text as it stands. */
static int
add_figure_text(const struct figure *f, const struct report_style *s,
		struct str *out, struct err *e)
{
	bool is_fenced = s->format == REPORT_MARKDOWN;
	struct figure_look look = {.width = s->width, .height = s->height,
				   .unicode = s->unicode || is_fenced,
				   .color = s->color && !is_fenced};

	str_add(out, is_fenced ? "```\n" : "");
	if (figure_text(f, &look, out, e) < 0)
		return -1;
	str_add(out, is_fenced ? "```\n" : "");
	return 0;
}

static enum table_format
table_format(enum report_format f)
{
	return f == REPORT_TSV ? TABLE_TSV : f == REPORT_CSV ? TABLE_CSV
	     : f == REPORT_JSON ? TABLE_JSON
	     : f == REPORT_MARKDOWN ? TABLE_MARKDOWN : TABLE_ALIGNED;
}

static size_t
text_width(const struct str *text)
{
	size_t n = 0, most = 0;

	for (const char *p = text->buf; *p; p++) {
		n = *p == '\n' ? 0 : n + (((unsigned char)*p & 0xc0) != 0x80);
		most = n > most ? n : most;
	}
	return most;
}

/* Of the texts as printed, cut to `most` and three dots. */
static size_t
longest_text(const struct table *t, size_t most)
{
	size_t longest = 0;

	for (size_t i = 0; i < t->n; i++)
		if (t->cell[i].kind == CELL_TEXT && t->cell[i].len > longest)
			longest = t->cell[i].len;
	return longest > most ? most + 3 : longest;
}

/*
 * Too wide: the narrow form if there is one.  Where that is too wide as well,
 * names too long for the terminal stand above their rows, other texts are cut.
 */
static void
add_narrow(struct report_item *item, size_t width, struct str *out)
{
	struct table *t = item->narrow.columns ? &item->narrow : &item->table;
	struct str text = STR_INIT;
	size_t is, widest = 60;

	for (int i = 0; i < 2; i++) {
		t->widest = widest;
		str_reset(&text);
		table_print(t, TABLE_ALIGNED, &text);
		is = text_width(&text);
		if (is <= width)
			break;
		widest = longest_text(t, widest);
		is = is - width + 3; /* three dots */
		widest = is + 7 < widest ? widest - is : 7;
		t->above = widest;
		t->width = width;
	}
	str_add(out, text.buf);
	out->failed |= text.failed;
	str_release(&text);
}

static void
add_aligned(struct report_item *item, size_t width, struct str *out)
{
	struct str text = STR_INIT;

	table_print(&item->table, TABLE_ALIGNED, &text);
	if (text_width(&text) > width)
		add_narrow(item, width, out);
	else
		str_add(out, text.buf);
	out->failed |= text.failed;
	str_release(&text);
}

static void
add_table_text(struct report_item *item, const struct report_style *s,
	       struct str *out)
{
	if (item->text.len && (s->format == REPORT_TEXT ||
			       s->format == REPORT_MARKDOWN))
		str_addf(out, "%s\n\n", item->text.buf);
	if (s->format == REPORT_TEXT)
		add_aligned(item, s->width, out);
	else
		table_print(&item->table, table_format(s->format), out);
}

int
report_text(const struct report *r, const struct report_style *s,
	    struct str *out, struct err *e)
{
	bool people = s->format == REPORT_TEXT ||
		      s->format == REPORT_MARKDOWN;

	if (s->title && people)
		str_addf(out, "%s%s\n\n", s->format == REPORT_MARKDOWN ? "# "
			 : "", s->title);
	for (size_t i = 0; i < r->n; i++) {
		struct report_item *item = r->item[i];

		if (item->kind == REPORT_TABLE)
			add_table_text(item, s, out);
		else if (item->kind == REPORT_HEADING && people)
			str_addf(out, "%s%s\n", s->format == REPORT_MARKDOWN
				 ? "## " : "== ", item->text.buf);
		else if (item->kind == REPORT_FIGURE && people &&
			 add_figure_text(&item->figure, s, out, e) < 0)
			return -1;
		if (people && i + 1 < r->n)
			str_add_char(out, '\n');
	}
	return str_check(out, e);
}

/* ---- pictures ------------------------------------------------------- */

/* All figures, one below the other, in one drawing. */
static int
add_svg(const struct report *r, const struct report_style *s, struct str *out,
	struct err *e)
{
	struct figure_look look = {.width = s->width ? s->width : 720,
				   .height = s->height, .inside = true};
	size_t height = 0, h, figures = 0, last = 0;

	for (size_t i = 0; i < r->n; i++)
		if (r->item[i]->kind == REPORT_FIGURE) {
			if (figure_height(&r->item[i]->figure, &look, &h,
					  e) < 0)
				return -1;
			height += h;
			figures++;
			last = i;
		}
	if (figures == 1) {
		look.inside = false;
		return figure_svg(&r->item[last]->figure, &look, out, e);
	}
	str_addf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 "
		 "%zu %zu\" width=\"%zu\" height=\"%zu\">\n<style>\n",
		 look.width, height, look.width, height);
	figure_style(out);
	str_add(out, "</style>\n");
	height = 0;
	for (size_t i = 0; i < r->n; i++) {
		if (r->item[i]->kind != REPORT_FIGURE)
			continue;
		str_addf(out, "<g transform=\"translate(0 %zu)\">\n", height);
		if (figure_height(&r->item[i]->figure, &look, &h, e) < 0 ||
		    figure_svg(&r->item[i]->figure, &look, out, e) < 0)
			return -1;
		height += h;
		str_add(out, "</g>\n");
	}
	str_add(out, "</svg>\n");
	return 0;
}

/* ---- files ---------------------------------------------------------- */

static int
write_file(const char *path, const struct str *text, struct err *e)
{
	struct outfile out = {0};
	int status = -1;

	if (outfile_open(&out, path, e) == 0 &&
	    outfile_write(&out, text->buf, text->len, e) == 0)
		status = outfile_commit(&out, e);
	outfile_discard(&out);
	return status;
}

static int
write_data(const struct figure *f, const struct report_style *s,
	   struct err *e)
{
	struct figure_look look = {0};
	struct str path = STR_INIT, text = STR_INIT, data = STR_INIT;
	int status = -1;

	if (s->format != REPORT_TEXT) { /* else these are characters */
		look.width = s->width;
		look.height = s->height;
	}
	str_addf(&path, "%s/%s.tsv", s->data_dir, f->id);
	figure_data(f, &text);
	if (str_check(&path, e) < 0 || str_check(&text, e) < 0 ||
	    write_file(path.buf, &text, e) < 0)
		goto out;
	str_reset(&path);
	str_reset(&text);
	str_addf(&path, "%s/%s.gp", s->data_dir, f->id);
	str_addf(&data, "%s.tsv", f->id);
	str_addf(&text, "# gnuplot %s.gp makes %s.svg\n", f->id, f->id);
	str_addf(&text, "set terminal svg noenhanced size %zu,%zu "
		 "background 'white'\nset output '%s.svg'\n",
		 look.width ? look.width : 720, look.height ? look.height
		 : 432, f->id);
	if (figure_gnuplot(f, &look, data.buf, s->gnuplot, &text, e) == 0 &&
	    str_check(&path, e) == 0)
		status = write_file(path.buf, &text, e);
out:
	str_release(&path);
	str_release(&text);
	str_release(&data);
	return status;
}

/* ID.tsv and ID.gp of every figure. */
static int
write_all_data(const struct report *r, const struct report_style *s,
	       struct err *e)
{
	if (mkdir(s->data_dir, 0777) < 0 && errno != EEXIST)
		return err_errno(e, ERR_OUTPUT, "cannot create '%s'",
				 s->data_dir);
	for (size_t i = 0; i < r->n; i++)
		if (r->item[i]->kind == REPORT_FIGURE &&
		    write_data(&r->item[i]->figure, s, e) < 0)
			return -1;
	return 0;
}

static int
render(const struct report *r, const struct report_style *s, struct str *out,
       struct err *e)
{
	switch (s->format) {
	case REPORT_HTML:
		return report_page(r, s, out, e);
	case REPORT_SVG:
		return s->gnuplot ? report_gnuplot(r, s, out, e)
				  : add_svg(r, s, out, e);
	case REPORT_PNG:
	case REPORT_PDF:
		return report_gnuplot(r, s, out, e);
	default:
		return report_text(r, s, out, e);
	}
}

static bool
has_figures(const struct report *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->item[i]->kind == REPORT_FIGURE)
			return true;
	return false;
}

int
report_write(const struct report *r, const struct report_style *s,
	     const char *path, struct err *e)
{
	bool pictures = s->format == REPORT_SVG || s->format == REPORT_PNG ||
			s->format == REPORT_PDF;
	struct str out = STR_INIT;
	int status;

	if (r->failed)
		return err_nomem(e, "a report");
	if (s->title && (pictures || s->format >= REPORT_TSV))
		return err_set(e, ERR_USAGE, "--title is for text, Markdown "
			       "and pages");
	if (!r->n)
		return err_set(e, ERR_INPUT, "there is nothing to show in "
			       "these inputs: no run, and no measure of a run");
	if (!has_figures(r) && pictures)
		return err_set(e, ERR_INPUT, "there is nothing to plot in "
			       "these inputs");
	status = render(r, s, &out, e);
	if (status == 0 && s->data_dir)
		status = write_all_data(r, s, e);
	if (status == 0)
		status = write_file(path, &out, e);
	str_release(&out);
	return status;
}
