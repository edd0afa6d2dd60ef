/*
 * frame_read.c - a frame opened, checked and read chunk by chunk.
 */
#include "frame_int.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <xxhash.h>

#include <dltools/file.h>
#include <dltools/mem.h>
#include <dltools/num.h>
#include <dltools/str.h>

#include "codec_int.h"

/* ---- opening --------------------------------------------------------- */

static int
read_ends(struct frame *f, struct trailer *t, struct err *e)
{
	unsigned char bytes[FRAME_HEADER];
	uint64_t size = f->in.size;
	size_t len = size < FRAME_HEADER ? (size_t)size : FRAME_HEADER;

	if (size == 0)
		return err_set(e, ERR_INPUT, "empty, not a dltools frame");
	if (infile_read(&f->in, 0, bytes, len, e) < 0)
		return -1;
	if (memcmp(bytes, FRAME_MAGIC, len < 8 ? len : 8) != 0)
		return err_set(e, ERR_INPUT, "not a dltools frame");
	if (size < FRAME_HEADER + FRAME_TRAILER)
		return err_set(e, ERR_INPUT, "cut off: %llu bytes",
			       (unsigned long long)size);
	if (frame_check_header(bytes, e) < 0 ||
	    infile_read(&f->in, size - FRAME_TRAILER, bytes, FRAME_TRAILER,
			e) < 0)
		return -1;
	return frame_get_trailer(t, bytes, size, e);
}

static int
unpack_contents(struct bytes *raw, const struct bytes *stored, size_t claimed,
		struct err *e)
{
	int got;

	if (claimed == stored->len) {
		bytes_add(raw, stored->at, stored->len);
		return raw->failed ? err_nomem(e, "the table of contents") : 0;
	}
	got = bytes_unzstd(raw, claimed, stored->at, stored->len, e);
	return got > 0 ? err_set(e, ERR_INPUT, "damaged: table of contents") :
			 got;
}

static int
read_contents(struct frame *f, const struct trailer *t, struct err *e)
{
	struct bytes stored = {0}, raw = {0};
	XXH128_canonical_t id;
	int status = -1;

	if (!bytes_extend(&stored, (size_t)t->contents_len)) {
		err_nomem(e, "the table of contents");
		goto out;
	}
	if (infile_read(&f->in, t->contents_at, stored.at, stored.len, e) < 0)
		goto out;
	XXH128_canonicalFromHash(&id, XXH3_128bits(stored.at, stored.len));
	if (memcmp(id.digest, t->id, sizeof t->id) != 0) {
		err_set(e, ERR_INPUT, "damaged: checksum of the contents");
		goto out;
	}
	memcpy(f->id, t->id, sizeof f->id);
	if (unpack_contents(&raw, &stored, (size_t)t->contents_raw, e) == 0)
		status = contents_read(&f->toc, raw.at, raw.len,
				       t->contents_at - FRAME_HEADER, e);
	/* rules of the writer that a file breaks are damage */
	if (status < 0 && e->code == ERR_SCHEMA)
		e->code = ERR_INPUT;
out:
	bytes_release(&stored);
	bytes_release(&raw);
	return status;
}

/* There may be 100,000 columns, and each is looked up. */
static int
index_names(struct frame *f, struct err *e)
{
	for (size_t i = 0; i < f->toc.columns; i++) {
		const char *name = f->toc.column[i].name;

		if (string_table_add(&f->names, name, strlen(name), e) < 0)
			return -1;
	}
	return level_index_init(&f->by_name, &f->names, e);
}

struct frame *
frame_open(const char *path, struct err *e)
{
	struct frame *f = mem_zalloc(1, sizeof *f, e);
	struct trailer t = {0};

	if (!f)
		return NULL;
	if (infile_open(&f->in, path, e) < 0) {
		frame_close(f);
		return NULL;
	}
	if (read_ends(f, &t, e) < 0 || read_contents(f, &t, e) < 0 ||
	    index_names(f, e) < 0) {
		err_prefix(e, "'%s'", f->in.path);
		frame_close(f);
		return NULL;
	}
	return f;
}

void
frame_close(struct frame *f)
{
	if (!f)
		return;
	contents_release(&f->toc);
	level_index_release(&f->by_name);
	string_table_release(&f->names);
	infile_close(&f->in);
	mem_free(f->row);
	mem_free(f);
}

/* A pipe is left alone: what is read from it is gone. */
int
frame_is_frame(const char *path, struct err *e)
{
	unsigned char magic[8];
	int got = file_peek(path, magic, sizeof magic, e);

	return got > 0 ? memcmp(magic, FRAME_MAGIC, sizeof magic) == 0 : got;
}

/* ---- questions ------------------------------------------------------- */

const char *
frame_path(const struct frame *f)
{
	return f->in.path;
}

uint64_t
frame_bytes(const struct frame *f)
{
	return f->in.size;
}

int64_t
frame_rows(const struct frame *f)
{
	return f->toc.rows;
}

size_t
frame_groups(const struct frame *f)
{
	return f->toc.groups;
}

size_t
frame_group_rows(const struct frame *f, size_t group)
{
	int64_t left = f->toc.rows - (int64_t)group * FRAME_GROUP_ROWS;

	return left < FRAME_GROUP_ROWS ? (size_t)left : FRAME_GROUP_ROWS;
}

const struct csv_dialect *
frame_dialect(const struct frame *f)
{
	return f->toc.has_dialect ? &f->toc.dialect : NULL;
}

size_t
frame_columns(const struct frame *f)
{
	return f->toc.columns;
}

const struct frame_column *
frame_column(const struct frame *f, size_t column)
{
	return &f->toc.column[column];
}

int64_t
frame_find(const struct frame *f, const char *name)
{
	struct err e = {0};
	const struct frame *of = f->whole ? f->whole : f;
	int64_t number;
	size_t i = level_index_find(&of->by_name, name, strlen(name));

	if (i < f->toc.columns)
		return (int64_t)i;
	if (name[strspn(name, "0123456789")] ||
	    num_parse_int(name, 1, (int64_t)f->toc.columns, &number, &e) < 0)
		return -1;
	return number - 1;
}

int
frame_require(const struct frame *f, const char *what, const char *name,
	      size_t *column, struct err *e)
{
	int64_t at = frame_find(f, name);
	size_t n = frame_columns(f), i;
	const char **names, *near;

	if (at >= 0) {
		*column = (size_t)at;
		return 0;
	}
	names = mem_zalloc(n, sizeof(*names), e);
	if (!names)
		return -1;
	for (i = 0; i < n; i++)
		names[i] = frame_column(f, i)->name;
	near = str_nearest(name, names, n);
	if (near)
		err_set(e, ERR_SCHEMA,
			"%s '%s': no such column in '%s'; did you mean '%s'?",
			what, name, frame_path(f), near);
	else
		err_set(e, ERR_SCHEMA, "%s '%s': no such column in '%s' "
			"(%zu columns, '%s' to '%s')", what, name,
			frame_path(f), n, names[0], names[n - 1]);
	mem_free(names);
	return -1;
}

void
frame_id(const struct frame *f, char hex[33])
{
	static const char digit[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < 16; i++) {
		hex[2 * i] = digit[f->id[i] >> 4];
		hex[2 * i + 1] = digit[f->id[i] & 15];
	}
	hex[32] = '\0';
}

/* ---- chunks ---------------------------------------------------------- */

static int
check_chunk(const struct frame *f, size_t group, size_t column,
	    const struct chunk *c, struct err *e)
{
	const struct frame_column *col = &f->toc.column[column];
	size_t i;

	if (!chunk_form_fits(c->form, col->type))
		return err_set(e, ERR_INPUT, "damaged: form");
	if (c->n != frame_group_rows(f, group))
		return err_set(e, ERR_INPUT, "damaged: row count");
	for (i = 0; c->form == CHUNK_CODE && i < c->n; i++)
		if (c->code[i] >= col->levels.n && !chunk_is_missing(c, i))
			return err_set(e, ERR_INPUT, "damaged: level");
	return 0;
}

/* entries: NULL for all values. */
static int
read_chunk(const struct frame *f, size_t group, size_t column,
	   struct chunk *c, size_t *entries, struct err *e)
{
	size_t block = group * f->toc.columns + column;
	const struct chunk_entry *entry = &f->toc.entry[block];
	struct bytes b = {0};
	int status = -1;

	if (!bytes_extend(&b, (size_t)entry->len)) {
		err_nomem(e, "a chunk");
		goto out;
	}
	if (infile_read(&f->in, entry->at, b.at, b.len, e) < 0)
		goto out;
	if (frame_hash(b.at, b.len, block) != entry->hash)
		err_set(e, ERR_INPUT, "damaged: checksum");
	else if ((entries ? chunk_decode_entries(c, entries, b.at, b.len, e)
			  : chunk_decode(c, b.at, b.len, e)) == 0)
		status = check_chunk(f, group, column, c, e);
out:
	bytes_release(&b);
	return status;
}

static int
read_named(const struct frame *f, size_t group, size_t column,
	   struct chunk *c, size_t *entries, struct err *e)
{
	int64_t first = (int64_t)group * FRAME_GROUP_ROWS + 1;

	if (group >= f->toc.groups || column >= f->toc.columns)
		return err_set(e, ERR_INTERNAL, "no chunk %zu of column %zu",
			       group, column);
	if (f->whole)
		return frame_subset_read(f, group, column, c, entries, e);
	if (read_chunk(f, group, column, c, entries, e) == 0)
		return 0;
	return err_prefix(e, "'%s': column '%s', rows from %lld",
			  f->in.path, f->toc.column[column].name,
			  (long long)first);
}

int
frame_read(const struct frame *f, size_t group, size_t column,
	   struct chunk *c, struct err *e)
{
	return read_named(f, group, column, c, NULL, e);
}

int
frame_read_entries(const struct frame *f, size_t group, size_t column,
		   struct chunk *c, size_t *entries, struct err *e)
{
	return read_named(f, group, column, c, entries, e);
}
