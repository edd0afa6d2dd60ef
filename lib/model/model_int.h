/* model_int.h - what the writer and the reader of model files share. */
#ifndef DLTOOLS_MODEL_INT_H
#define DLTOOLS_MODEL_INT_H

#include "dltools/model.h"
#include "model/safetensors.h"

/*
 * The net's shape from the parameters and the encoder, and its update rule from
 * the parameters.  units[], dropout[] and rest[] belong to the shape's user.
 */
struct net_plan {
	struct net_shape shape;
	struct net_rule rule;
	size_t *units;
	double *dropout;
	float *rest;
};

int net_plan_make(struct net_plan *plan, const struct params *p,
		  const struct encoder *enc, struct err *e) MUST_USE;
void net_plan_release(struct net_plan *plan);

/* Weights and biases of such a net. */
double net_plan_parameters(const struct net_plan *plan);

/* The text "net" of a model: the shape in words, for other readers. */
struct json;
void net_plan_json(const struct net_shape *shape, struct json *j);

/* What the output units are: "Softmax", "Linear", "Tanh"... */
const char *net_plan_output(const struct net_shape *shape);

int net_plan_check(const struct net_shape *shape, const char *text,
		   struct err *e) MUST_USE;

/* What its measures are. */
enum metrics_kind model_kind(const struct encoder *enc);

/* Layout of a model's history. */
struct history_layout model_layout(const struct model *m);

/* model_origin.c: digits of a hash or nothing; a name of letters, digits and
 * _ - . ; the text "origin" of a net with so many hidden layers, 1 if it is not
 * as it should be. */
bool model_is_id(const char *text);
bool model_is_name(const char *text);
int model_check_origin(const char *text, size_t hidden,
		       struct err *e) MUST_USE;

/* The text "dialect".  Reading: 1 if it is not as it should be. */
void model_write_dialect(const struct csv_dialect *d, struct json *j);
struct json_t;
int model_parse_dialect(struct csv_dialect *d, const struct json_t *root,
			struct err *e) MUST_USE;

/* The text "other_validation"; read after the history. */
#define MODEL_OTHERS 15
void model_write_others(const struct model *m, struct json *j);
int model_read_others(struct model *m, const char *text,
		      struct err *e) MUST_USE;

/* A copy by way of the file's form. */
int encoder_copy(struct encoder *to, const struct encoder *from,
		 struct err *e) MUST_USE;
int encoder_from_text(struct encoder *to, const char *json, const void *levels,
		      size_t len, struct err *e) MUST_USE;

int net_copy_take(struct net_copy *copy, const struct net *net,
		  struct err *e) MUST_USE;
void net_copy_give(const struct net_copy *copy, struct net *net);
void net_copy_release(struct net_copy *copy);

#define MODEL_BEST "best."
#define MODEL_LEVELS "levels"

/* Texts of enum model_stop in a file; NULL ends. */
extern const char *const model_stop_words[];

#endif
