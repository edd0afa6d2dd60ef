/*
 * report_follow.c - learning curves that grow with their runs: the histories
 * are read again and again and drawn in place, until no process writes them any
 * more or a signal ends the program.  Without a terminal only the last drawing
 * is printed.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <dltools/history.h>

#include "report_make.h"

#define PATIENCE 10.0 /* seconds to wait for a file that has nothing yet */

static void
nap(double seconds)
{
	struct timespec t = {(time_t)seconds,
			     (long)((seconds - (double)(time_t)seconds) * 1e9)};

	(void)nanosleep(&t, NULL);
}

static bool
any_grows(const struct cli *c)
{
	for (size_t i = 0; i < c->operands; i++)
		if (history_is_growing(c->operand[i]))
			return true;
	return false;
}

/* Is there a first scoring event in each file that will have one? */
static bool
is_ready(const struct cli *c)
{
	for (size_t i = 0; i < c->operands; i++) {
		struct stat st;

		if (stat(c->operand[i], &st) < 0 || st.st_size == 0)
			return false;
	}
	return true;
}

static int
draw(const struct cli *c, struct report_make *m, const struct report_style *s,
     struct str *out, struct err *e)
{
	struct report_inputs in = {0};
	struct report r = {0};
	int status = 0;

	for (size_t i = 0; status == 0 && i < c->operands; i++) {
		status = report_inputs_add(&in, c->operand[i], false, e);
		if (status == 0 && in.input[i].kind != INPUT_HISTORY)
			status = err_set(e, ERR_SCHEMA, "'%s' is no scoring "
					 "history", c->operand[i]);
	}
	if (status == 0)
		status = report_make(&r, &in, m, e);
	if (status == 0)
		status = report_text(&r, s, out, e);
	report_release(&r);
	report_inputs_release(&in);
	return status;
}

/*
 * A history may be between its header and its first event, and one that did not
 * grow when it was asked may do so now: then nothing is drawn, and that is no
 * error.
 */
static int
try_draw(const struct cli *c, struct report_make *m,
	 const struct report_style *s, struct str *out, bool *growing,
	 struct err *e)
{
	int status = draw(c, m, s, out, e);

	if (status == 0 || e->code != ERR_INPUT ||
	    !(*growing || any_grows(c)))
		return status;
	*growing = true;
	str_reset(out);
	return 0;
}

/* Home, what is new line by line, then nothing of what was below. */
static void
show(const struct str *text)
{
	const char *p = text->buf, *end;

	fputs("\033[H", stdout);
	for (; (end = strchr(p, '\n')); p = end + 1) {
		fwrite(p, 1, (size_t)(end - p), stdout);
		fputs("\033[K\n", stdout);
	}
	fputs("\033[J", stdout);
	(void)fflush(stdout);
}

int
report_follow(const struct cli *c, struct report_make *m,
	      const struct report_style *s, double interval, struct err *e)
{
	bool terminal = isatty(STDOUT_FILENO), growing = true;
	struct str text = STR_INIT;
	double waited = 0;
	int status = 0;

	if (!strcmp(c->operand[0], "-"))
		return err_set(e, ERR_USAGE, "--follow needs the names of "
			       "histories");
	if (terminal)
		fputs("\033[2J", stdout);
	while (status == 0 && growing) {
		growing = any_grows(c);
		m->quiet = growing || terminal; /* what is left out: once */
		str_reset(&text);
		if (is_ready(c)) {
			status = try_draw(c, m, s, &text, &growing, e);
			if (status == 0 && terminal && text.len > 0)
				show(&text);
		} else if (waited < PATIENCE || growing) {
			growing = true;
		} else {
			status = draw(c, m, s, &text, e);
		}
		if (status == 0 && growing) {
			nap(interval);
			waited += interval;
		}
	}
	if (status == 0 && !terminal)
		fputs(text.buf, stdout);
	str_release(&text);
	return status;
}
