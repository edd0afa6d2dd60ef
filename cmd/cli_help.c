/*
 * cli_help.c - -h, --help, --version and --dump-options, all from the option
 * table and params.def.
 */
#include <stdlib.h>
#include <string.h>

#include <dltools/model.h>
#include <dltools/net.h>

#include "cli_int.h"

#ifndef DLTOOLS_VERSION
#define DLTOOLS_VERSION "unknown"
#endif
#ifndef DLTOOLS_FLAGS
#define DLTOOLS_FLAGS "unknown"
#endif

enum { COLUMN = 28, WIDTH = 79 };

/* ---- lines ---------------------------------------------------------- */

/* "  -o, --output FILE     text", the text wrapped below itself. */
static void
line(FILE *f, char letter, const char *option, const char *text)
{
	const char *end;
	int at, room = WIDTH - COLUMN;

	at = fprintf(f, letter ? "  -%c, " : "      ", letter);
	at += fprintf(f, "%s", option);
	if (at >= COLUMN - 1) {
		fputc('\n', f);
		at = 0;
	}
	while (*text) {
		end = text + strlen(text);
		if (end - text > room) {
			for (end = text + room; end > text && *end != ' ';)
				end--;
			if (end == text)
				end = text + strcspn(text, " ");
		}
		fprintf(f, "%*s%.*s\n", COLUMN - at, "", (int)(end - text),
			text);
		at = 0;
		text = end + (*end == ' ');
	}
}

static const char *
value_name(const struct cli_option *o)
{
	if (o->value)
		return o->value;
	switch (o->type) {
	case CLI_TYPE_CHOICE:
		return "WHICH";
	case CLI_TYPE_INT:
	case CLI_TYPE_REAL:
		return "N";
	default:
		return "TEXT";
	}
}

static void
add_choices(struct str *s, const struct cli_option *o)
{
	size_t i;

	for (i = 0; o->choices && o->choices[i]; i++)
		str_addf(s, "%s%s", i ? "|" : "", o->choices[i]);
}

static void
option_line(const struct cli_option *o, FILE *f)
{
	struct str name = STR_INIT, text = STR_INIT;

	str_addf(&name, "--%s", o->name);
	if (cli_has_value(o))
		str_addf(&name, " %s", value_name(o));
	str_add(&text, o->help);
	if (o->choices) {
		str_add(&text, ": ");
		add_choices(&text, o);
	}
	line(f, o->letter, name.buf, text.buf);
	str_release(&name);
	str_release(&text);
}

static const char *
param_value_name(const struct param_info *i)
{
	static const char *const names[] = {
		[PARAM_BOOL] = "", [PARAM_INT] = "N", [PARAM_REAL] = "X",
		[PARAM_SECONDS] = "TIME", [PARAM_ENUM] = "WHICH",
		[PARAM_TEXT] = "TEXT", [PARAM_COLUMN] = "COL",
		[PARAM_PATH] = "FILE", [PARAM_INTS] = "N,...",
		[PARAM_REALS] = "X,...", [PARAM_TEXTS] = "TEXT,...",
		[PARAM_COLUMNS] = "COLS", [PARAM_PATHS] = "FILE",
	};

	return names[i->type];
}

static char
param_letter(const struct param_info *i)
{
	const struct param_alias *a;

	for (a = param_aliases; a->name; a++)
		if (a->letter && !strcmp(a->of, i->name))
			return a->letter;
	return 0;
}

/* As one types it. */
static void
add_name(struct str *s, const char *name)
{
	for (; *name; name++)
		str_add_char(s, *name == '_' ? '-' : *name);
}

static void
param_line(const struct param_info *i, FILE *f)
{
	struct str name = STR_INIT, text = STR_INIT;
	const struct param_alias *a;

	param_option(i, &name);
	if (*param_value_name(i))
		str_addf(&name, " %s", param_value_name(i));
	str_add(&text, i->help);
	if (i->type != PARAM_BOOL) {
		size_t before = text.len;

		str_add(&text, "; ");
		param_range(i, &text);
		if (text.len == before + 2)
			text.buf[text.len = before] = '\0';
	}
	if (*i->initial)
		str_addf(&text, " [%s]", i->initial);
	for (a = param_aliases; a->name; a++)
		if (!strcmp(a->of, i->name) && a->name[1]) {
			str_add(&text, "; also --");
			add_name(&text, a->name);
		}
	line(f, param_letter(i), name.buf, text.buf);
	str_release(&name);
	str_release(&text);
}

/* ---- help ----------------------------------------------------------- */

static void
usage(const struct cli *c, FILE *f)
{
	const char *p = c->synopsis, *end;
	const char *lead = "usage: ";

	for (; *p; p = end + (*end == '\n')) {
		end = p + strcspn(p, "\n");
		fprintf(f, "%s%.*s\n", lead, (int)(end - p), p);
		lead = "       ";
	}
}

static void
options(const struct cli *c, FILE *f)
{
	const struct cli_option *o;

	fputs("\noptions:\n", f);
	for (o = c->options; o->name; o++)
		option_line(o, f);
	line(f, 'h', "--help", "this text (-h: in short)");
	line(f, 'V', "--version", "version, build and formats");
}

void
cli_short_help(const struct cli *c, FILE *f)
{
	usage(c, f);
	options(c, f);
	if (c->params)
		fprintf(f, "\nParameters of training: %s --help\n", c->name);
}

/* Each line indented. */
static void
examples(const char *text)
{
	size_t len;

	printf("\nexamples:\n");
	for (; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		printf("  %.*s\n", (int)len, text);
	}
}

void
cli_full_help(const struct cli *c)
{
	size_t i;

	printf("%s - %s\n\n", c->name, c->about);
	usage(c, stdout);
	if (c->examples)
		examples(c->examples);
	options(c, stdout);
	for (i = 0; c->params && i < PARAM_COUNT; i++) {
		if (i == 0 || param_table[i].group != param_table[i - 1].group)
			printf("\n%s:\n",
			       param_group_title[param_table[i].group]);
		param_line(&param_table[i], stdout);
	}
	if (c->notes)
		printf("\n%s", c->notes);
	printf("\nThe manual: man %s\n", c->name);
}

void
cli_version(const struct cli *c)
{
	struct err e = {0};
	const char *isa = net_isa(&e);

	if (!isa)
		exit(die(&e));
	printf("%s (dltools) %s\nbuilt with: %s\ninstruction set: %s\n"
	       "formats: dltools-frame/1 %s\n", c->name, DLTOOLS_VERSION,
	       DLTOOLS_FLAGS, isa, model_format);
}

/* ---- for programs --------------------------------------------------- */

/*
 * One line per option, fields separated by tabs: name, letter, value (empty:
 * takes none), kind (flag, choice, file, column, columns, text), choices
 * separated by |, default, help.  An alias has kind `alias` and its parameter
 * as the value.
 */
static void
dump_line(const char *name, char letter, const char *value, const char *kind)
{
	const char *p;

	for (p = name; *p; p++)
		putchar(*p == '_' ? '-' : *p);
	printf("\t%.*s\t%s\t%s\t", letter ? 1 : 0, &letter, value, kind);
}

static const char *
kind_of(const struct cli_option *o)
{
	const char *v = cli_has_value(o) ? value_name(o) : "";

	if (o->type == CLI_TYPE_FLAG)
		return "flag";
	if (o->choices)
		return "choice";
	if (!*v)
		return "switch";
	if (strstr(v, "FILE") || strstr(v, "FRAME") || strstr(v, "MODEL"))
		return "file";
	if (!strcmp(v, "COL") || !strcmp(v, "COLUMN"))
		return "column";
	return !strcmp(v, "COLS") || !strncmp(v, "COLUMNS", 7) ? "columns"
							      : "text";
}

static const char *
param_kind(const struct param_info *i)
{
	switch (i->type) {
	case PARAM_BOOL:
		return "flag";
	case PARAM_ENUM:
		return "choice";
	case PARAM_PATH:
	case PARAM_PATHS:
		return "file";
	case PARAM_COLUMN:
		return "column";
	case PARAM_COLUMNS:
		return "columns";
	default:
		return "text";
	}
}

static void
dump_param(const struct param_info *i)
{
	const struct param_alias *a;
	const struct param_value *v;

	dump_line(i->name, param_letter(i), param_value_name(i),
		  param_kind(i));
	for (v = i->values; v && v->text; v++)
		printf("%s%s", v > i->values ? "|" : "", v->text);
	printf("\t%s\t%s\n", i->initial, i->help);
	for (a = param_aliases; a->name; a++)
		if (!strcmp(a->of, i->name)) {
			dump_line(a->name, 0, i->name, "alias");
			printf("\t\t\n");
		}
}

void
cli_dump(const struct cli *c)
{
	const struct cli_option *o;
	struct str choices = STR_INIT;
	size_t i;

	for (o = c->options; o->name; o++) {
		dump_line(o->name, o->letter,
			  cli_has_value(o) ? value_name(o) : "", kind_of(o));
		str_reset(&choices);
		add_choices(&choices, o);
		printf("%s\t\t%s\n", choices.buf, o->help);
	}
	str_release(&choices);
	dump_line("help", 'h', "", "switch");
	printf("\t\tthis text\n");
	dump_line("version", 'V', "", "switch");
	printf("\t\tversion, build and formats\n");
	for (i = 0; c->params && i < PARAM_COUNT; i++)
		dump_param(&param_table[i]);
}
