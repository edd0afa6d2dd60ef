/*
 * cli.c - reading a command line by a program's option table; see cli.h.
 *
 * getopt_long() is not used: it takes abbreviations, tells `-` and `_` apart
 * and knows no --no-name.
 */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <dltools/file.h>
#include <dltools/mem.h>
#include <dltools/num.h>

#include "cli_int.h"

/* Lives as long as the program: its name, and lists to be freed at exit. */
static struct {
	const char *name;
	void *owned[64];
	size_t n;
} process = {.name = "dltools"};

/* ---- the end -------------------------------------------------------- */

/* One line, whatever names stand in it. */
static void
print_message(const char *msg)
{
	fprintf(stderr, "%s: ", process.name);
	for (; *msg; msg++)
		if (*msg == '\n')
			fputs("\\n", stderr);
		else if ((unsigned char)*msg < ' ' || *msg == 0x7f)
			fprintf(stderr, "\\x%02x", (unsigned char)*msg);
		else
			putc(*msg, stderr);
	putc('\n', stderr);
}

int
die(const struct err *e)
{
	(void)fflush(stdout);
	/* what a thread wrote: signals are the first thread's */
	if (e->from == EPIPE)
		raise(SIGPIPE);
	print_message(e->msg);
	file_remove_temporaries();
	return e->code ? (int)e->code : ERR_INTERNAL;
}

int
cli_finish(void)
{
	struct err e = {0};

	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	err_errno(&e, ERR_OUTPUT, "cannot write 'standard output'");
	return die(&e);
}

static void
fail(const struct err *e)
{
	exit(die(e));
}

static void
free_owned(void)
{
	while (process.n)
		mem_free(process.owned[--process.n]);
}

/* Room for n pointers and a NULL, until the program ends. */
static const char **
own(size_t n)
{
	struct err e = {0};
	const char **v = mem_zalloc(n + 1, sizeof(*v), &e);

	if (!v || process.n == sizeof(process.owned) / sizeof(void *))
		fail(&e);
	process.owned[process.n++] = v;
	return v;
}

/* ---- values --------------------------------------------------------- */

/* Do they spell the same option? */
static bool
is_same_name(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if ((*a == '_' ? '-' : *a) != (*b == '_' ? '-' : *b))
			return false;
	return *a == *b;
}

bool
cli_has_value(const struct cli_option *o)
{
	return o->type != CLI_TYPE_FLAG && o->type != CLI_TYPE_SWITCH;
}

static int
choose(const struct cli_option *o, const char *value, struct err *e)
{
	struct str legal = STR_INIT;
	int i;

	for (i = 0; o->choices[i]; i++) {
		if (!strcasecmp(value, o->choices[i])) {
			*(int *)o->to = i;
			str_release(&legal);
			return 0;
		}
		str_addf(&legal, "%s%s", !i ? "" :
			 o->choices[i + 1] ? ", " : " or ", o->choices[i]);
	}
	err_set(e, ERR_USAGE, "'%s': must be %s", value, legal.buf);
	str_release(&legal);
	return -1;
}

static void
add_text(struct cli_list *list, const char *value, size_t most)
{
	if (!list->v)
		list->v = own(most);
	list->v[list->n++] = value;
}

/* A bound given as a double that stands for the end of int64_t. */
static int64_t
whole(double bound)
{
	return bound >= 9.2e18 ? INT64_MAX :
	       bound <= -9.2e18 ? INT64_MIN : (int64_t)bound;
}

static int
set_value(const struct cli_option *o, const char *value, size_t most,
	  struct err *e)
{
	switch (o->type) {
	case CLI_TYPE_INT:
		return num_parse_int(value, whole(o->low), whole(o->high),
				     o->to, e);
	case CLI_TYPE_REAL:
		return num_parse_real(value, o->low, o->high, o->to, e);
	case CLI_TYPE_SECONDS:
		return num_parse_seconds(value, o->to, e);
	case CLI_TYPE_TEXT:
		*(const char **)o->to = value;
		return 0;
	case CLI_TYPE_LIST:
		add_text(o->to, value, most);
		return 0;
	case CLI_TYPE_CHOICE:
		return choose(o, value, e);
	default: /* CLI_TYPE_FLAG */
		*(bool *)o->to = true;
		return 0;
	}
}

/* ---- options -------------------------------------------------------- */

/* One option as found in the command line. */
struct found {
	const struct cli_option *option; /* one of both */
	const struct param_info *param;
	bool off; /* --no-name */
};

static bool
is_flag(const struct found *f)
{
	return f->option ? f->option->type == CLI_TYPE_FLAG
			 : f->param && f->param->type == PARAM_BOOL;
}

static bool
find(const struct cli *c, const char *name, struct found *f)
{
	const struct cli_option *o;

	memset(f, 0, sizeof(*f));
	for (o = c->options; o->name; o++)
		if (is_same_name(o->name, name)) {
			f->option = o;
			return true;
		}
	f->param = c->params ? param_find(name) : NULL;
	if (f->param)
		return true;
	if (strncmp(name, "no-", 3) && strncmp(name, "no_", 3))
		return false;
	if (find(c, name + 3, f) && is_flag(f) && !f->off) {
		f->off = true;
		return true;
	}
	return false;
}

static bool
find_letter(const struct cli *c, char letter, struct found *f)
{
	const struct cli_option *o;
	const struct param_alias *a;

	memset(f, 0, sizeof(*f));
	for (o = c->options; o->name; o++)
		if (o->letter == letter) {
			f->option = o;
			return true;
		}
	for (a = param_aliases; c->params && a->name; a++)
		if (a->letter == letter) {
			f->param = param_find(a->of);
			return true;
		}
	return false;
}

static int
apply(const struct cli *c, const struct found *f, const char *name,
      const char *value, size_t most, struct err *e)
{
	const struct cli_option *o = f->option;
	int status;

	if (f->param) {
		if (f->param->type == PARAM_BOOL && !value)
			value = f->off ? "false" : "true";
		if (c->lists && param_is_list(f->param) && *value == '@')
			add_text(c->lists, value + 1, most);
		return params_set(c->params, PARAM_FROM_FLAG, f->param->name,
				  value, e);
	}
	if (f->off) {
		*(bool *)o->to = false;
		return 0;
	}
	if (o->type == CLI_TYPE_CALL || o->type == CLI_TYPE_SWITCH)
		status = o->call(o->to, o->name, value, e);
	else
		status = set_value(o, value, most, e);
	/* a call names the option itself where it can */
	if (status < 0 && e->code == ERR_USAGE && strncmp(e->msg, "--", 2))
		err_prefix(e, "%s", name);
	return status;
}

static void
unknown(const struct cli *c, const char *name)
{
	const char *names[256] = {"help", "version"}, *near;
	const struct cli_option *o;
	const struct param_alias *a;
	struct str option = STR_INIT;
	struct err e = {0};
	size_t n = 2, i;

	for (o = c->options; o->name && n < 256; o++)
		names[n++] = o->name;
	for (i = 0; c->params && i < PARAM_COUNT && n < 256; i++)
		names[n++] = param_table[i].name;
	for (a = param_aliases; c->params && a->name && n < 256; a++)
		names[n++] = a->name;
	near = str_nearest(name, names, n);
	for (; near && *near; near++)
		str_add_char(&option, *near == '_' ? '-' : *near);
	if (option.len)
		err_set(&e, ERR_USAGE,
			"unknown option '--%s': did you mean '--%s'?", name,
			option.buf);
	else
		err_set(&e, ERR_USAGE, "unknown option '--%s': see %s --help",
			name, c->name);
	str_release(&option);
	fail(&e);
}

/* Options that every program has; true if this was one that has no end. */
static void
common(const struct cli *c, const char *name)
{
	if (!strcmp(name, "help"))
		cli_full_help(c);
	else if (!strcmp(name, "h"))
		cli_short_help(c, stdout);
	else if (!strcmp(name, "version") || !strcmp(name, "V"))
		cli_version(c);
	else if (is_same_name(name, "dump-options"))
		cli_dump(c);
	else
		return;
	exit(cli_finish());
}

static bool
is_truth(const char *word)
{
	return word &&
	       (!strcasecmp(word, "true") || !strcasecmp(word, "false"));
}

/* `--name`, `--name=value` or `--name value` at argv[i]; the next i. */
static int
long_option(const struct cli *c, int argc, char **argv, int i)
{
	const char *text = argv[i], *equals = strchr(text, '=');
	const char *value = equals ? equals + 1 : NULL, *bare;
	struct str name = STR_INIT;
	struct found f;
	struct err e = {0};
	bool takes;

	str_add_bytes(&name, text, equals ? (size_t)(equals - text)
					  : strlen(text));
	if (str_check(&name, &e) < 0)
		fail(&e);
	bare = name.buf + 2;
	if (!value)
		common(c, bare);
	if (!find(c, bare, &f))
		unknown(c, bare);
	takes = f.option ? cli_has_value(f.option)
			 : f.param->type != PARAM_BOOL;
	if (takes && !value && ++i < argc)
		value = argv[i];
	if (takes && !value)
		err_set(&e, ERR_USAGE, "%s needs a value", name.buf);
	else if (!takes && value && (f.off || !f.param))
		err_set(&e, ERR_USAGE, "%s takes no value", name.buf);
	else if (is_flag(&f) && !value && i + 1 < argc && is_truth(argv[i + 1]))
		err_set(&e, ERR_USAGE, "%s: write %s=%s", name.buf, name.buf,
			argv[i + 1]);
	else if (apply(c, &f, name.buf, value, (size_t)argc, &e) == 0)
		e.code = ERR_NONE;
	str_release(&name);
	if (e.code)
		fail(&e);
	return i + 1;
}

/* `-abc`, `-fVALUE` or `-f VALUE` at argv[i]; the next i. */
static int
short_options(const struct cli *c, int argc, char **argv, int i)
{
	const char *p, *value;
	char name[3] = "-?";
	struct found f;
	struct err e = {0};
	bool takes;

	for (p = argv[i] + 1; *p; p++) {
		name[1] = *p;
		common(c, name + 1);
		if (!find_letter(c, *p, &f)) {
			err_set(&e, ERR_USAGE, "unknown option '%s': see "
				"%s --help", name, c->name);
			fail(&e);
		}
		takes = f.option ? cli_has_value(f.option)
				 : f.param->type != PARAM_BOOL;
		value = takes ? p + 1 : NULL;
		if (takes && !p[1] && !(value = argv[++i])) {
			err_set(&e, ERR_USAGE, "%s needs a value", name);
			fail(&e);
		}
		if (apply(c, &f, name, value, (size_t)argc, &e) < 0)
			fail(&e);
		if (takes)
			break;
	}
	return i + 1;
}

/* ---- the whole line ------------------------------------------------- */

/* A closed descriptor 0, 1 or 2 must not become a file that is opened. */
static void
guard_streams(void)
{
	int fd;

	for (fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == 1 ? O_RDONLY : O_RDWR) != fd)
			exit(ERR_OUTPUT);
}

static void
on_end(int number)
{
	struct sigaction plain = {.sa_handler = SIG_DFL};

	file_remove_temporaries();
	sigaction(number, &plain, NULL);
	raise(number); /* comes when the handler returns */
}

/* Whoever is killed cleans up; a file too large is an error like others. */
static void
guard_signals(void)
{
	static const int ends[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM,
				   SIGALRM, SIGXCPU};
	struct sigaction old, ending = {.sa_handler = on_end};
	size_t i;

	for (i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		sigaction(ends[i], NULL, &old);
		if (old.sa_handler != SIG_IGN)
			sigaction(ends[i], &ending, NULL);
	}
	(void)signal(SIGXFSZ, SIG_IGN);
}

static void
check_operands(struct cli *c)
{
	struct err e = {0};

	if (c->operands > c->max_operands)
		err_set(&e, ERR_USAGE, "'%s': one operand too many",
			c->operand[c->max_operands]);
	if (e.code || cli_check_environment(&e) < 0)
		fail(&e);
	if (c->operands || !c->reads_input)
		return;
	if (isatty(STDIN_FILENO)) {
		err_set(&e, ERR_USAGE, "no input: name a file, or - for "
			"standard input; see %s --help", c->name);
		fail(&e);
	}
	c->operand[c->operands++] = "-";
}

void
cli_parse(struct cli *c, int argc, char **argv)
{
	bool options = true;
	int i = 1;

	guard_streams();
	guard_signals();
	setlocale(LC_CTYPE, "");
	process.name = c->name;
	atexit(free_owned);
	c->operand = own((size_t)argc + 1);
	while (i < argc) {
		if (!options || argv[i][0] != '-' || !argv[i][1]) {
			c->operand[c->operands++] = argv[i++];
		} else if (!strcmp(argv[i], "--")) {
			options = false;
			i++;
		} else if (argv[i][1] == '-') {
			i = long_option(c, argc, argv, i);
		} else {
			i = short_options(c, argc, argv, i);
		}
	}
	check_operands(c);
}

int
cli_text_format(enum frame_text_format *format, bool tsv, bool json,
		struct err *e)
{
	if (tsv && json)
		return err_set(e, ERR_USAGE, "--tsv and --json exclude each "
			       "other");
	*format = json ? FRAME_TEXT_JSON : tsv ? FRAME_TEXT_TSV
					       : FRAME_TEXT_CSV;
	return 0;
}
