/*
 * frame_write.c - a frame written from front to back, on a pipe too: what can
 * only be known at the end stands at the end.
 */
#include "frame_int.h"

#include <stdlib.h>
#include <string.h>

#include <xxhash.h>
#include <zstd.h>

#include <dltools/file.h>
#include <dltools/mem.h>

#include "codec_int.h"

#define CONTENTS_LEVEL 3

struct frame_writer {
	struct outfile out;
	struct contents toc;
	struct tally *tally; /* [columns] */
	size_t group_rows;   /* of the group being written */
	size_t next;         /* column */
	int zstd_level;
	bool finished;
};

int
frame_column_copy(struct frame_column *to, const struct frame_column *from,
		  struct err *e)
{
	to->type = from->type;
	to->name = mem_strdup(from->name, e);
	if (!to->name)
		return -1;
	if (from->type != COLUMN_ENUM)
		return 0;
	to->level_counts =
		mem_zalloc(from->levels.n, sizeof *to->level_counts, e);
	if (!to->level_counts ||
	    string_table_copy(&to->levels, &from->levels, e) < 0)
		return -1;
	return frame_check_levels(to, e);
}

static int
copy_schema(struct frame_writer *w, const struct frame_column *columns,
	    size_t n, struct err *e)
{
	size_t i;

	w->toc.column = mem_zalloc(n, sizeof *w->toc.column, e);
	w->tally = mem_zalloc(n, sizeof *w->tally, e);
	if (!w->toc.column || !w->tally)
		return -1;
	w->toc.columns = n;
	for (i = 0; i < n; i++)
		if (frame_column_copy(&w->toc.column[i], &columns[i], e) < 0)
			return -1;
	return 0;
}

struct frame_writer *
frame_writer_open(const char *path, const struct frame_column *columns,
		  size_t n, const struct frame_writer_options *o,
		  struct err *e)
{
	unsigned char header[FRAME_HEADER];
	struct frame_writer *w;

	if (n == 0) {
		err_set(e, ERR_SCHEMA, "a frame needs a column");
		return NULL;
	}
	if (frame_check_names(columns, n, e) < 0)
		return NULL;
	w = mem_zalloc(1, sizeof *w, e);
	if (!w)
		return NULL;
	w->zstd_level = o ? o->zstd_level : 0;
	w->toc.has_dialect = o && o->dialect;
	frame_put_header(header);
	if ((w->toc.has_dialect &&
	     csv_dialect_copy(&w->toc.dialect, o->dialect, e) < 0) ||
	    copy_schema(w, columns, n, e) < 0 ||
	    outfile_open(&w->out, path, e) < 0 ||
	    outfile_write(&w->out, header, sizeof header, e) < 0) {
		frame_writer_free(w);
		return NULL;
	}
	return w;
}

/* ---- chunks ---------------------------------------------------------- */

static int
check_order(struct frame_writer *w, size_t column, size_t n, struct err *e)
{
	if (w->finished || column != w->next)
		return err_set(e, ERR_INTERNAL, "column %zu added before %zu",
			       column, w->next);
	if (column != 0)
		return n == w->group_rows ? 0
			: err_set(e, ERR_INTERNAL, "%zu rows in column %zu of "
				  "a group of %zu", n, column, w->group_rows);
	if (w->toc.rows % FRAME_GROUP_ROWS != 0)
		return err_set(e, ERR_INTERNAL, "a group after a short one");
	w->group_rows = n;
	return 0;
}

static int
count_levels(struct frame_column *c, const struct tally *t, struct err *e)
{
	size_t i;

	for (i = 0; i < t->codes; i++) {
		if (t->code[i] >= c->levels.n)
			return err_set(e, ERR_INTERNAL,
				       "code %u of %zu levels", t->code[i],
				       c->levels.n);
		c->level_counts[t->code[i]] += t->times[i];
	}
	return 0;
}

static int
add_entry(struct contents *t, uint64_t hash, size_t len, struct err *e)
{
	if (mem_grow(&t->entry, &t->entry_room, t->entries + 1,
		     sizeof *t->entry, e) < 0)
		return -1;
	t->entry[t->entries++] = (struct chunk_entry){.len = len,
						      .hash = hash};
	return 0;
}

int
frame_writer_add_encoded(struct frame_writer *w, size_t column,
			 const struct encoded_chunk *x, struct err *e)
{
	struct frame_column *c;
	uint64_t hash;

	if (check_order(w, column, x->n, e) < 0)
		return -1;
	c = &w->toc.column[column];
	if (!x->bytes || !chunk_form_fits(x->form, c->type))
		return err_set(e, ERR_INTERNAL, "form %d in column '%s'",
			       (int)x->form, c->name);
	if (count_levels(c, &x->tally, e) < 0 ||
	    tally_merge(&w->tally[column], &x->tally, e) < 0)
		return -1;
	hash = frame_hash(x->bytes, x->len, w->toc.entries);
	if (add_entry(&w->toc, hash, x->len, e) < 0 ||
	    outfile_write(&w->out, x->bytes, x->len, e) < 0)
		return -1;
	w->next = column + 1;
	if (w->next == w->toc.columns) {
		w->next = 0;
		w->toc.rows += (int64_t)w->group_rows;
		w->toc.groups++;
	}
	return 0;
}

int
frame_writer_add(struct frame_writer *w, size_t column, const struct chunk *c,
		 struct err *e)
{
	struct encoded_chunk *x;
	int status;

	if (column >= w->toc.columns)
		return err_set(e, ERR_INTERNAL, "no column %zu", column);
	x = chunk_encode(c, w->toc.column[column].type, w->zstd_level, e);
	if (!x)
		return -1;
	status = frame_writer_add_encoded(w, column, x, e);
	encoded_chunk_free(x);
	return status;
}

/* ---- the end --------------------------------------------------------- */

static void
finish_stats(struct frame_writer *w)
{
	size_t i, k;

	for (i = 0; i < w->toc.columns; i++) {
		struct frame_column *c = &w->toc.column[i];

		tally_stats(&w->tally[i], c->type, &c->stats);
		c->is_integer = tally_is_integer(&w->tally[i], c->type);
		for (k = 0; c->type == COLUMN_ENUM && k < c->levels.n; k++)
			c->stats.distinct += c->level_counts[k] > 0;
	}
}

static int
compress_contents(struct bytes *out, const struct bytes *raw, struct err *e)
{
	size_t got;

	if (!bytes_extend(out, ZSTD_compressBound(raw->len)))
		return err_nomem(e, "the table of contents");
	got = ZSTD_compress(out->at, out->len, raw->at, raw->len,
			    CONTENTS_LEVEL);
	if (ZSTD_isError(got))
		return err_set(e, ERR_OUTPUT, "zstd: %s",
			       ZSTD_getErrorName(got));
	if (got < raw->len && (raw->len <= CONTENTS_FREE ||
			       raw->len / CONTENTS_RATIO <= got)) {
		out->len = got;
		return 0;
	}
	out->len = 0;
	bytes_add(out, raw->at, raw->len);
	return out->failed ? err_nomem(e, "the table of contents") : 0;
}

static int
write_end(struct frame_writer *w, const struct bytes *stored, size_t raw,
	  struct err *e)
{
	struct trailer t = {
		.contents_at = w->out.written, .contents_len = stored->len,
		.contents_raw = raw,
		.size = w->out.written + stored->len + FRAME_TRAILER,
	};
	unsigned char bytes[FRAME_TRAILER];
	XXH128_canonical_t id;

	XXH128_canonicalFromHash(&id, XXH3_128bits(stored->at, stored->len));
	memcpy(t.id, id.digest, sizeof t.id);
	frame_put_trailer(bytes, &t);
	if (outfile_write(&w->out, stored->at, stored->len, e) < 0 ||
	    outfile_write(&w->out, bytes, sizeof bytes, e) < 0)
		return -1;
	return outfile_flush(&w->out, e);
}

int
frame_writer_finish(struct frame_writer *w, struct err *e)
{
	struct bytes raw = {0}, stored = {0};
	int status = -1;

	if (w->next != 0 || w->finished)
		return err_set(e, ERR_INTERNAL, "frame closed within a group");
	finish_stats(w);
	if (contents_write(&w->toc, &raw, e) == 0 &&
	    compress_contents(&stored, &raw, e) == 0)
		status = write_end(w, &stored, raw.len, e);
	bytes_release(&raw);
	bytes_release(&stored);
	w->finished = status == 0;
	return status;
}

int
frame_writer_close(struct frame_writer *w, struct err *e)
{
	return !w->finished && frame_writer_finish(w, e) < 0 ? -1 :
		outfile_commit(&w->out, e);
}

void
frame_writer_free(struct frame_writer *w)
{
	size_t i;

	if (!w)
		return;
	outfile_discard(&w->out);
	for (i = 0; w->tally && i < w->toc.columns; i++)
		tally_release(&w->tally[i]);
	mem_free(w->tally);
	contents_release(&w->toc);
	mem_free(w);
}
