/*
 * report_inputs.h - the files named on dl-report's command line, and what they
 * are: result tables, histories, models, scores.
 */
#ifndef CMD_REPORT_INPUTS_H
#define CMD_REPORT_INPUTS_H

#include "report.h"

enum input_kind { INPUT_RESULTS, INPUT_HISTORY, INPUT_MODEL, INPUT_SCORES };

struct report_input {
	enum input_kind kind;
	char *name;       /* "NAME=" or the file's name without suffix */
	const char *path; /* into argv */
	bool reference;
};

struct report_inputs {
	struct report_input *input; /* references last */
	size_t n, room;
	size_t count[4]; /* of each kind */
	size_t pipes;    /* 0 or 1 */
};

/* Splits [NAME=]PATH and looks what the file is. */
int report_inputs_add(struct report_inputs *in, const char *operand,
		      bool reference, struct err *e) MUST_USE;
/* Before an input is opened again: standard input from its beginning. */
int report_input_rewind(const struct report_input *i, struct err *e) MUST_USE;
/* ERR_USAGE if the output would replace one of them. */
int report_inputs_spare(const struct report_inputs *in, const char *output,
			struct err *e) MUST_USE;
void report_inputs_release(struct report_inputs *in);

#endif
