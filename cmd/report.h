/*
 * report.h - what the files of dl-report share.
 *
 * Inputs become a report, a list of headings, tables and figures, which
 * report_write() turns into text, pictures or a page.
 *
 *	inputs --report_*.c--> struct report --report_write.c--> a file
 */
#ifndef CMD_REPORT_H
#define CMD_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include <dltools/err.h>
#include <dltools/figure.h>
#include <dltools/results.h>

#include "cli.h"
#include "table.h"

enum report_format {
	REPORT_TEXT,
	REPORT_SVG,
	REPORT_PNG,
	REPORT_PDF,
	REPORT_HTML,
	REPORT_MARKDOWN,
	REPORT_TSV, /* this and the rest: tables only */
	REPORT_CSV,
	REPORT_JSON,
};

extern const char *const report_formats[]; /* for CLI_CHOICE */

enum report_kind { REPORT_HEADING, REPORT_FIGURE, REPORT_TABLE };

struct report_item {
	enum report_kind kind;
	struct str text; /* heading, or what is said above a table */
	struct figure figure;
	struct table table;
	struct table narrow; /* the same for a terminal where that is wide */
	const char **narrow_name; /* literals; the list is owned */
	char **name;     /* of the table's columns */
	size_t names;
};

struct report {
	struct report_item **item;
	size_t n, room;
	bool failed;
};

/* How it is to look. */
struct report_style {
	enum report_format format;
	const char *title;   /* or NULL */
	size_t width, height; /* 0: as fits */
	bool unicode, color;
	const char *gnuplot; /* more commands, or NULL */
	const char *data_dir; /* or NULL */
};

void report_heading(struct report *r, const char *text);
/* The figure is moved into the report, unless it has no data. */
void report_figure(struct report *r, struct figure *f);
/* Column names are copied; rows are added to what is returned, or NULL. */
struct table *report_table(struct report *r, const char *said,
			   const char *const *names, size_t n);
void report_release(struct report *r);
/* Only the figures whose ids stand in the list; ERR_USAGE if one has none. */
int report_select(struct report *r, const struct cli_list *plots,
		  struct err *e) MUST_USE;

/* path "-": standard output. */
int report_write(const struct report *r, const struct report_style *s,
		 const char *path, struct err *e) MUST_USE;
/* The whole report in one of the formats, into a string. */
int report_text(const struct report *r, const struct report_style *s,
		struct str *out, struct err *e) MUST_USE;
int report_page(const struct report *r, const struct report_style *s,
		struct str *out, struct err *e) MUST_USE;
/* PNG or PDF by gnuplot. */
int report_gnuplot(const struct report *r, const struct report_style *s,
		   struct str *out, struct err *e) MUST_USE;

/* ---- what goes into it ---------------------------------------------- */

struct report_runs {
	struct results results;
	size_t own;          /* sources 0..own-1 are no references */
	const char *sort;    /* key of a column, or NULL: as they come */
	const char *columns; /* list of keys, or NULL */
	bool ascii;          /* in text for people */
};

/* One table of all runs for --table; typed cells unless for people. */
int report_run_table(struct report *r, const struct report_runs *runs,
		     size_t source, bool people, struct err *e) MUST_USE;
/* Plots and tables of results. */
int report_results(struct report *r, const struct report_runs *runs,
		   struct err *e) MUST_USE;
/* Sources 0 and 1 run by run. */
int report_compare(struct report *r, const struct results *results,
		   bool people, struct err *e) MUST_USE;

#endif
