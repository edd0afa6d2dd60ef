/*
 * score_text.c - scoring delimited text, file or pipe.  Each thread takes the
 * next block of text, finds its fields, scores its records and waits for its
 * turn to write; only cutting the blocks is serial.
 */
#include "model/score_int.h"

#include <string.h>

#include <dltools/frame_text.h>
#include <dltools/mem.h>
#include <dltools/num.h>

#include "data/frame_text_int.h"
#include "data/records.h"

struct text_score {
	struct score_job *job;
	struct csv_dialect dialect;
	struct csv_reader *reader;
	pthread_mutex_t lock; /* reader, taken, ended */
	int64_t taken;        /* blocks */
	bool ended;
	struct records records;
	struct score_work first; /* of the calling thread */
};

/* A block being scored: which record each row is. */
struct cursor {
	struct text_score *s;
	struct csv_block *block;
	uint32_t *record; /* [rows] */
	size_t record_room;
	const double *actual;
};

static void
add_missing(struct str *out, enum frame_text_format format)
{
	if (format == FRAME_TEXT_JSON)
		str_add(out, "null");
}

/* A number in the frame's canonical text, so that both inputs agree. */
static void
print_number(struct str *out, double v, enum frame_text_format format)
{
	char text[NUM_TEXT];

	if (v != v)
		add_missing(out, format);
	else
		str_add_bytes(out, text, frame_text_real(text, v, format));
}

static void
print_cell(void *ctx, size_t row, size_t which, struct str *out)
{
	struct cursor *at = ctx;
	struct text_score *s = at->s;
	enum frame_text_format format = s->job->o->format;
	const struct csv_record *rec = &at->block->record[at->record[row]];
	const struct csv_field *f;
	const char *text;
	double v;

	if (which == SIZE_MAX && !encoder_is_classifier(&s->job->m->enc)) {
		print_number(out, at->actual[row], format);
		return;
	}
	if (s->records.is_svmlight) {
		size_t len;

		text = records_svmlight_label(at->block, rec, &len);
		frame_text_string(out, text, len, format);
		return;
	}
	f = &at->block->field[rec->field +
			      (which == SIZE_MAX ? s->records.response
						 : which)];
	text = at->block->text + f->at;
	if (which != SIZE_MAX && format == FRAME_TEXT_JSON &&
	    s->records.type[which] == COLUMN_NUM &&
	    records_number(&s->records, which, text, f->len, &v) == 1)
		print_number(out, v, FRAME_TEXT_JSON);
	else if (f->len == 0 || (which == SIZE_MAX &&
			    records_is_na(&s->records, s->records.response,
					  text, f->len)))
		add_missing(out, format);
	else
		frame_text_string(out, text, f->len, format);
}

static const char *
cell_name(void *ctx, size_t which)
{
	return ((struct cursor *)ctx)->s->records.name[which];
}

static int
score_records(struct score_work *w, struct cursor *at, size_t first)
{
	struct text_score *s = at->s;
	const struct csv_block *b = at->block;
	double actual[SCORE_BATCH], weight[SCORE_BATCH];
	struct records_side side = {actual, weight, w->unseen, &w->pairs};
	size_t i, n;

	if (score_work_start(w, b->records - first) < 0)
		return -1;
	for (i = first; i < b->records; i += n) {
		n = b->records - i;
		if (n > s->job->batch)
			n = s->job->batch;
		if (records_fill(&s->records, b, i, n, &w->batch, &side,
				 &w->err) < 0)
			return -1;
		score_work_add(w, actual, weight);
	}
	return 0;
}

/* Rows of a block are its records but for the blank ones. */
static int
number_rows(struct score_work *w, struct cursor *at, size_t first)
{
	const struct csv_block *b = at->block;
	size_t i, n = 0;

	if (mem_grow(&at->record, &at->record_room, b->records,
		     sizeof(*at->record), &w->err) < 0)
		return -1;
	for (i = first; i < b->records; i++)
		if (!records_is_blank(&at->s->records, b, &b->record[i]))
			at->record[n++] = (uint32_t)i;
	at->actual = w->actual;
	return 0;
}

/* Records from `first` on of a scanned block. */
static void
score_block(struct score_work *w, struct cursor *at, size_t first)
{
	struct score_cells cells = {print_cell, at, cell_name};

	if (score_records(w, at, first) == 0 &&
	    number_rows(w, at, first) == 0 && score_print_rows(w, &cells) == 0)
		return;
	w->rows = 0; /* w->err says why, in its turn */
}

/* The next block and its number; false at the end. */
static bool
take(struct text_score *s, struct csv_block *b, int64_t *turn, struct err *e)
{
	int got = 0;

	pthread_mutex_lock(&s->lock);
	if (!s->ended && !s->job->turn.failed) {
		got = csv_next(s->reader, b, e);
		s->ended = got <= 0;
		*turn = s->taken++;
	}
	pthread_mutex_unlock(&s->lock);
	return got != 0;
}

static void
work(void *arg, unsigned thread, unsigned threads)
{
	struct text_score *s = arg;
	struct score_work own = {0}, *w = thread ? &own : &s->first;
	struct csv_block b = {0};
	struct cursor at = {.s = s, .block = &b};
	int64_t turn;

	(void)threads;
	/* w->err, if this fails, is reported at a block's turn */
	if (thread && score_work_init(w, s->job) < 0)
		w->rows = 0;
	while (take(s, &b, &turn, &w->err)) {
		if (!w->err.code && csv_scan(&s->dialect, &b, &w->err) == 0)
			score_block(w, &at, 0);
		if (score_finish_block(w, turn) < 0)
			break;
	}
	score_work_release(&own);
	csv_block_release(&b);
	mem_free(at.record);
}

/* ---- the first record ------------------------------------------------ */

static int
find_kept(struct text_score *s, struct err *e)
{
	struct score_job *job = s->job;

	const char *const *names = (const char *const *)s->records.name;
	size_t n = s->records.fields;

	if (s->records.is_svmlight)
		return !job->o->keep ? 0 :
			err_set(e, ERR_USAGE, "--keep: not with svmlight text");
	if (score_note_extra(job, names, n, e) < 0)
		return -1;
	return job->o->keep ? column_list_parse(&job->keep, job->o->keep,
						names, n, e) : 0;
}

static int
check_columns(struct text_score *s, struct err *e)
{
	struct score_job *job = s->job;
	const struct encoder *enc = &job->m->enc;
	size_t i;

	for (i = 0; i < enc->columns; i++)
		if (s->records.field[i] == SIZE_MAX &&
		    score_note_missing(job, enc->column[i].name, e) < 0)
			return -1;
	if (enc->response && s->records.response == SIZE_MAX &&
	    (job->o->actual || job->o->metrics))
		return err_set(e, ERR_SCHEMA, "response '%s': no such column "
			       "in '%s'", enc->response, s->records.path);
	s->records.needs_weights = job->o->metrics;
	if (enc->weights_column && s->records.weights == SIZE_MAX &&
	    score_note_weights(job, e) < 0)
		return -1;
	return score_check_columns(job, e) < 0 ? -1 : find_kept(s, e);
}

static int
start_output(struct text_score *s, struct err *e)
{
	struct cursor at = {.s = s};
	struct score_cells cells = {print_cell, &at, cell_name};

	return score_start_output(s->job, &cells, e);
}

static int
init_records(struct text_score *s, const struct csv_block *b, struct err *e)
{
	const struct encoder *enc = &s->job->m->enc;
	const char *path = csv_path(s->reader);

	if (s->dialect.format == CSV_SVMLIGHT)
		return records_init_svmlight(&s->records, enc, &s->dialect,
					     path, e);
	return records_init(&s->records, enc, &s->dialect, path, b,
			    s->job->o->header_in, e);
}

/* The first record is the header, or a row that is scored by itself. */
static int
begin(struct text_score *s, struct err *e)
{
	struct csv_block b = {0};
	struct cursor at = {.s = s, .block = &b};
	int got = csv_next_record(s->reader, &b, e), status = -1;

	if (got == 0)
		err_set(e, ERR_INPUT, "'%s' is empty", csv_path(s->reader));
	if (got <= 0 || init_records(s, &b, e) < 0 ||
	    check_columns(s, e) < 0 || start_output(s, e) < 0)
		goto out;
	if (score_work_init(&s->first, s->job) < 0) {
		*e = s->first.err;
		goto out;
	}
	status = 0;
	if (s->records.has_header)
		goto out;
	score_block(&s->first, &at, 0);
	status = score_finish_block(&s->first, s->taken++);
out:
	csv_block_release(&b);
	mem_free(at.record);
	return status;
}

/* The model's, unless another format is asked for. */
static int
choose_dialect(struct text_score *s, struct err *e)
{
	const struct score_options *o = s->job->o;
	const struct csv_dialect *own = &s->job->m->dialect;
	bool svmlight = o->text == SCORE_TEXT_MODEL
				? own->format == CSV_SVMLIGHT
				: o->text == SCORE_TEXT_SVMLIGHT;
	int base = o->index_base_in;

	if (!svmlight)
		return own->format == CSV_SVMLIGHT
			       ? csv_dialect_init(&s->dialect, e)
			       : csv_dialect_copy(&s->dialect, own, e);
	if (base < 0 && own->format != CSV_SVMLIGHT)
		return err_set(e, ERR_USAGE, "--format svmlight needs "
			       "--index-base 0 or 1: the model was not made "
			       "from svmlight");
	return csv_dialect_svmlight(&s->dialect,
				    base < 0 ? own->index_base : base, e);
}

static int
open_text(struct text_score *s, const void *head, size_t head_len,
	  struct err *e)
{
	const struct score_options *o = s->job->o;
	struct csv_options c = {
		.eager = o->line_buffered, .head = head, .head_len = head_len,
		.skip_lines = o->skip_lines,
	};

	if (choose_dialect(s, e) < 0)
		return -1;
	if (o->delimiter)
		s->dialect.delimiter = o->delimiter;
	c.latin1 = o->latin1_in < 0 ? s->dialect.latin1 : o->latin1_in == 1;
	s->reader = csv_open(s->job->path, &c, e);
	return !s->reader ? -1 : csv_start(s->reader, &s->dialect, e);
}

static int
finish(struct text_score *s, struct err *e)
{
	struct csv_reader *r = s->reader;
	const struct score_job *job = s->job;

	if (job->turn.failed)
		return -1;
	if (job->report->rows == 0)
		return err_set(e, ERR_INPUT, "'%s' has a header but no rows",
			       csv_path(r));
	job->report->no_features = s->records.is_svmlight && !job->pairs;
	job->report->unterminated = csv_is_unterminated(r);
	s->reader = NULL;
	return csv_close(r, e);
}

int
score_text(struct score_job *job, const void *head, size_t head_len,
	   struct err *e)
{
	struct text_score s = {.job = job};
	int status = -1;

	pthread_mutex_init(&s.lock, NULL);
	if (open_text(&s, head, head_len, e) == 0 && begin(&s, e) == 0) {
		if (job->pool)
			pool_run(job->pool, work, &s);
		else
			work(&s, 0, 1);
		status = finish(&s, e);
	}
	score_work_release(&s.first);
	records_release(&s.records);
	csv_free(s.reader);
	csv_dialect_release(&s.dialect);
	pthread_mutex_destroy(&s.lock);
	return status;
}
