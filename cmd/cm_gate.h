/* cm_gate.h - --fail-if: conditions on the measures of a confusion matrix. */
#ifndef CMD_CM_GATE_H
#define CMD_CM_GATE_H

#include <stddef.h>

#include <dltools/confusion.h>

#include "cli.h"
#include "gate.h"

struct cm_gates {
	struct gate *gate;
	size_t n;
};

/* What can be checked before anything is read. */
int cm_parse_gates(struct cm_gates *g, const struct cli_list *text,
		   struct err *e) MUST_USE;
/* ERR_GATE naming all that hold. */
int cm_check_gates(const struct cm_gates *g, const struct confusion *c,
		   struct err *e) MUST_USE;
void cm_gates_release(struct cm_gates *g);

#endif
