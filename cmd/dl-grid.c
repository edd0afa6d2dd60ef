/*
 * dl-grid - a search space of training parameters as one line of options a run
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "grid.h"

static const char synopsis[] =
	"dl-grid [--random N|--latin N|--sobol N] [options] NAME=VALUES...\n"
	"dl-grid --halving ETA --results FILE [options] [NAME=VALUES...]\n";

static const char examples[] =
	"dl-grid 'hidden=64|200,200' 'l1=0|1e-5'      all four\n"
	"dl-grid --sobol 20 'hidden=200,200|512' 'rate=log:1e-4..0.1' "
	"adaptive_rate=false\n"
	"dl-grid --random 20 'epochs=1' 'l1=log:1e-6..1e-3' | xargs -P 2 -L 1 "
	"\\\n"
	"	sh -c 'dl-train -y y \"$@\" --result runs.csv -o $0.dlm "
	"t.dlf'\n";

static const char notes[] =
	"VALUES are VALUE|VALUE..., LOW..HIGH or log:LOW..HIGH, for a grid\n"
	"with :N, the number of points.  A line begins with the run's id, a\n"
	"hash of its parameters, which can be a file name.\n";

static const char *const formats[] = {"options", "tsv", "json", NULL};

struct opts {
	int64_t random, latin, sobol, seed;
	int format;
	struct grid_output out;
	struct grid_halving halving;
	bool quiet;
};

static int
check(const struct opts *o, size_t operands, struct err *e)
{
	if ((o->random != 0) + (o->latin != 0) + (o->sobol != 0) > 1)
		return err_set(e, ERR_USAGE, "--random, --latin and --sobol "
			       "exclude each other");
	if ((o->halving.eta == 0) != !o->halving.results)
		return err_set(e, ERR_USAGE, "--halving and --results need "
			       "each other");
	if (o->halving.eta > 0 && o->random + o->latin + o->sobol)
		return err_set(e, ERR_USAGE, "--halving draws no new points");
	if (!strstr(o->halving.checkpoint, "{}") ||
	    strpbrk(o->halving.checkpoint, " \t\n'\"\\"))
		return err_set(e, ERR_USAGE, "--model '%s': must hold {} and "
			       "no blanks or quotes", o->halving.checkpoint);
	if (!operands && o->halving.eta == 0)
		return err_set(e, ERR_USAGE, "no search space: give NAME="
			       "VALUES; see dl-grid --help");
	if (o->out.config_dir && mkdir(o->out.config_dir, 0777) < 0 &&
	    errno != EEXIST)
		return err_errno(e, ERR_OUTPUT, "cannot create '%s'",
				 o->out.config_dir);
	return 0;
}

/* ---- the work ------------------------------------------------------- */

/* What is not searched, data and columns, is as it should be. */
static int
check_point(struct params *p, struct err *why)
{
	if (!p->autoencoder && params_set(p, PARAM_FROM_FLAG,
					  "response_column", "y", why) < 0)
		return -1;
	if (p->weighting == PARAM_WEIGHTING_GRADIENT &&
	    params_set(p, PARAM_FROM_FLAG, "weights_column", "w", why) < 0)
		return -1;
	return params_check(p, why);
}

/* How many points are asked for, and how many are looked at for them. */
struct plan {
	enum search_method how;
	int64_t n, tries;
	bool has_end; /* each point is looked at once */
};

static struct plan
make_plan(const struct opts *o, const struct search *s)
{
	struct plan p = {SEARCH_GRID, search_size(s), 0, true};

	if (o->random + o->latin + o->sobol) {
		p.how = o->random ? SEARCH_RANDOM : o->latin ? SEARCH_LATIN
							     : SEARCH_SOBOL;
		p.n = o->random + o->latin + o->sobol;
	}
	if (p.how == SEARCH_RANDOM && search_size(s) > 0 &&
	    search_size(s) <= SEARCH_MOST) {
		p.tries = search_size(s);
	} else {
		p.has_end = p.how == SEARCH_GRID || p.how == SEARCH_LATIN;
		p.tries = p.has_end ? p.n : 20 * p.n;
	}
	return p;
}

/* Lines go out as they come; 1 while there is someone to take them. */
static int
put_out(struct opts *o, bool all)
{
	if (all || o->out.text.len > 65536) {
		fputs(o->out.text.buf, stdout);
		str_reset(&o->out.text);
	}
	return !ferror(stdout);
}

/*
 * Points whose parameters do not go together are left out; drawn ones are
 * replaced by further draws, but for a Latin hypercube, which has n slices.
 * Draws end when nothing new comes: a range of integers has only so many.
 */
static int
draw(struct opts *o, const struct search *s, const struct plan *plan,
     struct err *e)
{
	int64_t refused = 0, idle = 0;
	struct params p = {0};
	struct err why = {0};
	int status = 0;

	for (int64_t i = 0; status == 0 && i < plan->tries &&
	     put_out(o, false) && (int64_t)o->out.lines < plan->n; i++) {
		size_t before = o->out.lines;

		status = search_point(s, plan->how, (uint64_t)o->seed, i,
				      plan->n, &p, e);
		if (status == 0 && check_point(&p, &why) == 0)
			status = grid_put(&o->out, &p, NULL, e);
		else if (status == 0 && why.code == ERR_USAGE)
			refused++;
		else if (status == 0)
			status = err_set(e, why.code, "%s", why.msg);
		idle = o->out.lines > before ? 0 : idle + 1;
		if (!plan->has_end && idle > 10000 + 20 * (int64_t)before)
			break;
	}
	params_release(&p);
	if (status == 0 && !o->out.lines)
		return err_set(e, ERR_USAGE, "no run is left: %s", why.msg);
	if (status == 0 && refused && !o->quiet)
		fprintf(stderr, "dl-grid: %lld point%s left out: %s\n",
			(long long)refused, refused == 1 ? "" : "s", why.msg);
	return status;
}

static int
search(struct opts *o, const struct search *s, struct err *e)
{
	struct plan plan = make_plan(o, s);

	if (search_check(s, plan.how, e) < 0)
		return -1;
	return draw(o, s, &plan, e);
}

static int
run(struct opts *o, const struct cli *c, struct err *e)
{
	struct search s = {0};
	int status = 0;

	str_init(&o->out.text);
	o->out.format = (enum grid_format)o->format;
	for (size_t i = 0; status == 0 && i < c->operands; i++)
		status = search_add(&s, c->operand[i], e);
	if (status == 0)
		status = o->halving.eta > 0
			? grid_halve(&o->halving, &s, &o->out, e)
			: search(o, &s, e);
	if (status == 0)
		(void)put_out(o, true);
	search_release(&s);
	grid_output_release(&o->out);
	return status;
}

int
main(int argc, char **argv)
{
	struct opts o = {.seed = 1, .halving.checkpoint = "{}.dlm"};
	const struct cli_option options[] = {
		CLI_INT(0, "random", &o.random, 1, SEARCH_MOST, "N",
			"N points drawn at random"),
		CLI_INT(0, "latin", &o.latin, 1, SEARCH_MOST, "N",
			"N points of a Latin hypercube"),
		CLI_INT(0, "sobol", &o.sobol, 1, SEARCH_MOST, "N",
			"N points of Sobol's sequence"),
		CLI_INT(0, "seed", &o.seed, 0, INT64_MAX, "N",
			"of the draws, not of the runs [1]"),
		CLI_REAL(0, "halving", &o.halving.eta, 1.1, 100, "ETA",
			 "the next rung: the best 1/ETA, ETA times the epochs"),
		CLI_TEXT(0, "results", &o.halving.results, "FILE",
			 "result rows of the rungs so far"),
		CLI_REAL(0, "max-epochs", &o.halving.max_epochs, 0, 1e15, "X",
			 "no rung goes further"),
		CLI_TEXT(0, "model", &o.halving.checkpoint, "PATH",
			 "model of a run, {} is its id [{}.dlm]"),
		CLI_CHOICE('f', "format", &o.format, formats,
			   "what a line is"),
		CLI_FLAG(0, "no-id", &o.out.no_id, "options only"),
		CLI_TEXT(0, "config-dir", &o.out.config_dir, "DIR",
			 "also write ID.conf for each run, for --config"),
		CLI_FLAG('q', "quiet", &o.quiet, "only errors"),
		CLI_END
	};
	struct cli c = {
		.name = "dl-grid",
		.about = "a search space of training parameters as one line "
			 "of options a run",
		.synopsis = synopsis, .examples = examples, .notes = notes,
		.options = options, .max_operands = 1000,
	};
	struct err e = {0};

	cli_parse(&c, argc, argv);
	if (check(&o, c.operands, &e) < 0 || run(&o, &c, &e) < 0)
		return die(&e);
	return cli_finish();
}
