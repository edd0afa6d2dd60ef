/*
 * frame_slice.c - many rows as text.
 *
 * A frame lies column by column and text goes row by row, so some rows of all
 * columns are held at once: narrow (a byte where a byte will do), in slices
 * that keep to the memory given.  Levels, strings and bytes have their text
 * ready made, so that most cells are one copy.
 */
#include "frame_text_int.h"

#include <string.h>

#include <dltools/json.h>
#include <dltools/mem.h>
#include <dltools/num.h>
#include <dltools/rng.h>

#include "bytes_int.h"

#define MEMORY_DEFAULT ((size_t)128 << 20)
#define FLUSH_AT ((size_t)256 << 10)
#define LEAST_ROWS 256

enum kind { KIND_U8, KIND_INT, KIND_TIME, KIND_REAL, KIND_STRING };

/* Some rows of one column. */
struct strip {
	enum kind kind;
	unsigned char *value; /* u8[], i64[], f64[] or u32[] */
	size_t value_room;
	unsigned char *missing; /* one byte a row, or NULL if none is */
	unsigned char *missing_room;
	struct string_table string; /* ready-made text */
};

struct ready { /* text of a small number, and how long it is */
	char text[3];
	unsigned char len;
};

struct printer {
	const struct frame *f;
	const struct frame_text_options *o;
	frame_text_sink *sink;
	void *ctx;
	struct strip *strip; /* [o->n] */
	struct chunk chunk;
	struct bytes out;
	struct str lead;     /* what stands before each cell */
	size_t *lead_at;     /* [o->n + 1] */
	struct ready small[256];
	struct rng_key key;
};

/* ---- slices ---------------------------------------------------------- */

static int
render(struct string_table *to, const struct string_table *from,
       enum frame_text_format format, struct err *e)
{
	struct str s = STR_INIT;
	size_t i;
	int status = 0;

	to->n = 0;
	for (i = 0; status == 0 && i < from->n; i++) {
		str_reset(&s);
		frame_text_string(&s, from->bytes + from->at[i],
				  (size_t)(from->at[i + 1] - from->at[i]),
				  format);
		status = str_check(&s, e);
		if (status == 0)
			status = string_table_add(to, s.buf, s.len, e);
	}
	str_release(&s);
	return status;
}

static bool
are_bytes(const int64_t *v, size_t n)
{
	uint64_t all = 0;
	size_t i;

	for (i = 0; i < n; i++)
		all |= (uint64_t)v[i];
	return all < 256;
}

static int
keep_values(struct strip *s, const void *from, size_t n, size_t size,
	    struct err *e)
{
	if (mem_grow(&s->value, &s->value_room, n * size, 1, e) < 0)
		return -1;
	memcpy(s->value, from, n * size);
	return 0;
}

static int
keep_ints(struct strip *s, enum column_type type, const int64_t *v, size_t n,
	  struct err *e)
{
	size_t i;

	s->kind = type == COLUMN_TIME ? KIND_TIME : KIND_INT;
	if (type == COLUMN_TIME || !are_bytes(v, n))
		return keep_values(s, v, n, sizeof *v, e);
	s->kind = KIND_U8;
	if (mem_grow(&s->value, &s->value_room, n, 1, e) < 0)
		return -1;
	for (i = 0; i < n; i++)
		s->value[i] = (unsigned char)v[i];
	return 0;
}

static int
keep_missing(struct strip *s, const struct chunk *c, size_t first, size_t n,
	     struct err *e)
{
	size_t i;

	s->missing = NULL;
	if (!c->missing)
		return 0;
	if (!s->missing_room) {
		s->missing_room = mem_zalloc(FRAME_GROUP_ROWS, 1, e);
		if (!s->missing_room)
			return -1;
	}
	s->missing = s->missing_room;
	for (i = 0; i < n; i++)
		s->missing[i] = chunk_is_missing(c, first + i);
	return 0;
}

static int
load_strip(struct printer *p, size_t k, size_t group, size_t first, size_t n,
	   struct err *e)
{
	const struct frame_column *col =
		frame_column(p->f, p->o->columns[k]);
	struct strip *s = &p->strip[k];
	struct chunk *c = &p->chunk;

	if (frame_read(p->f, group, p->o->columns[k], c, e) < 0 ||
	    keep_missing(s, c, first, n, e) < 0)
		return -1;
	if (c->form == CHUNK_INT)
		return keep_ints(s, col->type, c->i64 + first, n, e);
	if (c->form == CHUNK_REAL) {
		s->kind = KIND_REAL;
		return keep_values(s, c->f64 + first, n, sizeof *c->f64, e);
	}
	s->kind = KIND_STRING;
	if (c->form == CHUNK_TEXT &&
	    render(&s->string, &c->dict, p->o->format, e) < 0)
		return -1;
	return keep_values(s, c->code + first, n, sizeof *c->code, e);
}

/* ---- rows ------------------------------------------------------------ */

static bool
is_byte_column(const struct frame_column *c)
{
	return c->is_integer && c->stats.min >= 0 && c->stats.max <= 255;
}

/* How many rows fit the memory, by what the statistics promise. */
static size_t
slice_rows(const struct printer *p)
{
	size_t memory = p->o->memory ? p->o->memory : MEMORY_DEFAULT;
	size_t k, row = 0, rows;

	for (k = 0; k < p->o->n; k++) {
		const struct frame_column *c =
			frame_column(p->f, p->o->columns[k]);

		row += is_byte_column(c) ? 1 : 8;
		row += c->stats.missing > 0;
	}
	rows = memory / (row ? row : 1);
	return rows < LEAST_ROWS ? LEAST_ROWS : rows;
}

/* A row of one empty field would be an empty line. */
static size_t
put_missing(const struct printer *p, char *to)
{
	if (p->o->format == FRAME_TEXT_JSON) {
		memcpy(to, "null", 4);
		return 4;
	}
	if (p->o->n > 1)
		return 0;
	memcpy(to, "\"\"", 2);
	return 2;
}

static size_t
put_time(const struct printer *p, char *to, int64_t ms)
{
	bool is_json = p->o->format == FRAME_TEXT_JSON;
	size_t len = frame_text_time(to + is_json, ms);

	if (!is_json)
		return len;
	to[0] = '"';
	to[len + 1] = '"';
	return len + 2;
}

/* Anything but strings: at most FRAME_TIME_TEXT bytes. */
static size_t
put_number(const struct printer *p, char *to, const struct strip *s, size_t i)
{
	int64_t whole;
	double real;

	if (s->missing && s->missing[i])
		return put_missing(p, to);
	switch (s->kind) {
	case KIND_U8:
		memcpy(to, p->small[s->value[i]].text, 3);
		return p->small[s->value[i]].len;
	case KIND_REAL:
		memcpy(&real, s->value + i * sizeof real, sizeof real);
		return frame_text_real(to, real, p->o->format);
	default:
		memcpy(&whole, s->value + i * sizeof whole, sizeof whole);
		return s->kind == KIND_TIME ? put_time(p, to, whole)
					    : num_print_int(to, whole);
	}
}

/* Makes room for a row of numbers and `more` bytes of text. */
static int
make_room(struct printer *p, size_t more, struct err *e)
{
	size_t row = p->lead.len + p->o->n * FRAME_TIME_TEXT + 4;

	if (!bytes_extend(&p->out, row + more))
		return err_nomem(e, "rows of text");
	p->out.len -= row + more;
	return 0;
}

static int
put_string(struct printer *p, const struct strip *s, size_t i, struct err *e)
{
	const struct string_table *t = &s->string;
	uint32_t code;
	size_t len;

	memcpy(&code, s->value + i * sizeof code, sizeof code);
	len = (size_t)(t->at[code + 1] - t->at[code]);
	if (make_room(p, len, e) < 0)
		return -1;
	memcpy(p->out.at + p->out.len, t->bytes + t->at[code], len);
	p->out.len += len;
	return 0;
}

static int
put_row(struct printer *p, size_t i, struct err *e)
{
	size_t k, lead;

	if (make_room(p, 0, e) < 0)
		return -1;
	for (k = 0; k < p->o->n; k++) {
		const struct strip *s = &p->strip[k];

		lead = p->lead_at[k + 1] - p->lead_at[k];
		memcpy(p->out.at + p->out.len, p->lead.buf + p->lead_at[k],
		       lead);
		p->out.len += lead;
		if (s->kind != KIND_STRING || (s->missing && s->missing[i]))
			p->out.len += put_number(p, (char *)p->out.at +
						 p->out.len, s, i);
		else if (put_string(p, s, i, e) < 0)
			return -1;
	}
	if (p->o->format == FRAME_TEXT_JSON)
		p->out.at[p->out.len++] = '}';
	p->out.at[p->out.len++] = '\n';
	return 0;
}

static int
flush(struct printer *p, size_t least, struct err *e)
{
	int status = 0;

	if (p->out.len >= least && p->out.len > 0) {
		status = p->sink(p->ctx, (char *)p->out.at, p->out.len, e);
		p->out.len = 0;
	}
	return status;
}

/* Rows first .. first+n-1 of a group. */
static int
put_slice(struct printer *p, size_t group, size_t first, size_t n,
	  struct err *e)
{
	int64_t row = (int64_t)group * FRAME_GROUP_ROWS + (int64_t)first;
	size_t i, k;

	for (k = 0; k < p->o->n; k++)
		if (load_strip(p, k, group, first, n, e) < 0)
			return -1;
	for (i = 0; i < n; i++) {
		if (p->o->sample > 0 &&
		    rng_uniform(p->key, (uint64_t)row + i, 0) >= p->o->sample)
			continue;
		if (put_row(p, i, e) < 0 || flush(p, FLUSH_AT, e) < 0)
			return -1;
	}
	return 0;
}

static int
put_rows(struct printer *p, struct err *e)
{
	int64_t at = p->o->first, most = (int64_t)slice_rows(p);

	while (at < p->o->last) {
		size_t group = (size_t)(at / FRAME_GROUP_ROWS);
		int64_t in = at % FRAME_GROUP_ROWS;
		int64_t n = FRAME_GROUP_ROWS - in;

		n = n < p->o->last - at ? n : p->o->last - at;
		n = n < most ? n : most;
		if (put_slice(p, group, (size_t)in, (size_t)n, e) < 0)
			return -1;
		at += n;
	}
	return 0;
}

/* ---- before the rows ------------------------------------------------- */

static int
put_header(struct printer *p, struct err *e)
{
	struct str s = STR_INIT;
	size_t k;
	int status;

	for (k = 0; k < p->o->n; k++) {
		const char *name =
			frame_column(p->f, p->o->columns[k])->name;

		if (k)
			str_add_char(&s, p->o->format == FRAME_TEXT_TSV ? '\t'
									: ',');
		frame_text_string(&s, name, strlen(name), p->o->format);
	}
	str_add_char(&s, '\n');
	status = str_check(&s, e);
	if (status == 0)
		status = p->sink(p->ctx, s.buf, s.len, e);
	str_release(&s);
	return status;
}

static int
make_leads(struct printer *p, struct err *e)
{
	struct json j;
	size_t k;

	p->lead_at = mem_zalloc(p->o->n + 1, sizeof *p->lead_at, e);
	if (!p->lead_at)
		return -1;
	for (k = 0; k < p->o->n; k++) {
		if (p->o->format == FRAME_TEXT_JSON) {
			str_add_char(&p->lead, k ? ',' : '{');
			j = json_start(&p->lead);
			json_put_text(&j, frame_column(p->f,
						   p->o->columns[k])->name);
			str_add_char(&p->lead, ':');
		} else if (k) {
			str_add_char(&p->lead,
				     p->o->format == FRAME_TEXT_TSV ? '\t'
								    : ',');
		}
		p->lead_at[k + 1] = p->lead.len;
	}
	return str_check(&p->lead, e);
}

static int
prepare(struct printer *p, struct err *e)
{
	char text[NUM_TEXT];
	size_t k;

	for (k = 0; k < 256; k++) {
		p->small[k].len =
			(unsigned char)num_print_int(text, (int64_t)k);
		memcpy(p->small[k].text, text, 3);
	}
	p->strip = mem_zalloc(p->o->n, sizeof *p->strip, e);
	if (!p->strip)
		return -1;
	for (k = 0; k < p->o->n; k++)
		if (render(&p->strip[k].string,
			   &frame_column(p->f, p->o->columns[k])->levels,
			   p->o->format, e) < 0)
			return -1;
	return make_leads(p, e);
}

static void
release(struct printer *p)
{
	size_t k;

	for (k = 0; p->strip && k < p->o->n; k++) {
		mem_free(p->strip[k].value);
		mem_free(p->strip[k].missing_room);
		string_table_release(&p->strip[k].string);
	}
	mem_free(p->strip);
	mem_free(p->lead_at);
	str_release(&p->lead);
	chunk_release(&p->chunk);
	bytes_release(&p->out);
}

int
frame_text_write(const struct frame *f, const struct frame_text_options *o,
		 frame_text_sink *sink, void *ctx, struct err *e)
{
	struct printer p = {.f = f, .o = o, .sink = sink, .ctx = ctx};
	int status;

	str_init(&p.lead);
	p.key = rng_key(o->seed, RNG_SPLIT);
	status = prepare(&p, e);
	if (status == 0 && o->header && o->format != FRAME_TEXT_JSON)
		status = put_header(&p, e);
	if (status == 0)
		status = put_rows(&p, e);
	if (status == 0)
		status = flush(&p, 0, e);
	release(&p);
	return status;
}
