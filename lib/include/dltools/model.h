/*
 * model.h - a trained model and its file (.dlm), a safetensors file.
 *
 * A model is all that scoring needs: how columns become input units
 * (encoder.h), the net (net.h), the dialect of the CSV it was trained from, and
 * the record of how it came about (parameters asked and resolved, history,
 * metrics, provenance).  dl-model(5) is the law of the bytes.
 */
#ifndef DLTOOLS_MODEL_H
#define DLTOOLS_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv.h"
#include "encoder.h"
#include "err.h"
#include "metrics.h"
#include "net.h"
#include "params.h"

/* One scoring event: H2O's scoring-history columns and our own. */
struct history_row {
	double timestamp;  /* Unix seconds; 0 under --reproducible */
	double duration_s; /* wall, since the first row was presented */
	double cpu_s;
	double peak_memory_bytes;
	double speed;      /* samples / s of training alone */
	double epochs;
	int64_t iterations, samples;
	bool has_training, has_validation;
	/* as in struct metrics, NaN where there is none */
	struct history_measures {
		double rmse, logloss, r2, auc, pr_auc, lift, error;
		double deviance, mae, mse;
	} training, validation;
};

struct history {
	struct history_row *row;
	size_t n, room;
};

struct model {
	bool finished;         /* false in a checkpoint file */
	bool reproducible;     /* nothing in it was decided by time or race */
	struct encoder enc;
	struct net *net;
	struct params params;  /* as resolved */
	char *asked;           /* "hidden=64 epochs=0.1", results row form */
	struct csv_dialect dialect;
	struct history history;
	struct metrics training, validation; /* kind 0 rows 0 if none */
	double threshold;      /* binomial label threshold */
	int64_t samples, iterations;
	int64_t training_rows; /* T */
	char frame_id[33];
	char *extra_json;      /* resume state, tags, provenance: one object */
};

void model_release(struct model *m);

/* path "-" streams.  with_state: optimizer tensors too. */
int model_save(const struct model *m, const char *path, bool with_state,
	       struct err *e) MUST_USE;
/* Checks structure, digest and every rule the writer obeys. */
int model_open(struct model *m, const char *path, struct err *e) MUST_USE;

bool model_is_model(const char *path);

#endif
