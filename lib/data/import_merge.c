/*
 * import_merge.c - blocks into row groups, in their order; the spool.
 *
 * A full row group is sealed: its columns, by all threads, become encoded
 * pieces that give back the exact text.  Pieces stay in memory up to a limit,
 * then go to an unlinked file.  A wide table is sealed in the middle of a group
 * when its open cells take too much memory.
 */
#include "import_int.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <dltools/mem.h>

/* Where n bytes of the scratch file begin; lock held. */
static int
claim_scratch(struct import *im, size_t n, uint64_t *at, struct err *e)
{
	if (im->scratch < 0)
		im->scratch = file_scratch(e);
	if (im->scratch < 0)
		return -1;
	*at = im->scratch_bytes;
	im->scratch_bytes += n;
	return 0;
}

/* pwrite until done */
static int
write_at(int fd, uint64_t at, const char *bytes, size_t n, struct err *e)
{
	ssize_t k;

	for (; n; n -= (size_t)k, bytes += k, at += (uint64_t)k) {
		k = pwrite(fd, bytes, n, (off_t)at);
		if (k < 0 && errno == EINTR)
			k = 0;
		else if (k <= 0)
			return err_errno(e, ERR_OUTPUT,
					 "cannot write to the scratch file "
					 "(TMPDIR)");
	}
	return 0;
}

static int
spill_chunk(struct import *im, struct encoded_chunk *x, uint64_t *at,
	    size_t *len, struct err *e)
{
	const void *bytes = encoded_chunk_bytes(x, len);
	int status;

	pthread_mutex_lock(&im->lock);
	status = claim_scratch(im, *len, at, e);
	pthread_mutex_unlock(&im->lock);
	if (status < 0 || write_at(im->scratch, *at, bytes, *len, e) < 0)
		return -1;
	encoded_chunk_drop(x);
	return 0;
}

/* Keeps the piece in memory or in the scratch file. */
static int
keep_piece(struct import *im, struct import_piece *p, struct err *e)
{
	size_t value = 0, shape = 0;
	bool spill;

	encoded_chunk_bytes(p->packed.value, &value);
	if (p->packed.shape)
		encoded_chunk_bytes(p->packed.shape, &shape);
	pthread_mutex_lock(&im->lock);
	spill = im->kept_bytes + value + shape > im->spool_limit;
	if (!spill)
		im->kept_bytes += value + shape;
	pthread_mutex_unlock(&im->lock);
	if (!spill)
		return 0;
	p->in_file = true;
	if (spill_chunk(im, p->packed.value, &p->value_at, &p->value_len,
			e) < 0)
		return -1;
	return p->packed.shape ?
		spill_chunk(im, p->packed.shape, &p->shape_at, &p->shape_len,
			    e) : 0;
}

static int
seal_column(struct import_worker *w, size_t column, struct err *e)
{
	struct import *im = w->im;
	struct import_column *c = &im->column[column];
	const struct cells *all;
	struct import_piece *p;

	if (im->streaming && im->open_rows == FRAME_GROUP_ROWS) {
		all = import_assemble(w, column, im->group, e);
		if (!all)
			return -1;
		c->encoded = import_encode(w, column, all, e);
		cells_release(&c->open);
		return c->encoded ? 0 : -1;
	}
	if (mem_grow(&c->piece, &c->piece_room, c->pieces + 1,
		     sizeof(*c->piece), e) < 0)
		return -1;
	p = &c->piece[c->pieces];
	memset(p, 0, sizeof(*p));
	p->group = im->group;
	if (cells_pack(&c->open, &p->packed, &w->scratch, e) < 0)
		return -1;
	c->pieces++;
	cells_release(&c->open);
	return keep_piece(im, p, e);
}

/*
 * The next columns to do; lock held.  A few at a time, so that threads seldom
 * meet at the lock.  first = last: none is left.
 */
static void
claim(struct import *im, size_t *first, size_t *last)
{
	size_t n = 1 + im->columns / im->workers / 64;

	*first = im->seal_next;
	*last = n < im->columns - *first ? *first + n : im->columns;
	im->seal_next = *last;
}

/* Called with the lock held, returns with it held. */
void
import_help_seal(struct import_worker *w)
{
	struct import *im = w->im;
	struct err e = {0};
	size_t first, last, i;
	int status = 0;

	while (im->sealing && im->seal_next < im->columns) {
		claim(im, &first, &last);
		pthread_mutex_unlock(&im->lock);
		for (i = first; i < last && status == 0; i++)
			status = seal_column(w, i, &e);
		pthread_mutex_lock(&im->lock);
		if (status < 0 && !im->stopped) {
			im->err = e;
			im->stopped = true;
		}
		im->seal_done += last - first;
		if (im->seal_done == im->columns)
			pthread_cond_broadcast(&im->changed);
	}
}

struct each {
	struct import *im;
	import_column_work *work;
};

static void
work_some(void *arg, unsigned thread, unsigned threads)
{
	struct each *each = arg;
	struct import *im = each->im;
	struct import_worker *w = &im->worker[thread];
	size_t i, last;

	(void)threads;
	do {
		pthread_mutex_lock(&im->lock);
		claim(im, &i, &last);
		pthread_mutex_unlock(&im->lock);
		for (; i < last; i++)
			if (w->err.code || each->work(w, i, &w->err) < 0)
				return;
	} while (last < im->columns);
}

int
import_each_column(struct import *im, import_column_work *work, struct err *e)
{
	struct each each = {im, work};
	unsigned t;

	im->seal_next = 0;
	pool_run(im->pool, work_some, &each);
	for (t = 0; t < im->workers; t++)
		if (im->worker[t].err.code) {
			*e = im->worker[t].err;
			return -1;
		}
	return 0;
}

/* A group was written while reading: its pieces, if any, are done with. */
static int
write_group(struct import *im, struct err *e)
{
	struct import_column *c;
	size_t i, k;

	if (import_write_encoded(im, e) < 0)
		return -1;
	for (i = 0; i < im->columns; i++) {
		c = &im->column[i];
		for (k = 0; k < c->pieces; k++)
			cells_packed_release(&c->piece[k].packed);
		c->pieces = 0;
	}
	im->kept_bytes = im->scratch_bytes = 0;
	return 0;
}

/* The open cells become pieces; all threads that wait for their turn help. */
static int
seal(struct import_worker *w, struct err *e)
{
	struct import *im = w->im;
	bool is_full = im->open_rows == FRAME_GROUP_ROWS;

	im->seal_next = im->seal_done = 0;
	im->sealing = true;
	pthread_cond_broadcast(&im->changed);
	import_help_seal(w);
	while (im->seal_done < im->columns)
		pthread_cond_wait(&im->changed, &im->lock);
	im->sealing = false;
	if (im->stopped) {
		*e = im->err;
		return -1;
	}
	im->new_rows = 0;
	if (!is_full)
		return 0;
	if (im->streaming && write_group(im, e) < 0)
		return -1;
	im->group++;
	im->open_rows = 0;
	return 0;
}

/* The first cell of a column that is no number, for messages. */
static int
keep_offender(struct import_worker *w, size_t column, struct err *e)
{
	const struct import_facts *facts = &w->facts[column];
	struct import_column *c = &w->im->column[column];
	const struct csv_field *f =
		&w->block.field[w->first[facts->row] + c->field];
	struct import_offender *o = mem_zalloc(1, sizeof(*o), e);

	if (!o)
		return -1;
	c->offender = o;
	o->kind = (enum cell_kind)facts->kind;
	o->file = w->file;
	o->line = w->block.line +
		w->block.record[w->record[facts->row]].line;
	memcpy(o->text, w->block.text + f->at,
	       f->len < sizeof(o->text) ? f->len : sizeof(o->text) - 1);
	return 0;
}

static int
add_facts(struct import_worker *w, size_t column, struct err *e)
{
	struct import_column *c = &w->im->column[column];
	const struct import_facts *from = &w->facts[column];

	c->facts.present += from->present;
	c->facts.numbers += from->numbers;
	c->facts.traits |= from->traits;
	c->adapted += w->adapted[column];
	return c->offender || !from->kind ? 0 : keep_offender(w, column, e);
}

/* Rows first .. first + n - 1 of the block behind the open ones. */
static int
append_rows(struct import_worker *w, size_t first, size_t n, struct err *e)
{
	struct import *im = w->im;
	uint64_t bytes = 0;
	size_t i;

	for (i = 0; i < im->columns; i++) {
		if (cells_append(&im->column[i].open, &w->cells[i], first, n,
				 e) < 0)
			return -1;
		bytes += cells_bytes(&im->column[i].open);
	}
	im->open_rows += n;
	im->new_rows += n;
	im->rows += (int64_t)n;
	if (im->open_rows == FRAME_GROUP_ROWS || bytes > im->open_limit)
		return seal(w, e);
	return 0;
}

int
import_merge(struct import_worker *w, struct err *e)
{
	struct import *im = w->im;
	size_t i, n, first = 0;

	if (import_reject(w, e) < 0)
		return -1;
	im->blank += w->blank;
	im->padded += w->padded;
	im->text_bytes += w->block.len;
	for (i = 0; i < im->columns && w->rows; i++)
		if (add_facts(w, i, e) < 0)
			return -1;
	while (first < w->rows) {
		n = FRAME_GROUP_ROWS - im->open_rows;
		if (n > w->rows - first)
			n = w->rows - first;
		if (append_rows(w, first, n, e) < 0)
			return -1;
		first += n;
	}
	return 0;
}

void *
import_read_scratch(const struct import *im, uint64_t at, size_t len,
		    struct err *e)
{
	char *bytes = mem_zalloc(len, 1, e);
	size_t got;

	if (!bytes)
		return NULL;
	if (file_read_at(im->scratch, at, bytes, len, &got, "scratch file",
			 e) == 0) {
		if (got == len)
			return bytes;
		err_set(e, ERR_OUTPUT, "the scratch file was cut off");
	}
	mem_free(bytes);
	return NULL;
}

/* A spooled chunk back into memory. */
static int
decode(struct import *im, struct chunk *to, const struct encoded_chunk *x,
       const struct import_piece *p, uint64_t at, size_t len, struct err *e)
{
	const void *bytes;
	void *copy;
	int status;

	if (!p->in_file) {
		bytes = encoded_chunk_bytes(x, &len);
		return chunk_decode(to, bytes, len, e);
	}
	copy = import_read_scratch(im, at, len, e);
	if (!copy)
		return -1;
	status = chunk_decode(to, copy, len, e);
	mem_free(copy);
	return status;
}

/* Pieces stand in the order of their groups. */
size_t
import_first_piece(const struct import_column *c, size_t group)
{
	size_t low = 0, high = c->pieces, mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (c->piece[mid].group < group)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const struct cells *
import_assemble(struct import_worker *w, size_t column, size_t group,
		struct err *e)
{
	const struct import_column *c = &w->im->column[column];
	bool has_open = group == w->im->group && c->open.n;
	const struct import_piece *p;
	size_t i = import_first_piece(c, group);

	if (i == c->pieces || c->piece[i].group != group)
		return &c->open;
	cells_reset(&w->assembled);
	for (; i < c->pieces && c->piece[i].group == group; i++) {
		p = &c->piece[i];
		if (decode(w->im, &w->scratch, p->packed.value, p,
			   p->value_at, p->value_len, e) < 0)
			return NULL;
		if (p->packed.shape &&
		    decode(w->im, &w->scratch2, p->packed.shape, p,
			   p->shape_at, p->shape_len, e) < 0)
			return NULL;
		if (cells_unpack(&w->assembled, &w->scratch,
				 p->packed.shape ? &w->scratch2 : NULL,
				 e) < 0)
			return NULL;
	}
	if (has_open && cells_append(&w->assembled, &c->open, 0, c->open.n,
				     e) < 0)
		return NULL;
	return &w->assembled;
}
