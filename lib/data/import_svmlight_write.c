/* import_svmlight_write.c - see import_svmlight_int.h. */
#include "import_svmlight_int.h"

#include <stdatomic.h>
#include <string.h>

#include <dltools/mem.h>

/* The entries of a group in the order of features. */
struct sorted {
	const struct svm_import *im;
	struct svm_group *g;
	size_t *start;   /* [features + 1] */
	uint32_t *row;
	double *value;
	struct err *error; /* [threads] */
	atomic_size_t next;
};

void
svm_group_release(struct svm_group *g)
{
	encoded_chunk_free(g->label);
	mem_free(g->code);
	mem_free(g->feature);
	for (size_t i = 0; g->chunk && i < g->features; i++)
		encoded_chunk_free(g->chunk[i]);
	mem_free(g->chunk);
	*g = (struct svm_group){0};
}

/* ---- a group --------------------------------------------------------- */

static int
sort_entries(struct sorted *s, struct err *e)
{
	const struct svm_import *im = s->im;
	size_t i, *at;

	s->start = mem_zalloc(im->features + 2, sizeof(*s->start), e);
	s->row = mem_zalloc(im->entries, sizeof(*s->row), e);
	s->value = mem_zalloc(im->entries, sizeof(*s->value), e);
	if (!s->start || !s->row || !s->value)
		return -1;
	at = s->start + 1; /* ends up as the start of the next */
	for (i = 0; i < im->entries; i++)
		at[im->feature[i] + 1]++;
	for (i = 1; i <= im->features; i++)
		at[i] += at[i - 1];
	for (i = 0; i < im->entries; i++) {
		size_t to = at[im->feature[i]]++;

		s->row[to] = im->row[i];
		s->value[to] = im->value[i];
	}
	return 0;
}

static int
list_features(struct sorted *s, struct err *e)
{
	struct svm_group *g = s->g;
	size_t i, n = 0;

	for (i = 0; i < s->im->features; i++)
		n += s->start[i + 1] > s->start[i];
	g->feature = mem_zalloc(n, sizeof(*g->feature), e);
	g->chunk = mem_zalloc(n, sizeof(*g->chunk), e);
	if (!g->feature || !g->chunk)
		return -1;
	for (i = 0; i < s->im->features; i++)
		if (s->start[i + 1] > s->start[i])
			g->feature[g->features++] = (uint32_t)i;
	return 0;
}

static bool
are_integers(const double *v, size_t n)
{
	size_t i = 0;

	while (i < n && v[i] >= -0x1p53 && v[i] <= 0x1p53 &&
	       (double)(int64_t)v[i] == v[i])
		i++;
	return i == n;
}

static struct encoded_chunk *
encode_feature(const struct sorted *s, size_t feature, struct chunk *c,
	       struct err *e)
{
	size_t from = s->start[feature], n = s->start[feature + 1] - from, i;
	const double *v = s->value + from;

	c->form = are_integers(v, n) ? CHUNK_INT : CHUNK_REAL;
	if (chunk_reserve(c, CHUNK_CODE, n, e) < 0 ||
	    chunk_reserve(c, are_integers(v, n) ? CHUNK_INT : CHUNK_REAL, n,
			  e) < 0)
		return NULL;
	c->n = s->g->rows;
	memcpy(c->code, s->row + from, n * sizeof(*c->code));
	for (i = 0; i < n; i++)
		if (c->form == CHUNK_INT)
			c->i64[i] = (int64_t)v[i];
		else
			c->f64[i] = v[i];
	return chunk_encode_entries(c, n, s->im->o->zstd_level, e);
}

static void
encode_work(void *arg, unsigned thread, unsigned threads)
{
	struct sorted *s = arg;
	struct svm_group *g = s->g;
	struct chunk c = {0};
	size_t i, end;

	(void)threads;
	while ((i = atomic_fetch_add(&s->next, 64)) < g->features) {
		end = i + 64 < g->features ? i + 64 : g->features;
		for (; i < end && !s->error[thread].code; i++)
			g->chunk[i] = encode_feature(s, g->feature[i], &c,
						     &s->error[thread]);
	}
	chunk_release(&c);
}

static int
encode_features(struct sorted *s, struct err *e)
{
	unsigned threads = pool_threads(s->im->pool), t;
	int status = 0;

	s->error = mem_zalloc(threads, sizeof(*s->error), e);
	if (!s->error)
		return -1;
	pool_run(s->im->pool, encode_work, s);
	for (t = 0; t < threads && status == 0; t++)
		if (s->error[t].code) {
			*e = s->error[t];
			status = -1;
		}
	mem_free(s->error);
	return status;
}

/* Numbers as they are; levels wait for their order. */
static int
seal_label(struct svm_import *im, struct svm_group *g, struct err *e)
{
	struct chunk c = {0};
	size_t i, n = im->open;
	bool integers = are_integers(im->number, n);

	if (im->label.type == COLUMN_ENUM) {
		g->code = mem_zalloc(n, sizeof(*g->code), e);
		if (!g->code)
			return -1;
		memcpy(g->code, im->code, n * sizeof(*g->code));
		return 0;
	}
	if (chunk_reserve(&c, integers ? CHUNK_INT : CHUNK_REAL, n, e) < 0)
		return -1;
	c.n = n;
	for (i = 0; i < n; i++)
		if (integers)
			c.i64[i] = (int64_t)im->number[i];
		else
			c.f64[i] = im->number[i];
	g->label = chunk_encode(&c, COLUMN_NUM, im->o->zstd_level, e);
	chunk_release(&c);
	return g->label ? 0 : -1;
}

int
svm_seal(struct svm_import *im, struct err *e)
{
	struct sorted s = {.im = im};
	int status = -1;

	if (mem_grow(&im->group, &im->group_room, im->groups + 1,
		     sizeof(*im->group), e) < 0)
		return -1;
	s.g = &im->group[im->groups++];
	*s.g = (struct svm_group){.rows = im->open};
	if (seal_label(im, s.g, e) == 0 && sort_entries(&s, e) == 0 &&
	    list_features(&s, e) == 0)
		status = encode_features(&s, e);
	mem_free(s.start);
	mem_free(s.row);
	mem_free(s.value);
	im->open = im->entries = 0;
	return status;
}

/* ---- the frame ------------------------------------------------------- */

const char *
svm_name(const struct svm_import *im, size_t i, struct str *s)
{
	if (im->o->names)
		return im->o->name[i];
	if (im->o->schema)
		return im->o->schema->column[i].name;
	str_reset(s);
	str_addf(s, "C%zu", i + 1);
	return s->buf;
}

static struct frame_writer *
open_writer(struct svm_import *im, size_t columns, struct err *e)
{
	struct frame_writer_options o = {
		.zstd_level = im->o->zstd_level, .dialect = &im->dialect
	};
	struct frame_column *c = mem_zalloc(columns, sizeof(*c), e);
	struct frame_writer *w = NULL;
	struct str s = STR_INIT;
	size_t i;

	for (i = 0; c && i < columns; i++) {
		c[i].type = i ? COLUMN_NUM : im->label.type;
		c[i].name = mem_strdup(svm_name(im, i, &s), e);
		if (!c[i].name || str_check(&s, e) < 0)
			break;
	}
	if (c && i == columns &&
	    (im->label.type != COLUMN_ENUM ||
	     import_levels(&im->label, &c[0].levels, e) == 0))
		w = frame_writer_open(im->o->out, c, columns, &o, e);
	if (c)
		string_table_release(&c[0].levels);
	for (i = 0; c && i < columns; i++)
		mem_free(c[i].name);
	mem_free(c);
	str_release(&s);
	return w;
}

static int
write_levels(struct frame_writer *w, const struct svm_import *im,
	     const struct svm_group *g, struct err *e)
{
	struct chunk c = {0};
	int status;
	size_t i;

	if (chunk_reserve(&c, CHUNK_CODE, g->rows, e) < 0)
		return -1;
	c.n = g->rows;
	for (i = 0; i < g->rows; i++)
		c.code[i] = im->label.code[g->code[i]];
	status = frame_writer_add(w, 0, &c, e);
	chunk_release(&c);
	return status;
}

static int
write_group(struct frame_writer *w, const struct svm_import *im,
	    const struct svm_group *g, size_t columns, struct err *e)
{
	struct chunk c = {.form = CHUNK_INT, .n = g->rows};
	struct encoded_chunk *none;
	size_t i, k = 0;
	int status;

	status = im->label.type == COLUMN_ENUM ? write_levels(w, im, g, e) :
		 frame_writer_add_encoded(w, 0, g->label, e);
	none = status < 0 ? NULL : chunk_encode_entries(
		&c, 0, im->o->zstd_level, e);
	if (!none)
		return -1;
	for (i = 1; i < columns && status == 0; i++) {
		bool is_there = k < g->features && g->feature[k] == i - 1;

		status = frame_writer_add_encoded(w, i, is_there ? g->chunk[k]
								 : none, e);
		k += is_there;
	}
	encoded_chunk_free(none);
	return status;
}

static int
ready(const struct svm_import *im, const struct import_report *r, struct err *e)
{
	return im->o->ready ? im->o->ready(im->o->ctx, r, e) : 0;
}

int
svm_write(struct svm_import *im, const struct import_report *r, struct err *e)
{
	size_t columns = 1 + (im->most ? im->most : im->features), i;
	struct frame_writer *w;
	int status = -1;

	if (!im->o->out)
		return ready(im, r, e);
	w = open_writer(im, columns, e);
	for (i = 0; w && i < im->groups; i++) {
		if (write_group(w, im, &im->group[i], columns, e) < 0)
			break;
		svm_group_release(&im->group[i]);
	}
	if (w && i == im->groups && ready(im, r, e) == 0)
		status = frame_writer_close(w, e);
	frame_writer_free(w);
	return status;
}
