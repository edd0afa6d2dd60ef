/*
 * score_values.h - values of dl-score's options, to be called by cli.h.
 */
#ifndef CMD_SCORE_VALUES_H
#define CMD_SCORE_VALUES_H

#include <dltools/err.h>

/* `to` is a const char *: a printf format of one double, below 100 places. */
int score_set_ofmt(void *to, const char *name, const char *value,
		   struct err *e);

/* `to` is a double, 0 for the model's threshold. */
int score_set_threshold(void *to, const char *name, const char *value,
			struct err *e);

/* `to` is a char. */
int score_set_delimiter(void *to, const char *name, const char *value,
			struct err *e);

#endif
