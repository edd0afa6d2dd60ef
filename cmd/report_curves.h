/*
 * report_curves.h - learning curves of histories and models.
 */
#ifndef CMD_REPORT_CURVES_H
#define CMD_REPORT_CURVES_H

#include <dltools/history.h>

#include "report.h"

enum curve_x { CURVE_EPOCHS, CURVE_SAMPLES, CURVE_TIME };
extern const char *const curve_x_choices[]; /* for CLI_CHOICE */

struct curve_run {
	struct str name;
	struct history history;
};

struct curves {
	struct curve_run *run;
	size_t n, room;
	int x;                    /* enum curve_x */
	const struct cli_list *metrics; /* names without set, or empty */
};

/*
 * Takes the history; one of cross-validation becomes a run for each fold and
 * one for the final model.  The caller releases it all the same.
 */
int curves_add(struct curves *c, const char *name, struct history *h,
	       struct err *e) MUST_USE;
void curves_release(struct curves *c);

/* A figure for each measure. */
int report_curves(struct report *r, const struct curves *c,
		  struct err *e) MUST_USE;

#endif
