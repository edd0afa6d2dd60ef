/* cm_print.h - a confusion matrix and its measures in every format of dl-cm. */
#ifndef CMD_CM_PRINT_H
#define CMD_CM_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dltools/confusion.h>
#include <dltools/err.h>

enum cm_format { CM_TABLE, CM_TSV, CM_CSV, CM_JSON, CM_MARKDOWN, CM_HTML,
		 CM_LONG };
enum cm_normalize { CM_COUNTS, CM_BY_ROW, CM_BY_COLUMN, CM_BY_ALL };
extern const char *const cm_shares[]; /* for CLI_CHOICE */

struct cm_style {
	int format;    /* enum cm_format */
	int normalize; /* enum cm_normalize */
	bool rate, metrics, color;
	int64_t top;   /* worst confusions instead of the matrix; 0: none */
};

/* All to standard output. */
int cm_print_matrix(const struct confusion *c, const struct cm_style *style,
		    struct err *e) MUST_USE;
int cm_print_top(const struct confusion *c, const struct cm_style *style,
		 struct err *e) MUST_USE;
int cm_print_metrics(const struct confusion *c, const struct cm_style *style,
		     struct err *e) MUST_USE;
int cm_print_json(const struct confusion *c, const struct cm_style *style,
		  struct err *e) MUST_USE;
/* One table by score: the first that is asked for. */
struct cm_curve {
	int64_t thresholds;     /* at most so many, -1: maxima; 0: none */
	int64_t calibration;    /* bins; 0: none */
	int64_t gains;          /* groups, -1: 16 quantiles; 0: none */
};

/* For CLI_CALL: `to` is the member. */
int cm_set_thresholds(void *to, const char *name, const char *value,
		      struct err *e);
int cm_set_gains(void *to, const char *name, const char *value, struct err *e);

/* Two classes with probabilities, else ERR_SCHEMA. */
int cm_print_curve(const struct confusion *c, const struct cm_style *style,
		   const struct cm_curve *what, struct err *e) MUST_USE;
int cm_print_diff(const struct confusion_diff *d,
		  const struct cm_style *style, struct err *e) MUST_USE;

#endif
