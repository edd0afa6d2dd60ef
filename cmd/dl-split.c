/*
 * dl-split - divide the rows of a frame among several frames
 */
#include "cli.h"
#include "range.h"
#include "split_parts.h"

#include <string.h>
#include <unistd.h>

#include <dltools/file.h>
#include <dltools/split.h>

static const char synopsis[] =
	"dl-split -r SHARES -o FILE,FILE... [options] [FRAME|-]\n"
	"dl-split -r SHARES --prefix TEXT [options] [FRAME|-]\n";

static const char examples[] =
	"dl-split -r 0.8,0.1,0.1 --stratify y -o a.dlf,b.dlf,c.dlf t.dlf\n"
	"dl-split -r 0.8,0.2 --by-key customer --seed 7 --prefix t t.dlf\n"
	"dl-split -r 0.8,0.2 --order keep -o past.dlf,recent.dlf t.dlf\n";

enum { ORDER_RANDOM, ORDER_KEEP };

static const char *const orders[] = {"random", "keep", NULL};

struct opts {
	struct split_options split;
	struct cli_list outputs;
	const char *shares, *prefix, *rows;
	int order;
	int64_t seed, threads;
	bool quiet;
	struct parts parts; /* made of them */
};

/* ---- what was asked for ---------------------------------------------- */

static int
check_paths(const struct parts *p, const char *input, struct err *e)
{
	for (size_t i = 0; i < p->paths; i++) {
		if (!strcmp(p->path[i], "-") && isatty(STDOUT_FILENO))
			return err_set(e, ERR_USAGE, "a frame is not for a "
				       "terminal: -o FILE");
		if (file_is_same(p->path[i], input))
			return err_set(e, ERR_USAGE, "'%s' is the frame to be "
				       "divided", p->path[i]);
	}
	return 0;
}

static int
settle_parts(struct opts *o, struct err *e)
{
	if (!o->shares)
		return err_set(e, ERR_USAGE, "how are the rows to be divided? "
			       "-r 0.8,0.2");
	if (!o->prefix == !o->outputs.n)
		return err_set(e, ERR_USAGE, "where to? either -o FILE,FILE... "
			       "or --prefix TEXT");
	for (size_t i = 0; i < o->outputs.n; i++)
		if (parts_add_paths(&o->parts, o->outputs.v[i], e) < 0)
			return -1;
	return parts_settle(&o->parts, o->shares, o->prefix, e);
}

static int
settle(struct opts *o, const char *input, struct err *e)
{
	struct split_options *s = &o->split;

	if (settle_parts(o, e) < 0 || check_paths(&o->parts, input, e) < 0)
		return -1;
	if (s->by_key && (s->stratify || o->order == ORDER_KEEP))
		return err_set(e, ERR_USAGE, "--by-key excludes --stratify "
			       "and --order keep");
	s->share = o->parts.share;
	s->path = (const char *const *)(const void *)o->parts.path;
	s->parts = o->parts.paths;
	s->in_order = o->order == ORDER_KEEP;
	s->seed = (uint64_t)o->seed;
	return 0;
}

/* ---- the work --------------------------------------------------------- */

static int
split(struct opts *o, const struct frame *f, struct err *e)
{
	int64_t rows[SPLIT_MAX];
	struct pool *pool;
	int status;

	o->split.last = frame_rows(f);
	if (o->rows && parse_rows(o->rows, &o->split.first, &o->split.last,
				  e) < 0)
		return -1;
	if (o->split.last > frame_rows(f))
		o->split.last = frame_rows(f);
	if (o->split.first >= o->split.last)
		return err_set(e, ERR_USAGE, "--rows: no row of '%s' is left",
			       frame_path(f));
	pool = pool_new(o->threads ? (unsigned)o->threads :
			pool_default_threads(), e);
	status = pool ? frame_split(f, &o->split, pool, rows, e) : -1;
	pool_free(pool);
	for (size_t i = 0; status == 0 && !o->quiet && i < o->split.parts; i++)
		fprintf(stderr, "dl-split: '%s': %lld rows\n",
			o->split.path[i], (long long)rows[i]);
	return status;
}

static int
run(struct opts *o, const char *input, struct err *e)
{
	struct frame *f;
	int status = -1;

	if (settle(o, input, e) == 0) {
		f = frame_open(input, e);
		status = f ? split(o, f, e) : -1;
		frame_close(f);
	}
	parts_release(&o->parts);
	return status;
}

int
main(int argc, char **argv)
{
	struct opts o = {.order = ORDER_RANDOM};
	const struct cli_option options[] = {
		CLI_TEXT('r', "ratios", &o.shares, "SHARES",
			 "share of each part: 0.8,0.1,0.1"),
		CLI_LIST('o', "output", &o.outputs, "FILES",
			 "a file for each part, separated by commas"),
		CLI_TEXT(0, "prefix", &o.prefix, "TEXT",
			 "write TEXT-1.dlf, TEXT-2.dlf, ..."),
		CLI_TEXT(0, "stratify", &o.split.stratify, "COL",
			 "divide each class of COL by itself"),
		CLI_TEXT(0, "by-key", &o.split.by_key, "COL",
			 "keep rows with the same COL together"),
		CLI_CHOICE(0, "order", &o.order, orders,
			   "keep: the first rows go to the first part "
			   "(random)"),
		CLI_TEXT(0, "rows", &o.rows, "A:B",
			 "divide rows A to B only, from 1, both included"),
		CLI_INT(0, "seed", &o.seed, 0, INT64_MAX, "N", "seed (0)"),
		CLI_THREADS(&o.threads),
		CLI_FLAG('q', "quiet", &o.quiet, "say nothing but errors"),
		CLI_END
	};
	struct cli c = {
		.name = "dl-split", .synopsis = synopsis, .examples = examples,
		.about = "divide the rows of a frame among several frames",
		.options = options, .max_operands = 1, .reads_input = true,
	};
	struct err e = {0};

	cli_parse(&c, argc, argv);
	if (run(&o, c.operand[0], &e) < 0)
		return die(&e);
	return cli_finish();
}
