/* history_int.h - the table of columns behind history.h. */
#ifndef DLTOOLS_HISTORY_INT_H
#define DLTOOLS_HISTORY_INT_H

#include "dltools/history.h"

enum history_form {
	HISTORY_REAL,
	HISTORY_COUNT,   /* int64_t */
	HISTORY_CLOCK,   /* Unix seconds, shown as ISO 8601 UTC */
	HISTORY_SECONDS,
	HISTORY_SPEED,   /* per second */
};

/* Kinds of model that have the column, and on what it depends. */
enum history_use {
	HISTORY_REGRESSION = 1 << 0,
	HISTORY_BINOMIAL = 1 << 1,
	HISTORY_MULTINOMIAL = 1 << 2,
	HISTORY_AUTOENCODER = 1 << 3,
	HISTORY_ANY = 15,
	HISTORY_VALID = 1 << 4,
	HISTORY_RUN = 1 << 5,
	HISTORY_KEPT = 1 << 6, /* in the model for any kind, if it has values */
	HISTORY_FOLD = 1 << 7,
};

struct history_column {
	const char *name;  /* in files */
	const char *title; /* in H2O's table; NULL: not there */
	size_t offset;     /* in struct history_row */
	int form;
	unsigned use;
};

extern const struct history_column history_columns[];
extern const size_t history_columns_n;

bool history_has(const struct history_layout *l,
		 const struct history_column *c);
double history_value(const struct history_column *c,
		     const struct history_row *row);
void history_set(const struct history_column *c, struct history_row *row,
		 double value);
void history_clock(double seconds, char out[32]);

#endif
