/*
 * stop.h - when training has done enough, and which scoring event was best.
 *
 * A stopping metric is one of the measures of a scoring event, by H2O's name.
 */
#ifndef DLTOOLS_STOP_H
#define DLTOOLS_STOP_H

#include <stdbool.h>
#include <stddef.h>

#include "dltools/history.h"

struct stop_metric {
	const char *name; /* H2O's spelling */
	size_t offset;    /* of a double in struct history_measures */
	bool larger;      /* is better */
	bool zero_ends;   /* a reference of 0 cannot be improved */
	bool classes, numbers; /* legal for classification, for regression */
};

/*
 * The metric by its H2O name, "AUTO" resolved: logloss for classification,
 * deviance for regression, MSE for an autoencoder.  NULL if it does not suit
 * the kind of model.
 */
const struct stop_metric *stop_metric_find(const char *name,
					   bool classification,
					   bool autoencoder);

double stop_metric_value(const struct stop_metric *m,
			 const struct history_measures *measures);

/* The same as something to be minimised, for comparing events. */
double stop_metric_loss(const struct stop_metric *m,
			const struct history_measures *measures);

/*
 * Moving averages over `rounds` events: true if none of the last `rounds` + 1
 * averages but the first beats the first by more than tolerance, relative to
 * it: (A_0 - best) <= tolerance * |A_0|.  Needs 2 * rounds values; false while
 * any average is NaN or rounds is 0.  A reference of 0 is the end where it
 * cannot be improved; otherwise 0 against 0 says nothing, and training goes on.
 */
bool stop_converged(const struct stop_metric *m, const double *value, size_t n,
		    size_t rounds, double tolerance);

#endif
