/*
 * metrics_record.h - measures and tables as a model keeps them, read back from
 * what metrics_json_tables() wrote.
 */
#ifndef DLTOOLS_METRICS_RECORD_H
#define DLTOOLS_METRICS_RECORD_H

#include <stddef.h>

#include "curves.h"
#include "err.h"
#include "metrics.h"

struct metrics_measure {
	char *name;
	double value;
};

struct metrics_record {
	struct metrics_measure *measure; /* "MSE"..., hit_ratio_1... */
	size_t measures;
	struct curve curve; /* the threshold table, or no points */
	struct gains gains;
	size_t classes;
	double *confusion; /* [rows][classes], or NULL; a row more than
			    * classes is that of unknown ones */
	size_t confusion_rows;
	struct metrics_pair *pair; /* of the classes' AUC; b = classes: the
				    * rest */
	size_t pairs;
};

/* ERR_INPUT for what metrics_json_tables() would not write. */
int metrics_read(struct metrics_record *r, const char *json,
		 struct err *e) MUST_USE;
void metrics_record_release(struct metrics_record *r);
/* NaN if there is none of this name. */
double metrics_record_value(const struct metrics_record *r, const char *name);

#endif
