/* train_resume.h - the text "resume" of an unfinished model. */
#ifndef DLTOOLS_TRAIN_RESUME_H
#define DLTOOLS_TRAIN_RESUME_H

#include <stdint.h>

#include "dltools/err.h"

struct train_resume {
	int64_t origin, first_event, iteration_end, best_event;
	double best_loss, wall_s, cpu_s, training_s, scoring_s;
};

int train_resume_parse(struct train_resume *r, const char *text,
		       struct err *e) MUST_USE;

#endif
