/* import_finish.c - row groups into the frame; see import_int.h. */
#include "import_int.h"

#include <string.h>

#include <dltools/mem.h>

/* Numbers as int64 if all are integers, else as doubles. */
static int
to_numbers(struct chunk *to, const struct cells *c, struct err *e)
{
	struct cell x;
	size_t i, len;
	int64_t v;
	const char *t;

	if (!c->is_text && !c->shape)
		return cells_to_int(to, c, e);
	if (chunk_reserve(to, CHUNK_INT, c->n, e) < 0 ||
	    chunk_reserve(to, CHUNK_REAL, c->n, e) < 0)
		return -1;
	to->n = c->n;
	to->form = CHUNK_INT;
	for (i = 0; i < c->n; i++) {
		to->f64[i] = 0;
		to->i64[i] = 0;
		if (cells_missing(c, i))
			continue;
		if (c->is_text) {
			t = cells_text(c, i, NULL, &len);
			if (cell_parse(t, len, &x) == CELL_LONG &&
			    x.traits & CELL_REAL) {
				cell_text_double(t, len, &to->f64[i]);
				to->form = CHUNK_REAL;
				continue;
			}
		} else {
			x.value = cells_value(c, i);
			x.shape = cells_shape(c, i);
		}
		to->f64[i] = cell_double(x.value, x.shape);
		if (cell_integer(x.value, x.shape, &v))
			to->i64[i] = v;
		else
			to->form = CHUNK_REAL;
	}
	return cells_copy_missing(to, c, e);
}

static int
to_codes(struct chunk *to, const struct import_column *column,
	 const struct cells *c, struct err *e)
{
	char scratch[CELL_TEXT_ROOM];
	const char *t;
	size_t i, len;
	int64_t k;

	if (chunk_reserve(to, CHUNK_CODE, c->n, e) < 0)
		return -1;
	to->n = c->n;
	for (i = 0; i < c->n; i++) {
		to->code[i] = 0;
		if (cells_missing(c, i))
			continue;
		t = cells_text(c, i, scratch, &len);
		k = string_set_find(&column->levels, t, len);
		if (k < 0)
			return err_set(e, ERR_INTERNAL, "level lost in column "
				       "'%s'", column->name);
		to->code[i] = column->code[k];
	}
	return cells_copy_missing(to, c, e);
}

struct encoded_chunk *
import_encode(struct import_worker *w, size_t column, const struct cells *c,
	      struct err *e)
{
	const struct import_column *col = &w->im->column[column];
	int status;

	switch (col->type) {
	case COLUMN_NUM: status = to_numbers(&w->scratch, c, e); break;
	case COLUMN_ENUM: status = to_codes(&w->scratch, col, c, e); break;
	case COLUMN_TIME: status = cells_to_int(&w->scratch, c, e); break;
	default: status = cells_to_dictionary(&w->scratch, c, e);
	}
	if (status < 0)
		return NULL;
	return chunk_encode(&w->scratch, col->type, w->im->o->zstd_level, e);
}

/* The name in the text if the column has another now (--col-names). */
static char *
header_of(const struct import *im, const struct import_column *c)
{
	char *name = im->dialect.has_header && c->field != IMPORT_NO_FIELD ?
		im->header_name[c->field] : NULL;

	return name && *name && strcmp(name, c->name) != 0 ? name : NULL;
}

/* What the options gave single columns, for whoever reads such text. */
static int
keep_own(struct import *im, struct err *e)
{
	size_t i;

	for (i = 0; i < im->columns; i++) {
		const struct import_column *c = &im->column[i];
		struct csv_own own = {
			.column = c->name, .na = c->na, .na_n = c->nas,
			.header = header_of(im, c),
			.format = c->type == COLUMN_TIME ? c->format : NULL,
		};

		if ((own.header || own.format || own.na_n) &&
		    csv_dialect_add_own(&im->dialect, &own, e) < 0)
			return -1;
	}
	return 0;
}

int
import_start_writer(struct import *im, struct err *e)
{
	struct frame_writer_options o = {
		.zstd_level = im->o->zstd_level, .dialect = &im->dialect
	};
	struct frame_column *column;
	struct import_column *c;
	size_t i, k;
	int status = -1;

	if (!im->o->out)
		return 0;
	if (keep_own(im, e) < 0)
		return -1;
	column = mem_zalloc(im->columns, sizeof(*column), e);
	if (!column)
		return -1;
	for (i = 0; i < im->columns; i++) {
		c = &im->column[i];
		column[i].name = c->name;
		column[i].type = c->type;
		if (c->type == COLUMN_ENUM &&
		    import_levels(c, &column[i].levels, e) < 0)
			goto out;
	}
	im->writer = frame_writer_open(im->o->out, column, im->columns, &o, e);
	status = im->writer ? 0 : -1;
out:
	for (k = 0; k < im->columns; k++)
		string_table_release(&column[k].levels);
	mem_free(column);
	return status;
}

int
import_levels(const struct import_column *c, struct string_table *to,
	      struct err *e)
{
	const struct string_table *t = &c->levels.table;
	uint32_t *found = mem_zalloc(t->n, sizeof(*found), e);
	size_t i;

	if (!found)
		return -1;
	for (i = 0; i < t->n; i++)
		found[c->code[i]] = (uint32_t)i;
	for (i = 0; i < t->n; i++)
		if (string_table_add(to, t->bytes + t->at[found[i]],
				     t->at[found[i] + 1] - t->at[found[i]],
				     e) < 0)
			break;
	mem_free(found);
	return i < t->n ? -1 : 0;
}

int
import_write_encoded(struct import *im, struct err *e)
{
	struct import_column *c;
	size_t i;

	for (i = 0; i < im->columns; i++) {
		c = &im->column[i];
		if (im->writer && frame_writer_add_encoded(im->writer, i,
							   c->encoded, e) < 0)
			return -1;
		encoded_chunk_free(c->encoded);
		c->encoded = NULL;
	}
	return 0;
}

/* A piece that was encoded as it will stand in the frame. */
static int
take_piece(struct import *im, struct import_column *c, struct import_piece *p,
	   struct err *e)
{
	void *bytes;
	int status;

	if (p->in_file) {
		bytes = import_read_scratch(im, p->value_at, p->value_len, e);
		if (!bytes)
			return -1;
		status = encoded_chunk_restore(p->packed.value, bytes,
					       p->value_len, e);
		mem_free(bytes);
		if (status < 0)
			return -1;
	}
	c->encoded = p->packed.value;
	p->packed.value = NULL;
	return 0;
}

static int
encode_column(struct import_worker *w, size_t column, struct err *e)
{
	struct import *im = w->im;
	struct import_column *c = &im->column[column];
	size_t group = im->encoding, i = import_first_piece(c, group), n;
	const struct cells *all;

	for (n = 0; i + n < c->pieces && c->piece[i + n].group == group; n++)
		;
	if (n == 1 && c->type == COLUMN_NUM && !c->piece[i].packed.is_text &&
	    !c->piece[i].packed.shape &&
	    !(group == im->group && c->open.n))
		return take_piece(im, c, &c->piece[i], e);
	all = import_assemble(w, column, group, e);
	if (!all)
		return -1;
	c->encoded = import_encode(w, column, all, e);
	if (group == im->group)
		cells_release(&c->open);
	while (n--)
		cells_packed_release(&c->piece[i + n].packed);
	return c->encoded ? 0 : -1;
}

int
import_finish(struct import *im, struct err *e)
{
	size_t groups = im->group + (im->open_rows > 0);

	if (import_find_types(im, e) < 0)
		return -1;
	if (!im->o->out)
		return 0;
	if (!im->writer && import_start_writer(im, e) < 0)
		return -1;
	for (im->encoding = im->streaming ? im->group : 0;
	     im->encoding < groups; im->encoding++)
		if (import_each_column(im, encode_column, e) < 0 ||
		    import_write_encoded(im, e) < 0)
			return -1;
	return 0;
}
