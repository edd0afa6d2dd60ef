/*
 * report_make.h - from inputs to a report.
 */
#ifndef CMD_REPORT_MAKE_H
#define CMD_REPORT_MAKE_H

#include "report_curves.h"
#include "report_inputs.h"

struct report_make {
	enum { MAKE_REPORT, MAKE_TABLE, MAKE_COMPARISON } what;
	struct report_runs runs; /* sort, columns */
	struct cli_list metrics;
	int x;                   /* enum curve_x */
	size_t image[2];         /* width, height; 0: no pictures */
	bool people, ascii;
	bool quiet;              /* no word of what is left out */
	size_t models;           /* among the inputs */
};

int report_make(struct report *r, const struct report_inputs *in,
		struct report_make *m, struct err *e) MUST_USE;

/* Confusion matrices and curves, or residuals, of all score files. */
int report_scores(struct report *r, const struct report_inputs *in,
		  struct err *e) MUST_USE;
/* Of one score file of a regression; single: of no other. */
int report_regression(struct report *r, const struct report_input *in,
		      bool single, struct err *e) MUST_USE;
/* Layers and pictures; its history goes into c. */
int report_model(struct report *r, const struct report_input *in,
		 const struct report_make *make, struct curves *c,
		 struct err *e) MUST_USE;

/* Draws the histories named as operands until nobody writes them. */
int report_follow(const struct cli *c, struct report_make *m,
		  const struct report_style *s, double interval,
		  struct err *e) MUST_USE;

#endif
