/* import_talk.c - what dl-import says on stderr; see import_talk.h. */
#include "import_talk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <dltools/clock.h>
#include <dltools/file.h>

static void
note(void *ctx, const char *text)
{
	struct import_talk *t = ctx;

	if (t->quiet)
		return;
	if (!t->has_note)
		fprintf(stderr, "dl-import: %s\n", text);
	else
		str_addf(&t->notes, "dl-import: %s\n", text);
	t->has_note = true;
}

static void
progress(void *ctx, const struct import_progress *p)
{
	struct import_talk *t = ctx;
	double at = clock_now(), done = (double)p->packed;

	if (at - t->shown < 0.2)
		return;
	t->shown = at;
	t->has_progress = true;
	fprintf(stderr, "\r%lld rows, %.0f MB", (long long)p->rows,
		1e-6 * done);
	if (p->size && p->packed)
		fprintf(stderr, " of %.0f, %.0f s left",
			1e-6 * (double)p->size,
			(at - t->start) * ((double)p->size / done - 1));
	fputs("\033[K", stderr);
}

/* The summary must be whole before the frame appears. */
static int
ready(void *ctx, const struct import_report *r, struct err *e)
{
	struct import_talk *t = ctx;
	struct str s = STR_INIT;
	struct outfile f = {0};
	int status;

	if (!t->summary)
		return 0;
	status = import_report_json(r, clock_now() - t->start, &s, e);
	if (status == 0)
		status = outfile_open(&f, t->summary, e);
	if (status == 0)
		status = outfile_write(&f, s.buf, s.len, e);
	if (status == 0)
		status = outfile_commit(&f, e);
	outfile_discard(&f);
	str_release(&s);
	return status;
}

void
import_talk_start(struct import_talk *t, struct import_options *o)
{
	const char *term = getenv("TERM");

	str_init(&t->notes);
	t->start = clock_now();
	o->ready = ready;
	o->note = note;
	o->ctx = t;
	if (!t->quiet && isatty(STDERR_FILENO) &&
	    (!term || strcmp(term, "dumb") != 0))
		o->progress = progress;
}

/* Four bytes a value and one bit for missing; mostly less. */
static double
most_bytes(const struct import_report *r)
{
	size_t i, values = 0;

	for (i = 0; i < r->columns; i++)
		values += r->column[i].type != COLUMN_TEXT;
	return (double)r->rows * 4.125 * (double)values;
}

void
import_talk_end(struct import_talk *t, const struct import_report *r)
{
	double seconds = clock_now() - t->start;

	if (t->has_progress)
		fputs("\r\033[K", stderr);
	if (r && !t->quiet)
		fprintf(stderr, "%sdl-import: %lld rows, %zu columns, %lld "
			"rejected, %.2f s, %.0f MB/s\n", t->notes.buf,
			(long long)r->rows, r->columns, (long long)r->rejected,
			seconds, 1e-6 * (double)r->bytes /
			(seconds > 0 ? seconds : 1));
	if (r && !t->quiet && t->dry_run)
		fprintf(stderr, "dl-import: in training its rows take at most "
			"%.3g MB of memory\n", 1e-6 * most_bytes(r));
	str_release(&t->notes);
}
