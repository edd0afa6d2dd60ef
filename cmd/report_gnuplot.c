/*
 * report_gnuplot.c - PNG and PDF drawn by gnuplot, which reads its commands
 * from one unlinked scratch file and writes into another, so that nothing is
 * left behind and no pipe can fill up.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <dltools/file.h>
#include <dltools/num.h>

#include "report.h"

#define LARGEST ((size_t)1 << 28)

/* ---- commands ------------------------------------------------------- */

static void
add_terminal(const struct report_style *s, size_t width, size_t height,
	     struct str *out)
{
	if (s->format == REPORT_PDF)
		str_addf(out, "set terminal pdfcairo noenhanced size %.3fin,"
			 "%.3fin font 'Helvetica,9' background '#ffffff'\n",
			 (double)width / 96, (double)height / 96);
	else if (s->format == REPORT_SVG)
		str_addf(out, "set terminal svg noenhanced size %zu,%zu font "
			 "'Helvetica,12' background '#ffffff'\n", width,
			 height);
	else
		str_addf(out, "set terminal pngcairo noenhanced size %zu,%zu "
			 "font 'Helvetica,9' background '#ffffff'\n", width,
			 height);
}

/* A page for each figure of a PDF, else one below the other. */
static int
add_commands(const struct report *r, const struct report_style *s,
	     struct str *out, struct err *e)
{
	struct figure_look look = {.width = s->width ? s->width : 720,
				   .height = s->height};
	size_t h;

	for (size_t i = 0; i < r->n; i++)
		if (r->item[i]->kind == REPORT_FIGURE) {
			if (figure_height(&r->item[i]->figure, &look, &h,
					  e) < 0)
				return -1;
			look.total = s->format == REPORT_PDF && h < look.total
					     ? look.total
				     : s->format == REPORT_PDF ? h
				     : look.total + h;
		}
	add_terminal(s, look.width, look.total, out);
	if (s->format != REPORT_PDF)
		str_add(out, "set multiplot\n");
	for (size_t i = 0; i < r->n; i++) {
		const struct figure *f = &r->item[i]->figure;

		if (r->item[i]->kind != REPORT_FIGURE)
			continue;
		if (figure_gnuplot(f, &look, NULL, s->gnuplot, out, e) < 0 ||
		    figure_height(f, &look, &h, e) < 0)
			return -1;
		look.above += s->format == REPORT_PDF ? 0 : h;
	}
	if (s->format != REPORT_PDF)
		str_add(out, "unset multiplot\n");
	return str_check(out, e);
}

/* ---- running it ----------------------------------------------------- */

/* In the child; only what is safe after fork(). */
static void
become_gnuplot(const int fd[3])
{
	struct sigaction plain = {.sa_handler = SIG_DFL};

	sigaction(SIGPIPE, &plain, NULL);
	if (dup2(fd[0], 0) < 0 || dup2(fd[1], 1) < 0 || dup2(fd[2], 2) < 0)
		_exit(126);
	(void)execlp("gnuplot", "gnuplot", "-", (char *)NULL);
	_exit(errno == ENOENT ? 127 : 126);
}

static int
read_back(int fd, size_t most, struct str *out, struct err *e)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char block[65536];
	size_t got, at = 0;

	if (size < 0 || (size_t)size > LARGEST)
		return err_set(e, ERR_OUTPUT, "gnuplot wrote too much");
	while (at < (size_t)size && at < most) {
		if (file_read_at(fd, at, block, sizeof(block), &got,
				 "scratch file", e) < 0)
			return -1;
		if (!got)
			break;
		str_add_bytes(out, block, got);
		at += got;
	}
	return str_check(out, e);
}

/* The first line of what it said. */
static int
failed(int fd, int status, struct err *e)
{
	struct str said = STR_INIT;
	struct err ignored;
	const char *p;

	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return err_set(e, ERR_OUTPUT, "cannot run gnuplot: it is not "
			       "installed; text, .svg and .html need none");
	(void)!read_back(fd, 4096, &said, &ignored);
	p = said.buf + strspn(said.buf, " \n\t^");
	p = *p ? p : "it said nothing";
	err_set(e, ERR_OUTPUT, "gnuplot failed: %.*s",
		(int)strcspn(p, "\n"), p);
	str_release(&said);
	return -1;
}

static int
run(const int fd[3], struct err *e)
{
	int status;
	pid_t child = fork();

	if (child == 0)
		become_gnuplot(fd);
	if (child < 0)
		return err_errno(e, ERR_OUTPUT, "cannot start gnuplot");
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return err_errno(e, ERR_OUTPUT,
					 "cannot wait for gnuplot");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return failed(fd[2], status, e);
	return 0;
}

/*
 * The date in a PDF is SOURCE_DATE_EPOCH, or 1970: equal inputs give equal
 * bytes.  "/CreationDate (D:20260102030405..." keeps its length.
 */
static void
settle_date(struct str *pdf)
{
	static const char key[] = "/CreationDate (D:";
	const char *asked = getenv("SOURCE_DATE_EPOCH");
	int64_t seconds = 0;
	struct err ignored;
	struct tm t;
	time_t when;
	char date[16];

	if (asked && num_parse_int(asked, 0, 253402300799, &seconds,
				   &ignored) < 0)
		seconds = 0;
	when = (time_t)seconds;
	if (!gmtime_r(&when, &t) ||
	    strftime(date, sizeof(date), "%Y%m%d%H%M%S", &t) != 14)
		return;
	for (size_t i = 0; i + sizeof(key) + 14 < pdf->len; i++)
		if (!memcmp(pdf->buf + i, key, sizeof(key) - 1))
			memcpy(pdf->buf + i + sizeof(key) - 1, date, 14);
}

int
report_gnuplot(const struct report *r, const struct report_style *s,
	       struct str *out, struct err *e)
{
	struct str commands = STR_INIT;
	int fd[3] = {-1, -1, -1}, status = -1;

	for (int i = 0; i < 3; i++)
		if ((fd[i] = file_scratch(e)) < 0)
			goto out;
	if (add_commands(r, s, &commands, e) < 0 ||
	    file_write_all(fd[0], commands.buf, commands.len, "scratch file",
			   e) < 0)
		goto out;
	if (lseek(fd[0], 0, SEEK_SET) < 0) {
		err_errno(e, ERR_OUTPUT, "cannot use a scratch file");
		goto out;
	}
	if (run(fd, e) < 0 || read_back(fd[1], LARGEST, out, e) < 0)
		goto out;
	if (!out->len) {
		failed(fd[2], 0, e);
		goto out;
	}
	if (s->format == REPORT_PDF)
		settle_date(out);
	status = 0;
out:
	for (int i = 0; i < 3; i++)
		if (fd[i] >= 0)
			close(fd[i]);
	str_release(&commands);
	return status;
}
