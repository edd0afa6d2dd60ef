/*
 * cli.h - what every program does with its command line, and how it ends.
 *
 *	struct opts o = {.format = 0};
 *	struct cli_list gates = {0};
 *	const struct cli_option options[] = {
 *		CLI_TEXT('a', "actual", &o.actual, "COL", "column of ..."),
 *		CLI_FLAG(0, "rate", &o.rate, "show errors / total"),
 *		CLI_END
 *	};
 *	struct cli c = {.name = "dl-cm", .synopsis = ..., .options = options,
 *			.max_operands = 1, .reads_input = true};
 *	struct err e = {0};
 *
 *	cli_parse(&c, argc, argv);
 *	if (run(&o, c.operand[0], &e) < 0)
 *		return die(&e);
 *	return cli_finish();
 *
 * Long options take `--name VALUE` and `--name=VALUE`; `-` and `_` are alike,
 * abbreviations are refused, flags can be turned off with --no-name, `--` ends
 * the options.  Options and operands may be mixed.  Every program has -h,
 * --help, -V and --version, and --dump-options for manual page and completion
 * checks.  Wrong usage ends the program with status 2.
 */
#ifndef CMD_CLI_H
#define CMD_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <dltools/err.h>
#include <dltools/frame_text.h>
#include <dltools/params.h>
#include <dltools/pool.h>

enum cli_type {
	CLI_TYPE_FLAG,    /* bool */
	CLI_TYPE_INT,     /* int64_t in [low, high] */
	CLI_TYPE_REAL,    /* double in [low, high] */
	CLI_TYPE_SECONDS, /* double: 90, 30m, 2h */
	CLI_TYPE_TEXT,    /* const char *, into argv */
	CLI_TYPE_LIST,    /* struct cli_list, one text per use */
	CLI_TYPE_CHOICE,  /* int: place in choices */
	CLI_TYPE_CALL,    /* call(to, name, value, e) */
	CLI_TYPE_SWITCH,  /* the same without a value */
};

struct cli_list {
	const char **v; /* into argv; the list itself is freed at exit */
	size_t n;
};

typedef int cli_call(void *to, const char *name, const char *value,
		     struct err *e);

struct cli_option {
	char letter; /* or 0 */
	const char *name;
	enum cli_type type;
	void *to;
	const char *value; /* what the value is called: "FILE" */
	const char *help;
	double low, high;
	const char *const *choices; /* NULL at the end */
	cli_call *call;
};

#define CLI_FLAG(l, n, t, h) {l, n, CLI_TYPE_FLAG, t, NULL, h, 0, 0, NULL, NULL}
#define CLI_INT(l, n, t, low, high, v, h) \
	{l, n, CLI_TYPE_INT, t, v, h, (double)(low), (double)(high), NULL, NULL}
#define CLI_THREADS(t) \
	CLI_INT('j', "threads", t, 1, POOL_MOST, "N", "threads")
#define CLI_REAL(l, n, t, low, high, v, h) \
	{l, n, CLI_TYPE_REAL, t, v, h, low, high, NULL, NULL}
#define CLI_SECONDS(l, n, t, h) \
	{l, n, CLI_TYPE_SECONDS, t, "TIME", h, 0, 0, NULL, NULL}
#define CLI_TEXT(l, n, t, v, h) {l, n, CLI_TYPE_TEXT, t, v, h, 0, 0, NULL, NULL}
#define CLI_LIST(l, n, t, v, h) {l, n, CLI_TYPE_LIST, t, v, h, 0, 0, NULL, NULL}
#define CLI_CHOICE(l, n, t, list, h) \
	{l, n, CLI_TYPE_CHOICE, t, NULL, h, 0, 0, list, NULL}
#define CLI_CALL(l, n, t, function, v, h) \
	{l, n, CLI_TYPE_CALL, t, v, h, 0, 0, NULL, function}
#define CLI_SWITCH(l, n, t, function, h) \
	{l, n, CLI_TYPE_SWITCH, t, NULL, h, 0, 0, NULL, function}
#define CLI_END {0, NULL, CLI_TYPE_FLAG, NULL, NULL, NULL, 0, 0, NULL, NULL}

struct cli {
	const char *name;     /* "dl-cm" */
	const char *about;    /* the manual page's NAME line */
	const char *synopsis; /* as in the manual page; lines "dl-cm ...\n" */
	const char *examples; /* lines for --help, may be NULL */
	const char *notes;    /* more for --help, may be NULL */
	const struct cli_option *options; /* CLI_END at the end */
	struct params *params; /* NULL, or params.def's options go here */
	struct cli_list *lists; /* NULL, or the paths of their @FILE lists */
	size_t max_operands;  /* 0: none */
	bool reads_input;     /* no operand: "-", unless that is a terminal */
	/* filled in */
	const char **operand; /* NULL at the end */
	size_t operands;
};

/* Ends the program for --help and the like, and when usage is wrong. */
void cli_parse(struct cli *c, int argc, char **argv);

/* Prints `name: message`, removes temporary files; returns the exit status. */
int die(const struct err *e) MUST_USE;

/* Flushes standard output; returns the exit status: 0, or 6 if that failed. */
int cli_finish(void) MUST_USE;

/* What --tsv and --json ask for. */
int cli_text_format(enum frame_text_format *format, bool tsv, bool json,
		    struct err *e) MUST_USE;

/* For --color: what a program should do on stream f. */
enum cli_color { CLI_COLOR_AUTO, CLI_COLOR_ALWAYS, CLI_COLOR_NEVER };
extern const char *const cli_color_choices[]; /* for CLI_CHOICE */
bool cli_is_color(enum cli_color when, FILE *f);

#endif
