/* encoder_build.h - making an encoder (encoder.h) from a training frame. */
#ifndef DLTOOLS_ENCODER_BUILD_H
#define DLTOOLS_ENCODER_BUILD_H

#include "encoder.h"

/* Of predictors that are numbers. */
enum encoder_scaling {
	ENCODER_STANDARD, /* mean 0, deviation 1, if `standardize` */
	ENCODER_NONE,
	ENCODER_MIN_MAX,  /* to [0, 1] */
	ENCODER_MAX_ABS,  /* to [-1, 1], 0 stays 0 */
};

struct encoder_options {
	const char *response;            /* name or number; NULL: autoencoder */
	const char *const *ignored;
	size_t ignored_n;
	const char *const *used;         /* -x: only these; NULL = all */
	size_t used_n;
	const char *weights_column, *offset_column, *fold_column;
	bool autoencoder;
	bool ignore_const_cols, use_all_factor_levels, standardize;
	enum encoder_scaling scaling;
	bool uncentred;    /* --sparse: do not centre numbers */
	bool raw_response; /* distributions with a log link */
	enum missing_handling missing;
	enum categorical_encoding encoding;
	size_t max_levels;         /* EnumLimited: levels that are kept */
	size_t max_features;       /* category units; more are hashed; 0: all */
	uint32_t hash_seed;
};

/*
 * Decides it all from the training frame.  ERR_SCHEMA for a column that is not
 * there (the nearest name is suggested), a response that is constant, text or
 * has one level, and when no predictor is left.  With a weights column means
 * and deviations are weighted, which reads the numeric columns once.
 */
int encoder_build(struct encoder *enc, const struct frame *f,
		  const struct encoder_options *o, struct err *e) MUST_USE;

#endif
