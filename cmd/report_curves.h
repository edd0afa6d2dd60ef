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
	struct str set; /* of a further validation frame, or empty */
	struct history history;
};

struct curves {
	struct curve_run *run;
	size_t n, room;
	size_t runs;              /* of those, without further frames */
	int x;                    /* enum curve_x */
	const struct cli_list *metrics; /* names without set, or empty */
	bool quiet;               /* no word of what is left out */
};

/*
 * Copies the history; one of cross-validation becomes a run for each fold and
 * one for the final model.  others[n]: what further frames gave.
 */
int curves_add(struct curves *c, const char *name, const struct history *h,
	       const struct history_other *others, size_t n,
	       struct err *e) MUST_USE;
void curves_release(struct curves *c);

/* A figure for each measure. */
int report_curves(struct report *r, const struct curves *c,
		  struct err *e) MUST_USE;

#endif
