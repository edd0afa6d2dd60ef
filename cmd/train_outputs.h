/* train_outputs.h - files that dl-train is going to write. */
#ifndef TRAIN_OUTPUTS_H
#define TRAIN_OUTPUTS_H

#include <dltools/str.h>

#include "train_job.h"

/*
 * Can every file be written that was asked for?  Found out now rather than
 * after a night of training.
 */
int train_check_outputs(const struct train_job *job, struct err *e) MUST_USE;

/* DIR/MODEL of --export-checkpoints-dir; nothing without. */
int train_export_prefix(const struct train_job *job, struct str *out,
			struct err *e) MUST_USE;

#endif
