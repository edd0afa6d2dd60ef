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
#include "file.h"
#include "history.h"
#include "metrics.h"
#include "net.h"
#include "params.h"

/* A copy of all tensors of a net: value[i] is net_get's tensor i. */
struct net_copy {
	float **value;
	size_t n;
};

/* A further validation set; its history runs beside the model's. */
struct model_other {
	char frame_id[33];
	char *json; /* metrics_json(), or NULL */
};

/* Why training ended. */
enum model_stop {
	MODEL_STOP_NONE, /* not yet, or the file doesn't say */
	MODEL_STOP_EPOCHS,
	MODEL_STOP_CONVERGED, /* stopping_rounds */
	MODEL_STOP_TARGET,    /* classification_stop, regression_stop */
	MODEL_STOP_TIME,      /* max_runtime_secs */
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
	struct history_other *other; /* [others], their names and histories */
	struct model_other *other_set; /* [others] */
	size_t others;
	enum metrics_kind kind;
	char *training_json, *validation_json; /* metrics_json(), or NULL */
	char *cv_json;         /* cross-validation, or NULL */
	double threshold;      /* binomial label threshold */
	/* of each input unit, or NULL: importance.h, and the mean over the
	 * rows of the training scoring set */
	float *importance, *input_mean;
	int64_t samples, iterations;
	int64_t training_rows; /* T */
	enum model_stop stop;
	int64_t kept_event;    /* row of the history, from 1; 0 unknown */
	char frame_id[33];     /* of the training frame */
	char validation_id[33]; /* of the validation frame, or "" */
	char *resume_json;     /* of an unfinished model: state of the run */
	char *run_json;        /* clock, host, speed...; NULL if reproducible */
	char *tags_json;       /* object of strings, or NULL */
	char *origin_json;     /* what its weights started from, or NULL */
	char digest[33];       /* of the file it was read from, or "" */
	bool lacks_state;      /* that file has no state of its rule */
	struct net_copy best;  /* unfinished: weights of the best event yet */
};

void model_release(struct model *m);

/*
 * path "-" streams.  with_state: optimizer tensors too.  The file appears whole
 * or not at all.
 */
int model_save(const struct model *m, const char *path, bool with_state,
	       struct err *e) MUST_USE;
/* The same but for outfile_commit(), which makes the file appear. */
int model_stage(const struct model *m, struct outfile *out, const char *path,
		bool with_state, struct err *e) MUST_USE;
/* Checks structure, digest and every rule the writer obeys. */
int model_open(struct model *m, const char *path, struct err *e) MUST_USE;

/* Makes room for n further validation sets. */
int model_add_others(struct model *m, size_t n, struct err *e) MUST_USE;

/*
 * By its first bytes: 1, or 0 if it is none or a pipe, or -1 if descriptors ran
 * out.
 */
int model_is_model(const char *path, struct err *e) MUST_USE;

/* "dltools-model/2": a file of another format is ERR_SCHEMA. */
extern const char model_format[];

/* Why training ended, for people; NULL if it is not known. */
const char *model_stop_text(const struct model *m);
/*
 * Scoring events of a run that ended: one that was put back was scored once
 * more at the end, which is no event of its own.
 */
size_t model_events(const struct model *m);
/* Two classes: from this probability on the label is the second one. */
double model_threshold(const struct model *m);

/* H2O's table "Status of Neuron Layers", for people. */
int model_layer_table(const struct model *m, struct str *out,
		      struct err *e) MUST_USE;

#endif
