/*
 * split.c - writing the parts: one group of one part at a time, its columns
 * gathered and encoded by all threads, then written in order.  A chunk of the
 * whole is decoded once for every group of a part that takes from it, so memory
 * is a chunk per thread, whatever the frame.
 */
#include "split_int.h"


#include <dltools/mem.h>

struct splitter {
	const struct frame *f;
	const struct split_options *o;
	struct split_plan plan;
	struct frame_writer **writer; /* [parts] */
	struct pool *pool;
	struct split_hand *hand;      /* [threads] */
	struct err *err;              /* [threads] */
	unsigned threads;
	struct encoded_chunk **done;  /* [columns] */
	struct split_pick pick;
	int64_t *row;                 /* [FRAME_GROUP_ROWS] */
	unsigned char part[FRAME_GROUP_ROWS];
};

static void
encode_columns(void *arg, unsigned thread, unsigned threads)
{
	struct splitter *s = arg;
	struct err *e = &s->err[thread];

	for (size_t c = thread; c < frame_columns(s->f); c += threads) {
		if (split_gather(&s->hand[thread], &s->pick, c, e) < 0)
			return;
		s->done[c] = chunk_encode(&s->hand[thread].out,
					  frame_column(s->f, c)->type,
					  s->o->zstd_level, e);
		if (!s->done[c])
			return;
	}
}

static int
write_group(struct splitter *s, size_t part, struct err *e)
{
	int status = 0;

	s->pick.row = s->row;
	if (s->pool)
		pool_run(s->pool, encode_columns, s);
	else
		encode_columns(s, 0, 1);
	for (unsigned t = 0; t < s->threads && status == 0; t++) {
		if (s->err[t].code == ERR_NONE)
			continue;
		*e = s->err[t];
		status = -1;
	}
	for (size_t c = 0; c < frame_columns(s->f); c++) {
		if (status == 0)
			status = frame_writer_add_encoded(s->writer[part], c,
							  s->done[c], e);
		encoded_chunk_free(s->done[c]);
		s->done[c] = NULL;
	}
	s->pick.n = 0;
	return status;
}

static int
write_part(struct splitter *s, size_t part, struct err *e)
{
	for (size_t g = 0; g < frame_groups(s->f); g++) {
		size_t n = frame_group_rows(s->f, g);

		if (split_plan_read(&s->plan, s->f, g, s->part, e) < 0)
			return -1;
		for (size_t i = 0; i < n; i++) {
			if (s->part[i] != part)
				continue;
			s->row[s->pick.n++] = (int64_t)(g * FRAME_GROUP_ROWS +
							i);
			if (s->pick.n == FRAME_GROUP_ROWS &&
			    write_group(s, part, e) < 0)
				return -1;
		}
	}
	return s->pick.n ? write_group(s, part, e) : 0;
}

/* ---- all parts ------------------------------------------------------- */

static int
open_writers(struct splitter *s, struct err *e)
{
	struct frame_writer_options o = {.zstd_level = s->o->zstd_level,
					 .dialect = frame_dialect(s->f)};

	s->writer = mem_zalloc(s->o->parts, sizeof *s->writer, e);
	if (!s->writer)
		return -1;
	for (size_t p = 0; p < s->o->parts; p++) {
		s->writer[p] = frame_writer_open(s->o->path[p],
						 frame_column(s->f, 0),
						 frame_columns(s->f), &o, e);
		if (!s->writer[p])
			return -1;
	}
	return 0;
}

static int
prepare(struct splitter *s, struct err *e)
{
	s->threads = s->pool ? pool_threads(s->pool) : 1;
	s->hand = mem_zalloc(s->threads, sizeof *s->hand, e);
	s->err = mem_zalloc(s->threads, sizeof *s->err, e);
	s->done = mem_zalloc(frame_columns(s->f), sizeof *s->done, e);
	s->row = mem_zalloc(FRAME_GROUP_ROWS, sizeof *s->row, e);
	s->pick.f = s->f;
	if (!s->hand || !s->err || !s->done || !s->row)
		return -1;
	return split_plan_make(&s->plan, s->f, s->o, e);
}

/* A pipe or a full disk may fail to the last byte: then no file appears. */
static int
close_writers(struct splitter *s, struct err *e)
{
	for (size_t p = 0; p < s->o->parts; p++)
		if (frame_writer_finish(s->writer[p], e) < 0)
			return -1;
	for (size_t p = 0; p < s->o->parts; p++)
		if (frame_writer_close(s->writer[p], e) < 0)
			return -1;
	return 0;
}

static int
write_parts(struct splitter *s, struct err *e)
{
	for (size_t p = 0; p < s->o->parts; p++)
		if (write_part(s, p, e) < 0)
			return -1;
	return close_writers(s, e);
}

static void
release(struct splitter *s)
{
	for (size_t p = 0; s->writer && p < s->o->parts; p++)
		frame_writer_free(s->writer[p]);
	for (unsigned t = 0; s->hand && t < s->threads; t++)
		split_hand_release(&s->hand[t]);
	split_plan_release(&s->plan);
	mem_free(s->writer);
	mem_free(s->hand);
	mem_free(s->err);
	mem_free(s->done);
	mem_free(s->row);
	mem_free(s);
}

int
frame_split(const struct frame *f, const struct split_options *o,
	    struct pool *pool, int64_t *rows, struct err *e)
{
	struct splitter *s = mem_zalloc(1, sizeof *s, e);
	int status = -1;

	if (!s)
		return -1;
	s->f = f;
	s->o = o;
	s->pool = pool;
	s->plan.fd = -1;
	if (prepare(s, e) == 0 && open_writers(s, e) == 0 &&
	    write_parts(s, e) == 0)
		status = 0;
	for (size_t p = 0; status == 0 && p < o->parts; p++)
		rows[p] = s->plan.rows[p];
	release(s);
	return status;
}
