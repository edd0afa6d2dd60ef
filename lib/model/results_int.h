/* results_int.h - what reading and pooling share; see results.h. */
#ifndef MODEL_RESULTS_INT_H
#define MODEL_RESULTS_INT_H

#include <dltools/results.h>

/* Splits a cell `parameters` into settings, and makes the key. */
int result_run_parse(struct result_run *run, const char *text,
		     struct err *e) MUST_USE;
void result_run_release(struct result_run *run);
const struct result_setting *result_run_find(const struct result_run *run,
					     const char *name);

#endif
