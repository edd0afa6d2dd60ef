/*
 * split_plan.c - which part every row goes to: by its place in a permutation
 * (of its class), by its place in the frame, or by the hash of a key.
 */
#include "split_int.h"

#include <string.h>
#include <unistd.h>

#include <xxhash.h>

#include <dltools/file.h>
#include <dltools/frame_text.h>
#include <dltools/mem.h>
#include <dltools/rng.h>

struct planner {
	const struct frame *f;
	const struct split_options *o;
	struct split_plan *plan;
	size_t column; /* of classes or keys */
	struct chunk chunk;
	size_t strata;
	int64_t *count, *seen; /* [strata] */
	int64_t *until;        /* [strata][parts]: places below it */
	struct rng_key key;
	struct str text;
	unsigned char part[FRAME_GROUP_ROWS];
};

static bool
is_asked(const struct planner *b, int64_t row)
{
	return row >= b->o->first && row < b->o->last;
}

/* ---- by place -------------------------------------------------------- */

/* Rows without a level are the last class. */
static size_t
class_of(const struct planner *b, size_t i)
{
	if (!b->o->stratify)
		return 0;
	return chunk_is_missing(&b->chunk, i) ? b->strata - 1 :
		b->chunk.code[i];
}

static int
read_classes(struct planner *b, size_t group, struct err *e)
{
	return b->o->stratify ?
		frame_read(b->f, group, b->column, &b->chunk, e) : 0;
}

static int
count_classes(struct planner *b, struct err *e)
{
	if (!b->o->stratify) {
		b->count[0] = b->o->last - b->o->first;
		return 0;
	}
	for (size_t g = 0; g < frame_groups(b->f); g++) {
		if (read_classes(b, g, e) < 0)
			return -1;
		for (size_t i = 0; i < b->chunk.n; i++)
			if (is_asked(b, (int64_t)(g * FRAME_GROUP_ROWS + i)))
				b->count[class_of(b, i)]++;
	}
	return 0;
}

static int
prepare_classes(struct planner *b, struct err *e)
{
	const struct frame_column *c;

	b->strata = 1;
	if (!b->o->stratify)
		return 0;
	if (frame_require(b->f, "column", b->o->stratify, &b->column, e) < 0)
		return -1;
	c = frame_column(b->f, b->column);
	if (c->type != COLUMN_ENUM)
		return err_set(e, ERR_SCHEMA, "column '%s' is %s, not enum: "
			       "it has no classes (dl-import --type %s=enum)",
			       c->name, column_type_name(c->type), c->name);
	b->strata = c->levels.n + 1;
	return 0;
}

/* Quotas, then their running sums. */
static int
make_quotas(struct planner *b, struct err *e)
{
	const struct split_options *o = b->o;
	size_t parts = o->parts;

	split_quota(o->last - o->first, o->share, parts, b->plan->rows);
	if (split_quotas(b->until, b->count, b->strata, o->share, parts,
			 b->plan->rows, e) < 0)
		return -1;
	for (size_t s = 0; s < b->strata; s++)
		for (size_t p = 1; p < parts; p++)
			b->until[s * parts + p] += b->until[s * parts + p - 1];
	return 0;
}

static int
prepare_places(struct planner *b, struct err *e)
{
	if (prepare_classes(b, e) < 0)
		return -1;
	b->count = mem_zalloc(b->strata, sizeof *b->count, e);
	b->seen = mem_zalloc(b->strata, sizeof *b->seen, e);
	b->until = mem_zalloc(b->strata, b->o->parts * sizeof *b->until, e);
	if (!b->count || !b->seen || !b->until || count_classes(b, e) < 0)
		return -1;
	return make_quotas(b, e);
}

static unsigned char
part_by_place(struct planner *b, size_t i)
{
	size_t s = class_of(b, i);
	uint64_t place = (uint64_t)b->seen[s]++;
	const int64_t *until = b->until + s * b->o->parts;
	unsigned char part = 0;

	if (!b->o->in_order)
		place = rng_permute(b->key, s, place, (uint64_t)b->count[s]);
	while ((int64_t)place >= until[part])
		part++;
	return part;
}

/* ---- by key ---------------------------------------------------------- */

static unsigned char
part_by_key(struct planner *b, size_t i)
{
	const struct split_options *o = b->o;
	double u, sum = 0;
	size_t part;

	str_reset(&b->text);
	frame_text_cell(&b->text, frame_column(b->f, b->column), &b->chunk, i,
			FRAME_TEXT_CSV);
	u = rng_uniform(b->key, XXH3_64bits(b->text.buf, b->text.len), 0);
	for (part = 0; part + 1 < o->parts; part++) {
		sum += o->share[part];
		if (u < sum)
			break;
	}
	b->plan->rows[part]++;
	return (unsigned char)part;
}

/* ---- all rows -------------------------------------------------------- */

static int
plan_group(struct planner *b, size_t group, struct err *e)
{
	size_t n = frame_group_rows(b->f, group);

	if (b->o->by_key ?
	    frame_read(b->f, group, b->column, &b->chunk, e) < 0 :
	    read_classes(b, group, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (!is_asked(b, (int64_t)(group * FRAME_GROUP_ROWS + i)))
			b->part[i] = SPLIT_NONE;
		else
			b->part[i] = b->o->by_key ? part_by_key(b, i) :
				part_by_place(b, i);
	}
	if (str_check(&b->text, e) < 0)
		return -1;
	return file_write_all(b->plan->fd, b->part, n, "scratch file", e);
}

static int
check_parts(const struct planner *b, struct err *e)
{
	for (size_t p = 0; p < b->o->parts; p++)
		if (b->plan->rows[p] == 0)
			return err_set(e, ERR_USAGE, "part %zu (share %g of "
				       "%lld rows) would have no row", p + 1,
				       b->o->share[p], (long long)
				       (b->o->last - b->o->first));
	return 0;
}

static int
plan_all(struct planner *b, struct err *e)
{
	if (b->o->by_key ? frame_require(b->f, "column", b->o->by_key,
					 &b->column, e) < 0 :
	    prepare_places(b, e) < 0)
		return -1;
	b->plan->fd = file_scratch(e);
	if (b->plan->fd < 0)
		return -1;
	for (size_t g = 0; g < frame_groups(b->f); g++)
		if (plan_group(b, g, e) < 0)
			return -1;
	return check_parts(b, e);
}

int
split_plan_make(struct split_plan *p, const struct frame *f,
		const struct split_options *o, struct err *e)
{
	struct planner *b = mem_zalloc(1, sizeof *b, e);
	int status;

	memset(p, 0, sizeof *p);
	p->fd = -1;
	if (!b)
		return -1;
	b->f = f;
	b->o = o;
	b->plan = p;
	b->key = rng_key(o->seed, RNG_SPLIT);
	str_init(&b->text);
	status = plan_all(b, e);
	chunk_release(&b->chunk);
	str_release(&b->text);
	mem_free(b->count);
	mem_free(b->seen);
	mem_free(b->until);
	mem_free(b);
	return status;
}

void
split_plan_release(struct split_plan *p)
{
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
}

int
split_plan_read(const struct split_plan *p, const struct frame *f,
		size_t group, unsigned char *part, struct err *e)
{
	size_t n = frame_group_rows(f, group), got;

	if (file_read_at(p->fd, (uint64_t)group * FRAME_GROUP_ROWS, part, n,
			 &got, "scratch file", e) < 0)
		return -1;
	return got == n ? 0 : err_set(e, ERR_OUTPUT, "the scratch file was "
				      "cut off");
}
