/* train_dry.h - --dry-run: what a training job would be like. */
#ifndef TRAIN_DRY_H
#define TRAIN_DRY_H

#include <dltools/train.h>

#include "train_job.h"

/* Layers, sizes, and the speed of a short trial, on standard output. */
int train_dry_run(struct train *t, const struct train_job *job,
		  struct err *e) MUST_USE;

#endif
