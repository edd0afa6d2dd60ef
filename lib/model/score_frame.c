/*
 * score_frame.c - scoring a frame: one row group after the other is packed in
 * memory (rows.h) by all threads, then its rows are scored in blocks.
 */
#include "model/score_int.h"

#include <stdatomic.h>
#include <string.h>

#include <dltools/frame_text.h>
#include <dltools/mem.h>

#define BLOCK 512

struct frame_score {
	struct score_job *job;
	struct frame *f;
	struct adapt *adapt;
	struct rows *rows;
	struct score_work *work; /* [threads] */
	size_t n;                /* rows of the group */
	int64_t blocks;          /* before this group */
	int64_t response;        /* column, -1 */
	struct chunk actual, *kept; /* [keep.n]: of the group */
	atomic_size_t next;
};

/* What prints the cells of a block. */
struct cursor {
	struct frame_score *s;
	size_t first;
};

static void
print_cell(void *ctx, size_t row, size_t which, struct str *out)
{
	struct cursor *at = ctx;
	struct frame_score *s = at->s;
	enum frame_text_format format = s->job->o->format;
	size_t i;

	if (which == SIZE_MAX) {
		frame_text_cell(out, frame_column(s->f, (size_t)s->response),
				&s->actual, at->first + row, format);
		return;
	}
	for (i = 0; s->job->keep.index[i] != which; i++)
		;
	frame_text_cell(out, frame_column(s->f, which), &s->kept[i],
			at->first + row, format);
}

static const char *
cell_name(void *ctx, size_t which)
{
	return frame_column(((struct cursor *)ctx)->s->f, which)->name;
}

/* Rows first .. first+n-1 of the group. */
static int
score_block(struct score_work *w, struct frame_score *s, size_t first, size_t n)
{
	struct cursor at = {s, first};
	struct score_cells cells = {print_cell, &at, cell_name};
	int64_t index[SCORE_BATCH];
	double actual[SCORE_BATCH], weight[SCORE_BATCH];
	size_t i, k, m;

	if (score_work_start(w, n) < 0)
		return -1;
	for (i = 0; i < n; i += m) {
		m = n - i < s->job->batch ? n - i : s->job->batch;
		for (k = 0; k < m; k++) {
			index[k] = (int64_t)(first + i + k);
			actual[k] = rows_actual(s->rows, index[k]);
			weight[k] = rows_weight(s->rows, index[k]);
		}
		rows_fetch(s->rows, index, m, &w->batch, 0);
		score_work_add(w, actual, weight);
	}
	return score_print_rows(w, &cells);
}

static void
work(void *arg, unsigned thread, unsigned threads)
{
	struct frame_score *s = arg;
	struct score_work *w = &s->work[thread];
	size_t block, first, n;

	(void)threads;
	for (;;) {
		block = atomic_fetch_add(&s->next, 1);
		first = block * BLOCK;
		if (first >= s->n)
			return;
		n = s->n - first < BLOCK ? s->n - first : BLOCK;
		if (score_block(w, s, first, n) < 0)
			(void)0; /* w->err says it in its turn */
		if (score_finish_block(w, s->blocks + (int64_t)block) < 0)
			return;
	}
}

/* Levels that the model has not seen, of one group. */
static int
count_unseen(struct frame_score *s, struct err *e)
{
	const struct encoder *enc = &s->job->m->enc;
	size_t i;

	for (i = 0; i < enc->columns; i++) {
		s->job->unseen[i] += rows_unseen(s->rows, i);
		if (s->job->unseen[i] && s->job->o->unseen_error)
			return err_set(e, ERR_SCHEMA, "column '%s' of '%s' has "
				       "a level that the model has not seen",
				       enc->column[i].name, s->job->name);
	}
	return 0;
}

/* For the sparse entries of the group's rows. */
static int
make_room(struct frame_score *s, struct err *e)
{
	unsigned n = s->job->pool ? pool_threads(s->job->pool) : 1, i;
	size_t entries;

	if (mem_mul(s->job->batch, rows_entries(s->rows), &entries) < 0)
		return err_nomem(e, "a block of rows");
	for (i = 0; i < n; i++)
		if (batch_reserve(&s->work[i].batch, entries, e) < 0)
			return -1;
	return 0;
}

static int
read_group(struct frame_score *s, size_t group, struct err *e)
{
	const struct score_job *job = s->job;
	size_t i;

	s->rows = rows_load_groups(s->f, &job->m->enc, s->adapt, ROWS_ALL,
				   group, 1, job->pool, e);
	if (!s->rows)
		return -1;
	if (count_unseen(s, e) < 0 || make_room(s, e) < 0)
		return -1;
	if (job->o->actual && frame_read(s->f, group, (size_t)s->response,
					 &s->actual, e) < 0)
		return -1;
	for (i = 0; i < job->keep.n; i++)
		if (frame_read(s->f, group, job->keep.index[i], &s->kept[i],
			       e) < 0)
			return -1;
	return 0;
}

static int
score_groups(struct frame_score *s, struct err *e)
{
	struct score_job *job = s->job;
	size_t g;

	for (g = 0; g < frame_groups(s->f); g++) {
		if (read_group(s, g, e) < 0)
			return -1;
		s->n = frame_group_rows(s->f, g);
		atomic_store(&s->next, 0);
		if (job->pool && s->n > BLOCK)
			pool_run(job->pool, work, s);
		else
			work(s, 0, 1);
		if (job->turn.failed)
			return -1; /* *job->e, which is e */
		s->blocks += (int64_t)((s->n + BLOCK - 1) / BLOCK);
		rows_free(s->rows);
		s->rows = NULL;
	}
	return 0;
}

static int
find_kept(struct frame_score *s, struct err *e)
{
	struct score_job *job = s->job;
	size_t n = frame_columns(s->f), i;
	const char **names;
	int status;

	names = mem_zalloc(n, sizeof(*names), e);
	if (!names)
		return -1;
	for (i = 0; i < n; i++)
		names[i] = frame_column(s->f, i)->name;
	status = score_note_extra(job, names, n, e);
	if (status == 0 && job->o->keep)
		status = column_list_parse(&job->keep, job->o->keep, names, n,
					   e);
	mem_free(names);
	s->kept = mem_zalloc(job->keep.n, sizeof(*s->kept), e);
	return status < 0 || !s->kept ? -1 : 0;
}

static int
prepare(struct frame_score *s, struct err *e)
{
	struct score_job *job = s->job;
	const struct encoder *enc = &job->m->enc;
	bool needs = job->o->actual || job->o->metrics;
	const size_t *missing;
	size_t n, i;

	s->adapt = adapt_new(enc, s->f, (needs ? ADAPT_RESPONSE : 0) |
			     (job->o->metrics ? ADAPT_WEIGHTS : 0), e);
	if (!s->adapt)
		return -1;
	n = adapt_missing(s->adapt, &missing);
	for (i = 0; i < n; i++)
		if (score_note_missing(job, enc->column[missing[i]].name, e) <
		    0)
			return -1;
	if (adapt_lacks_weights(s->adapt) && score_note_weights(job, e) < 0)
		return -1;
	if (enc->response)
		s->response = frame_find(s->f, enc->response);
	return score_check_columns(job, e) < 0 ? -1 : find_kept(s, e);
}

static int
make_work(struct frame_score *s, struct err *e)
{
	unsigned n = s->job->pool ? pool_threads(s->job->pool) : 1, i;

	s->work = mem_zalloc(n, sizeof(*s->work), e);
	if (!s->work)
		return -1;
	for (i = 0; i < n; i++)
		if (score_work_init(&s->work[i], s->job) < 0) {
			*e = s->work[i].err;
			return -1;
		}
	return 0;
}

static int
start_output(struct frame_score *s, struct err *e)
{
	struct cursor at = {s, 0};
	struct score_cells cells = {print_cell, &at, cell_name};

	return score_start_output(s->job, &cells, e);
}

/* Options that say how text is written. */
static int
check_no_text(const struct score_job *job, struct err *e)
{
	const struct score_options *o = job->o;

	if (!o->delimiter && o->header_in < 0 && o->latin1_in < 0 &&
	    o->index_base_in < 0 && !o->skip_lines &&
	    o->text == SCORE_TEXT_MODEL)
		return 0;
	return err_set(e, ERR_USAGE, "'%s' is a frame: --delimiter, "
		       "--encoding, --format, --header, --index-base and "
		       "--skip-lines are for text", job->name);
}

int
score_frame(struct score_job *job, struct err *e)
{
	struct frame_score s = {.job = job, .response = -1};
	unsigned n, i;
	int status = -1;

	s.f = check_no_text(job, e) < 0 ? NULL : frame_open(job->path, e);
	if (s.f && prepare(&s, e) == 0 && make_work(&s, e) == 0 &&
	    start_output(&s, e) == 0)
		status = score_groups(&s, e);
	n = job->pool ? pool_threads(job->pool) : 1;
	for (i = 0; s.work && i < n; i++)
		score_work_release(&s.work[i]);
	mem_free(s.work);
	for (i = 0; s.kept && i < job->keep.n; i++)
		chunk_release(&s.kept[i]);
	mem_free(s.kept);
	chunk_release(&s.actual);
	rows_free(s.rows);
	adapt_free(s.adapt);
	frame_close(s.f);
	return status;
}
