/*
 * import.c - delimited text into a frame; see import.h, and import_int.h for
 * the parts.
 *
 * Every thread does the same in a loop: take the next block (one at a time:
 * read, unpack, cut at a record's end), parse it to columns (all at once), and
 * when its turn has come put its rows behind the others (one at a time).
 * Whoever waits for its turn helps to seal a full row group.
 */
#include "import_int.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <dltools/mem.h>
#include <dltools/str.h>

#define MEMORY ((uint64_t)192 << 20)

void
import_note(const struct import *im, const char *fmt, ...)
{
	char text[1000];
	va_list ap;

	if (!im->o->note)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	im->o->note(im->o->ctx, text);
}

const char *
import_file_name(const struct import *im, size_t file)
{
	const char *name = im->o->file[file];

	return strcmp(name, "-") ? name : "standard input";
}

/* Every file is to have rows: one that has none may be cut off. */
static int
close_reader(struct import *im, struct err *e)
{
	uint64_t packed, text, size;
	struct csv_reader *r = im->reader;

	csv_progress(r, &packed, &text, &size);
	im->packed += packed;
	im->size += size;
	if (!im->has_rows && !im->o->allow_empty)
		return err_set(e, ERR_INPUT, "'%s' %s (--allow-empty)",
			       import_file_name(im, im->file),
			       !text ? "is empty" : im->dialect.has_header
			       ? "has a header, but no rows"
			       : "has text, but no rows");
	if (csv_is_unterminated(r))
		import_note(im, "the last line of '%s' ends without a newline: "
			    "is it whole?", import_file_name(im, im->file));
	im->reader = NULL;
	return csv_close(r, e);
}

/* The next block of any file: 1, 0 at the end of the last; input_lock held. */
static int
next_block(struct import_worker *w, struct err *e)
{
	struct import *im = w->im;
	int got;

	for (;;) {
		if (im->ended)
			return 0;
		if (!im->reader && im->next_file == im->o->files) {
			im->ended = true;
			return 0;
		}
		if (!im->reader && import_open_next(im, &w->block, e) < 0)
			return -1;
		got = csv_next(im->reader, &w->block, e);
		w->file = im->file;
		im->has_rows |= got > 0;
		if (got)
			return got;
		if (close_reader(im, e) < 0)
			return -1;
	}
}

/* ---- workers -------------------------------------------------------- */

static void
report_progress(struct import *im)
{
	struct import_progress p = {0};
	uint64_t text, packed = 0, size = 0;

	if (!im->o->progress)
		return;
	pthread_mutex_lock(&im->lock);
	p.rows = im->rows;
	pthread_mutex_unlock(&im->lock);
	pthread_mutex_lock(&im->input_lock);
	if (im->reader)
		csv_progress(im->reader, &packed, &text, &size);
	p.packed = im->packed + packed;
	p.size = im->o->files == 1 ? im->size + size : 0;
	pthread_mutex_unlock(&im->input_lock);
	im->o->progress(im->o->ctx, &p);
}

/* In the order of blocks; got as from next_block(). */
static void
take_turn(struct import_worker *w, int64_t number, int got, struct err *e)
{
	struct import *im = w->im;

	pthread_mutex_lock(&im->lock);
	while (im->turn != number) {
		if (im->sealing && im->seal_next < im->columns)
			import_help_seal(w);
		else
			pthread_cond_wait(&im->changed, &im->lock);
	}
	if (!im->stopped && got > 0)
		got = import_merge(w, e) < 0 ? -1 : 1;
	if (!im->stopped && got < 0)
		im->err = *e;
	im->stopped = im->stopped || got < 0;
	im->turn++;
	pthread_cond_broadcast(&im->changed);
	pthread_mutex_unlock(&im->lock);
}

static void
work(void *arg, unsigned thread, unsigned threads)
{
	struct import *im = arg;
	struct import_worker *w = &im->worker[thread];
	struct err e = {0};
	int64_t number;
	int got;

	(void)threads;
	do {
		pthread_mutex_lock(&im->input_lock);
		number = im->blocks++;
		got = next_block(w, &e);
		if (got <= 0)
			im->ended = true;
		pthread_mutex_unlock(&im->input_lock);
		if (got > 0 && import_parse(w, &e) < 0)
			got = -1;
		take_turn(w, number, got, &e);
		if (thread == 0)
			report_progress(im);
		pthread_mutex_lock(&im->lock);
		if (im->stopped)
			got = 0;
		pthread_mutex_unlock(&im->lock);
	} while (got > 0);
}

static int
init_worker(struct import_worker *w, struct import *im, struct err *e)
{
	w->im = im;
	w->cells = mem_zalloc(im->columns, sizeof(*w->cells), e);
	w->facts = mem_zalloc(im->columns, sizeof(*w->facts), e);
	w->adapted = mem_zalloc(im->columns, sizeof(*w->adapted), e);
	return w->cells && w->facts && w->adapted ? 0 : -1;
}

static void
release_worker(struct import_worker *w)
{
	size_t i;

	for (i = 0; w->im && w->cells && i < w->im->columns; i++)
		cells_release(&w->cells[i]);
	mem_free(w->cells);
	mem_free(w->facts);
	mem_free(w->adapted);
	mem_free(w->first);
	mem_free(w->record);
	mem_free(w->bad);
	mem_free(w->bad_at);
	csv_block_release(&w->block);
	chunk_release(&w->scratch);
	chunk_release(&w->scratch2);
	cells_release(&w->assembled);
}

/* ---- the import ----------------------------------------------------- */

/* The frame must not take the place of what it is made from. */
static int
check_output(const struct import_options *o, struct err *e)
{
	struct stat out, in;
	size_t i;

	if (!o->out || stat(o->out, &out) < 0 || !S_ISREG(out.st_mode))
		return 0;
	for (i = 0; i < o->files; i++)
		if (stat(o->file[i], &in) == 0 && in.st_dev == out.st_dev &&
		    in.st_ino == out.st_ino)
			return err_set(e, ERR_USAGE, "'%s' is both input and "
				       "output", o->file[i]);
	return 0;
}

static int
init(struct import *im, struct err *e)
{
	uint64_t memory = im->o->memory ? im->o->memory : MEMORY;
	unsigned t;

	im->open_limit = memory / 3 * 2;
	im->spool_limit = memory / 6;
	pthread_mutex_init(&im->input_lock, NULL);
	pthread_mutex_init(&im->lock, NULL);
	pthread_cond_init(&im->changed, NULL);
	im->has_locks = true;
	if (csv_dialect_copy(&im->dialect, &im->o->dialect, e) < 0 ||
	    (im->o->schema && csv_dialect_add_na(
		&im->dialect, &im->o->schema->dialect, e) < 0))
		return -1;
	im->dialect.latin1 = im->o->csv.latin1 &&
			     im->dialect.format == CSV_DELIMITED;
	im->workers = im->o->threads ? im->o->threads :
		      pool_default_threads();
	im->pool = pool_new(im->workers, e);
	im->worker = mem_zalloc(im->workers, sizeof(*im->worker), e);
	if (!im->pool || !im->worker ||
	    import_open_next(im, &im->worker[0].block, e) < 0)
		return -1;
	for (t = 0; t < im->workers; t++)
		if (init_worker(&im->worker[t], im, e) < 0)
			return -1;
	if (im->o->rejects && outfile_open(&im->rejects, im->o->rejects,
					   e) < 0)
		return -1;
	return im->streaming ? import_stream(im, e) : 0;
}

static void
release(struct import *im)
{
	unsigned t;

	frame_writer_free(im->writer);
	outfile_discard(&im->rejects);
	for (t = 0; im->worker && t < im->workers; t++)
		release_worker(&im->worker[t]);
	mem_free(im->worker);
	pool_free(im->pool);
	csv_free(im->reader);
	csv_dialect_release(&im->dialect);
	import_columns_release(im);
	if (im->scratch >= 0)
		close(im->scratch);
	if (im->has_locks) {
		pthread_cond_destroy(&im->changed);
		pthread_mutex_destroy(&im->lock);
		pthread_mutex_destroy(&im->input_lock);
	}
}

/* What can be said only when every row was seen. */
static int
check_rows(const struct import *im, struct err *e)
{
	const struct import_options *o = im->o;
	double share = (double)im->rejected /
		       (double)(im->rejected + im->rows + !im->rows);

	if (im->blank)
		import_note(im, "%lld blank lines left out",
			    (long long)im->blank);
	if (o->max_error_share > 0 && share > o->max_error_share)
		return err_set(e, ERR_INPUT, "%lld of %lld rows are bad, over "
			       "%g %% (--max-errors)", (long long)im->rejected,
			       (long long)(im->rejected + im->rows),
			       100 * o->max_error_share);
	if (o->expect_rows >= 0 && im->rows != o->expect_rows)
		return err_set(e, ERR_INPUT, "%lld rows, not %lld "
			       "(--expect-rows)", (long long)im->rows,
			       (long long)o->expect_rows);
	if (!im->rows && !o->allow_empty)
		return err_set(e, ERR_INPUT, "'%s' has %s, but no rows "
			       "(--allow-empty)", import_file_name(im, 0),
			       im->dialect.has_header ? "a header" : "text");
	return 0;
}

static int
report(const struct import *im, struct import_report *r, struct err *e)
{
	const struct import_column *c;
	struct frame_column *to;

	r->rows = im->rows;
	r->rejected = im->rejected;
	r->padded = im->padded;
	r->blank_lines = im->blank;
	r->bytes = im->header_bytes + im->text_bytes;
	r->column = mem_zalloc(im->columns, sizeof(*r->column), e);
	r->format = mem_zalloc(im->columns, sizeof(*r->format), e);
	if (!r->column || !r->format ||
	    csv_dialect_copy(&r->dialect, &im->dialect, e) < 0)
		return -1;
	for (r->columns = 0; r->columns < im->columns; r->columns++) {
		c = &im->column[r->columns];
		to = &r->column[r->columns];
		to->type = c->type;
		to->stats.count = c->facts.present;
		to->stats.missing = im->rows - c->facts.present;
		to->name = mem_strdup(c->name, e);
		if (c->type == COLUMN_TIME && c->format &&
		    !(r->format[r->columns] = mem_strdup(c->format, e)))
			return -1;
		if (!to->name || (c->type == COLUMN_ENUM &&
				  import_levels(c, &to->levels, e) < 0))
			return -1;
	}
	return 0;
}

/* The frame at last: it stands for the success of all. */
static int
publish(struct import *im, const struct import_report *r, struct err *e)
{
	const struct import_options *o = im->o;

	if (im->rejects.open && outfile_flush(&im->rejects, e) < 0)
		return -1;
	if (o->ready && o->ready(o->ctx, r, e) < 0)
		return -1;
	if (im->rejects.open && outfile_commit(&im->rejects, e) < 0)
		return -1;
	return o->out ? frame_writer_close(im->writer, e) : 0;
}

int
import_run(const struct import_options *o, struct import_report *r,
	   struct err *e)
{
	struct import im = { .o = o, .scratch = -1 };
	int status;

	memset(r, 0, sizeof(*r));
	if (check_output(o, e) < 0)
		return -1;
	if (o->dialect.format == CSV_SVMLIGHT)
		return import_svmlight(o, r, e);
	if (o->index_base >= 0)
		return err_set(e, ERR_USAGE, "--index-base is for --format "
			       "svmlight");
	status = init(&im, e);
	if (status == 0) {
		pool_run(im.pool, work, &im);
		if (im.stopped) {
			*e = im.err;
			status = -1;
		}
	}
	if (status == 0)
		status = check_rows(&im, e);
	if (status == 0)
		status = import_finish(&im, e);
	if (status == 0)
		status = report(&im, r, e);
	if (status == 0)
		status = publish(&im, r, e);
	release(&im);
	return status;
}
