/*
 * report_page.c - a report as one HTML page that needs nothing else: figures
 * are inline SVG, drawn twice, for wide and for narrow screens; the style sheet
 * chooses, and follows the reader's dark or light.
 */
#include <string.h>

#include "report.h"

#define WIDE 760
#define NARROW 360

static const char style[] =
	":root{color-scheme:light dark}\n"
	"body{margin:0 auto;max-width:1200px;padding:16px;"
	"font:16px/1.5 system-ui,-apple-system,\"Segoe UI\",Helvetica,Arial,"
	"sans-serif;background:#fff;color:#1a1a1a}\n"
	"h1{font-size:1.5em;margin:.4em 0 .8em;overflow-wrap:anywhere}\n"
	"h2{font-size:1.2em;margin:2em 0 .6em;overflow-wrap:anywhere;"
	"border-bottom:1px solid #ddd}\n"
	"figure{margin:1.4em 0}figure svg{max-width:100%;height:auto;"
	"display:block}\n"
	".narrow{display:none}\n"
	".scroll{overflow-x:auto;margin:1em 0}\n"
	"table{border-collapse:collapse;font-size:14px;"
	"font-variant-numeric:tabular-nums}\n"
	"th,td{padding:3px 8px;text-align:left;vertical-align:top;"
	"max-width:20em;overflow-wrap:break-word}\n"
	"thead th{border-bottom:2px solid #999;white-space:nowrap}\n"
	"tbody tr:nth-child(even){background:#f4f5f7}\n"
	"th.n,td.n{text-align:right;white-space:nowrap}\n"
	"p{max-width:46em}\n"
	"@media(max-width:640px){.wide{display:none}.narrow{display:block}\n"
	"body{padding:12px}th,td{padding:3px 7px;max-width:12em}}\n"
	"@media print{.wide{display:block}.narrow{display:none}}\n"
	"@media(prefers-color-scheme:dark){body{background:#15181c;"
	"color:#ececec}h2{border-color:#3a4048}"
	"tbody tr:nth-child(even){background:#1d2126}"
	"thead th{border-color:#6c757d}}\n";

static void
add_escaped(struct str *out, const char *text)
{
	for (; *text; text++)
		if (*text == '&')
			str_add(out, "&amp;");
		else if (*text == '<')
			str_add(out, "&lt;");
		else if (*text == '>')
			str_add(out, "&gt;");
		else
			str_add_char(out, *text);
}

static int
add_figure(const struct figure *f, struct str *out, struct err *e)
{
	struct figure_look wide = {.width = WIDE, .inside = true};
	struct figure_look narrow = {.width = NARROW, .inside = true};

	str_addf(out, "<figure id=\"%s\">\n<div class=\"wide\">\n", f->id);
	if (figure_svg(f, &wide, out, e) < 0)
		return -1;
	str_add(out, "</div>\n<div class=\"narrow\">\n");
	if (figure_svg(f, &narrow, out, e) < 0)
		return -1;
	str_add(out, "</div>\n</figure>\n");
	return 0;
}

static void
add_head(const struct report_style *s, struct str *out)
{
	const char *title = s->title ? s->title : "Report";

	str_add(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
		"<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
		"content=\"width=device-width,initial-scale=1\">\n<title>");
	add_escaped(out, title);
	str_add(out, "</title>\n<style>\n");
	str_add(out, style);
	figure_style(out);
	str_add(out, "</style>\n</head>\n<body>\n<h1>");
	add_escaped(out, title);
	str_add(out, "</h1>\n");
}

int
report_page(const struct report *r, const struct report_style *s,
	    struct str *out, struct err *e)
{
	add_head(s, out);
	for (size_t i = 0; i < r->n; i++) {
		const struct report_item *item = r->item[i];

		if (item->kind == REPORT_HEADING) {
			str_add(out, "<h2>");
			add_escaped(out, item->text.buf);
			str_add(out, "</h2>\n");
		} else if (item->kind == REPORT_TABLE) {
			if (item->text.len) {
				str_add(out, "<p>");
				add_escaped(out, item->text.buf);
				str_add(out, "</p>\n");
			}
			str_add(out, "<div class=\"scroll\">\n");
			table_print(&item->table, TABLE_HTML, out);
			str_add(out, "</div>\n");
		} else if (add_figure(&item->figure, out, e) < 0) {
			return -1;
		}
	}
	str_add(out, "</body>\n</html>\n");
	return str_check(out, e);
}
