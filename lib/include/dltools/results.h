/*
 * results.h - result rows of training runs: read, told apart by their
 * parameters, repeats pooled, compared.
 *
 *	struct results r = {0};
 *
 *	results_read(&r, "dltools", "runs.csv", &e);
 *	results_read(&r, "H2O", "h2o.csv", &e);
 *	results_pool(&r, &e);
 *	for (i = 0; i < r.groups; i++)
 *		printf("%g\n", r.group[i].stat[RESULT_ERROR].mean);
 *	results_release(&r);
 *
 * A table has a column `parameters`, name=value separated by blanks, and some
 * of `training samples`, `training time` (s), `training speed` (samples/s),
 * `test set error`; other columns are passed over.  Values are compared as
 * lib/conf understands them: hidden=[64, 64] is hidden=64,64, True is true, a
 * parameter that has its default's value may as well be left out.  Runs of one
 * source whose parameters differ in nothing but the seed are repeats.
 */
#ifndef DLTOOLS_RESULTS_H
#define DLTOOLS_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "str.h"

enum result_measure {
	RESULT_SAMPLES,
	RESULT_TIME,
	RESULT_SPEED,
	RESULT_ERROR,
	RESULT_MEASURES
};

/* "training samples"..., with its unit for axes, and as a key of a table. */
struct result_info {
	const char *name, *axis, *key, *word;
};
extern const struct result_info result_info[RESULT_MEASURES];

struct result_setting {
	char *name, *value; /* value in canonical form */
	bool initial;       /* the default of a known parameter */
};

struct result_run {
	size_t source;
	struct result_setting *setting;
	size_t n, room;
	char *key;          /* settings that count, sorted */
	double value[RESULT_MEASURES]; /* NaN: missing */
};

struct result_stat {
	size_t n;
	double mean, sd; /* sd: NaN for n < 2; mean: NaN for n = 0 */
};

struct result_group {
	size_t source;
	const struct result_run *run; /* the first of them */
	size_t n;
	struct result_stat stat[RESULT_MEASURES];
	struct result_stat log_stat[RESULT_MEASURES]; /* of logarithms */
	bool pareto; /* none of the others is better in time and in error */
};

struct results {
	char **source; /* names */
	size_t sources, source_room;
	struct result_run *run;
	size_t runs, run_room;
	struct result_group *group; /* in order of first appearance */
	size_t groups, group_room;
};

/* Is that the header of a result table? */
struct text_table;
bool results_is_table(const struct text_table *t);

/* Adds the rows; tables of the same source are one. */
int results_read(struct results *r, const char *source, const char *path,
		 struct err *e) MUST_USE;
/* Fills in group[]; again after more rows. */
int results_pool(struct results *r, struct err *e) MUST_USE;
void results_release(struct results *r);

/* Marks Pareto groups among those of sources first..first + n - 1. */
void results_mark_pareto(struct results *r, size_t first, size_t n);

/* ---- what differs --------------------------------------------------- */

#define RESULTS_ALL ((size_t)-1)

/* Names of parameters in which groups differ, seed left out. */
struct result_names {
	const char **name; /* borrowed from the runs */
	size_t n, room;
};

int results_differing(const struct results *r, size_t source,
		      struct result_names *names, struct err *e) MUST_USE;
void result_names_release(struct result_names *names);

/* Given value or, shown too, the default's; NULL if neither is known. */
const char *results_value(const struct result_run *run, const char *name);
/* Short text of what is particular to the run: "512,512 l1=1e-5". */
void results_label(const struct result_run *run,
		   const struct result_names *names, struct str *out);

/* ---- comparing ------------------------------------------------------ */

struct result_interval {
	double value, low, high, p; /* low, high, p: NaN where n is too small */
};

/* Ratio b / a of geometric means, 95 % interval, Welch's p for ratio 1. */
struct result_interval results_ratio(const struct result_stat *log_a,
				     const struct result_stat *log_b);
/* Difference b - a of means, likewise. */
struct result_interval results_difference(const struct result_stat *a,
					  const struct result_stat *b);
/* Mean, 95 % interval, p of mean 0, of one sample. */
struct result_interval results_mean(const struct result_stat *s);
void result_stat_add(struct result_stat *s, double value);
/* After the last addition; sd until then is the sum of squares. */
void result_stat_finish(struct result_stat *s);

#endif
